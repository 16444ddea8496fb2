package io.sluice.write;

import io.sluice.block.Block;
import io.sluice.block.BlockColumn;
import io.sluice.block.BlockPositions;
import io.sluice.contract.Column;
import io.sluice.contract.ColumnKind;
import io.sluice.contract.ColumnType;
import io.sluice.contract.Positioned;
import io.sluice.contract.Table;
import io.sluice.lake.Seal;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;

/**
 * Encodes blocks as a Parquet file, column by column and page by page; Parquet's own classes
 * compress the pages and write indexes and footer. The same blocks give the same bytes.
 */
final class ParquetFile {
  /** Encoded rows of one row group, in bytes as blocks have them. */
  static final long ROW_GROUP_BYTES = 128L << 20;

  private static final int MICROS_PER_MILLI = 1000;

  /**
   * Least and greatest values of a column chunk that are longer are cut, the greatest rounded up:
   * together they may have 4096 bytes, or the library writes no statistics at all.
   */
  private static final int LONGEST_BOUND = 1024;

  /**
   * What was written.
   *
   * @param sha256 of the bytes, in hexadecimal digits
   */
  record Written(long size, String sha256) {}

  private final Table table;
  private final List<Column> columns;
  private final int layout;
  private final MessageType schema;
  private final ParquetProperties properties;
  private final int zstdLevel;

  ParquetFile(Table table, int zstdLevel) {
    this.table = table;
    this.columns = table.columns();
    this.layout = table.layout();
    this.schema = ParquetSchemas.of(table);
    this.zstdLevel = zstdLevel;
    ParquetProperties.Builder properties = properties();
    for (Column column : columns) {
      if (ColumnKind.of(column) == ColumnKind.ENCODED
          && schema.getType(column.name()).isPrimitive()) {
        properties.withDictionaryEncoding(column.name(), column.dictionary());
      }
    }
    this.properties = properties.build();
  }

  /** What holds for all of our files. */
  static ParquetProperties.Builder properties() {
    return ParquetProperties.builder().withStatisticsTruncateLength(LONGEST_BOUND);
  }

  /**
   * Writes a file, sealed.
   *
   * @param kept the rows of each block that are to be written
   * @param footer the keys and values of its footer
   */
  Written write(List<Block> blocks, List<BitSet> kept, Map<String, String> footer, OutputStream out)
      throws IOException {
    Seal.Writer sealed = new Seal.Writer(out);
    StreamOutputFile file = new StreamOutputFile(sealed);
    CodecFactory codecs =
        new CodecFactory(
            new PlainParquetConfiguration(
                Map.of("parquet.compression.codec.zstd.level", String.valueOf(zstdLevel))),
            ParquetProperties.DEFAULT_PAGE_SIZE);
    try {
      ParquetFileWriter writer =
          new ParquetFileWriter(
              file, schema, ParquetFileWriter.Mode.CREATE, ROW_GROUP_BYTES, 0, null, properties);
      writer.start();
      int from = 0;
      while (from < blocks.size()) {
        int to = from;
        long bytes = 0;
        while (to < blocks.size() && (to == from || bytes < ROW_GROUP_BYTES)) {
          bytes += blocks.get(to++).size();
        }
        writeRowGroup(writer, codecs, blocks.subList(from, to), kept.subList(from, to));
        from = to;
      }
      sealed.startTail();
      writer.end(footer);
      return new Written(file.position(), sealed.seal());
    } finally {
      codecs.release();
    }
  }

