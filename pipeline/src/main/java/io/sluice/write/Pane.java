package io.sluice.write;

import io.sluice.block.Block;
import io.sluice.block.BlockReader;
import io.sluice.contract.Column;
import io.sluice.contract.ColumnType;
import io.sluice.contract.Table;
import io.sluice.lake.AppendLog;
import io.sluice.lake.Footer;
import io.sluice.lake.Positions;
import io.sluice.lake.Seal;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/** The blocks that are to be appended to one log together, and their encoding as Parquet. */
final class Pane implements AppendLog.Rows {
  /** Query engines read footers too: past this the rest of the rows goes into a next file. */
  static final int MOST_POSITION_BYTES = 64 << 10;

  private static final int CHECK_ROWS = 4096;
  private static final long ROW_GROUP_BYTES = 128L << 20;

  private final Table table;
  private final List<Block> blocks;
  private final int zstdLevel;

  Pane(Table table, List<Block> blocks, int zstdLevel) {
    this.table = table;
    this.blocks = blocks;
    this.zstdLevel = zstdLevel;
  }

  long rows() {
    return blocks.stream().mapToLong(Block::rows).sum();
  }

  @Override
  public Optional<AppendLog.Selection> without(Positions committed) {
    Positions positions = new Positions();
    List<BitSet> kept = new ArrayList<>();
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    long count = 0;
    boolean full = false;
    for (Block block : blocks) {
      BitSet keep = new BitSet(block.rows());
      BlockReader.Positions at = new BlockReader.Positions(block);
      for (int row = 0; !full && at.next(); row++) {
        if (committed.contains(block.source(), at.partition(), at.offset())
            || !positions.add(block.source(), at.partition(), at.offset())) {
          continue;
        }
        keep.set(row);
        first = Math.min(first, at.timeMicros());
        last = Math.max(last, at.timeMicros());
        count++;
        full = count % CHECK_ROWS == 0 && positions.encodedSize() > MOST_POSITION_BYTES;
      }
      kept.add(keep);
    }
    if (count == 0) {
      return Optional.empty();
    }
    Footer footer =
        new Footer(
            count,
            positions,
            table.contractVersion(),
            new Footer.TimeRange(instant(first), instant(last)));
    return Optional.of(new File(kept, footer));
  }

  private static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000L);
  }

  /** The rows of one file. */
  final class File implements AppendLog.Selection {
    private final List<BitSet> kept;
    private final Footer footer;
    private long size;
    private String sha256 = "";

    private File(List<BitSet> kept, Footer footer) {
      this.kept = kept;
      this.footer = footer;
    }

    @Override
    public Positions positions() {
      return footer.positions();
    }

    long rows() {
      return footer.rows();
    }

    /** Bytes written by the last {@link #writeTo}. */
    long size() {
      return size;
    }

    /** The SHA-256 of these bytes, in hexadecimal digits. */
    String sha256() {
      return sha256;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      MessageDigest digest;
      try {
        digest = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java has SHA-256", e);
      }
      Seal.Writer sealed = new Seal.Writer(new DigestOutputStream(out, digest));
      PositionedStream stream = new PositionedStream(sealed);
      BlockWriteSupport support =
          new BlockWriteSupport(table, footer.toMetadata(), sealed::startTail);
      try (ParquetWriter<BlockWriteSupport.Row> writer = writer(stream, support)) {
        for (int i = 0; i < blocks.size(); i++) {
          writeBlock(writer, support, blocks.get(i), kept.get(i));
        }
      }
      sealed.seal();
      size = stream.getPos();
      sha256 = HexFormat.of().formatHex(digest.digest());
    }

    private void writeBlock(
        ParquetWriter<BlockWriteSupport.Row> writer,
        BlockWriteSupport support,
        Block block,
        BitSet keep)
        throws IOException {
      if (keep.isEmpty()) {
        return;
      }
      BlockReader.Positions position = new BlockReader.Positions(block);
      BlockReader values = BlockReader.values(block);
      BlockWriteSupport.Row row =
          new BlockWriteSupport.Row(values, position, BlockWriteSupport.utf8(block.source()));
      for (int i = 0; i < keep.length(); i++) {
        position.next();
        if (keep.get(i)) {
          writer.write(row);
        } else {
          support.skip(values);
        }
      }
    }
  }

  private ParquetWriter<BlockWriteSupport.Row> writer(
      PositionOutputStream stream, BlockWriteSupport support) throws IOException {
    PlainParquetConfiguration configuration =
        new PlainParquetConfiguration(
            Map.of("parquet.compression.codec.zstd.level", String.valueOf(zstdLevel)));
    Builder builder =
        new Builder(new StreamFile(stream), support)
            .withConf(configuration)
            .withCompressionCodec(CompressionCodecName.ZSTD)
            .withRowGroupSize(ROW_GROUP_BYTES)
            .withAdaptiveBloomFilterEnabled(true);
    for (Column column : ParquetSchemas.columns(table)) {
      if (!(column.type() instanceof ColumnType.ListOf)
          && !(column.type() instanceof ColumnType.StructOf)) {
        builder.withDictionaryEncoding(column.name(), column.dictionary());
        builder.withBloomFilterEnabled(column.name(), column.bloomFilter());
      }
    }
    return builder.build();
  }

  private static final class Builder extends ParquetWriter.Builder<BlockWriteSupport.Row, Builder> {
    private final BlockWriteSupport support;

    Builder(OutputFile file, BlockWriteSupport support) {
      super(file);
      this.support = support;
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    protected WriteSupport<BlockWriteSupport.Row> getWriteSupport(Configuration configuration) {
      return support;
    }

    @Override
    protected WriteSupport<BlockWriteSupport.Row> getWriteSupport(
        ParquetConfiguration configuration) {
      return support;
    }
  }

  private record StreamFile(PositionOutputStream stream) implements OutputFile {
    @Override
    public PositionOutputStream create(long blockSizeHint) {
      return stream;
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSizeHint) {
      return stream;
    }

    @Override
    public boolean supportsBlockSize() {
      return false;
    }

    @Override
    public long defaultBlockSize() {
      return 0;
    }
  }

  /** Counts bytes; its end is the file's, not the stream's below, whose owner commits it. */
  private static final class PositionedStream extends PositionOutputStream {
    private final OutputStream out;
    private long position;

    PositionedStream(OutputStream out) {
      this.out = out;
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      position++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      position += length;
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void close() {}
  }
}