  private void writeRowGroup(
      ParquetFileWriter writer, CodecFactory codecs, List<Block> blocks, List<BitSet> kept)
      throws IOException {
    long rows = kept.stream().mapToLong(BitSet::cardinality).sum();
    if (rows == 0) {
      return;
    }
    try (ColumnChunkPageWriteStore pages =
        new ColumnChunkPageWriteStore(
            codecs.getCompressor(CompressionCodecName.ZSTD),
            schema,
            new HeapByteBufferAllocator(),
            ParquetProperties.DEFAULT_COLUMN_INDEX_TRUNCATE_LENGTH)) {
      List<BlockColumn[]> in =
          blocks.stream().map(block -> BlockColumn.of(block, columns, layout)).toList();
      for (int i = 0; i < columns.size(); i++) {
        writeColumn(pages, i, blocks, in, kept);
      }
      if (EncodedColumnsWriter.isNeeded(columns)) {
        EncodedColumnsWriter encoded = new EncodedColumnsWriter(columns, schema, properties, pages);
        for (int b = 0; b < blocks.size(); b++) {
          encoded.write(in.get(b), blocks.get(b).rows(), kept.get(b));
        }
        encoded.finish();
      }
      if (!table.positionColumns().isEmpty()) {
        writePositions(pages, blocks, kept);
      }
      writer.startBlock(rows);
      pages.flushToFileWriter(writer);
      writer.endBlock();
    }
  }

  private void writeColumn(
      ColumnChunkPageWriteStore pages,
      int index,
      List<Block> blocks,
      List<BlockColumn[]> in,
      List<BitSet> kept)
      throws IOException {
    Column column = columns.get(index);
    switch (ColumnKind.of(column)) {
      case BYTES -> {
        BytesColumnWriter out = bytesWriter(pages, column.name(), column.bloomFilter());
        for (int b = 0; b < blocks.size(); b++) {
          out.write(in.get(b)[index], blocks.get(b).rows(), kept.get(b));
        }
        out.finish();
      }
      case INTEGER -> {
        IntegerColumnWriter out =
            integerWriter(
                pages, column.name(), column.dictionary(), isMillis(column) ? MICROS_PER_MILLI : 1);
        for (int b = 0; b < blocks.size(); b++) {
          out.write(in.get(b)[index], blocks.get(b).rows(), kept.get(b));
        }
        out.finish();
      }
      case ENCODED -> {
        // All of these together, by rows.
      }
    }
  }

  private static boolean isMillis(Column column) {
    return column.type() instanceof ColumnType.Timestamp timestamp && timestamp.isMillis();
  }

  private void writePositions(
      ColumnChunkPageWriteStore pages, List<Block> blocks, List<BitSet> kept) throws IOException {
    BytesColumnWriter sources = bytesWriter(pages, Positioned.SOURCE, false);
    IntegerColumnWriter partitions = integerWriter(pages, Positioned.PARTITION, true, 1);
    IntegerColumnWriter offsets = integerWriter(pages, Positioned.OFFSET, false, 1);
    IntegerColumnWriter recordTimes = integerWriter(pages, Positioned.RECORD_TIME, false, 1);
    boolean millis = table.positionColumns().stream().anyMatch(ParquetFile::isMillis);
    for (int b = 0; b < blocks.size(); b++) {
      Block block = blocks.get(b);
      BlockPositions position = BlockPositions.ofRows(block);
      for (int row = 0; position.next(); row++) {
        if (kept.get(b).get(row)) {
          partitions.add(position.partition());
          offsets.add(position.offset());
          recordTimes.add(
              millis
                  ? position.recordTime()
                  : Positioned.inRange(position.recordTime()) * MICROS_PER_MILLI);
        }
      }
      sources.write(
          Binary.fromConstantByteArray(block.source().getBytes(StandardCharsets.UTF_8)),
          kept.get(b).cardinality());
    }
    sources.finish();
    partitions.finish();
    offsets.finish();
    recordTimes.finish();
  }

  private BytesColumnWriter bytesWriter(
      ColumnChunkPageWriteStore pages, String column, boolean bloomFilter) {
    ColumnDescriptor descriptor = schema.getColumnDescription(new String[] {column});
    return new BytesColumnWriter(
        descriptor,
        pages.getPageWriter(descriptor),
        bloomFilter ? new BloomFilterHashes(pages.getBloomFilterWriter(descriptor)) : null);
  }

  private IntegerColumnWriter integerWriter(
      ColumnChunkPageWriteStore pages, String column, boolean dictionary, long divisor) {
    ColumnDescriptor descriptor = schema.getColumnDescription(new String[] {column});
    return new IntegerColumnWriter(
        descriptor, pages.getPageWriter(descriptor), dictionary, divisor);
  }
}
