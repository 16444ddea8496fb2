package io.sluice.write;

import io.sluice.lake.Footer;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Seal;
import io.sluice.lake.Store;
import io.sluice.lake.StoreInputFile;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * Copies the rows of files of one schema, or some of them, into one file, in order, column by
 * column: values with their repetition and definition levels, whatever the type. Row groups become
 * large; dictionaries and Bloom filters are kept where the files have them. At most a row group of
 * the new file, compressed, and a column of one of a file's are held.
 */
public final class ParquetCopy implements AutoCloseable {
  private final List<ParquetFileReader> readers = new ArrayList<>();
  private final MessageType schema;
  private final Map<String, String> footer;
  private final int zstdLevel;
  private final Without without;

  /** The columns that have one in any of the files, by path. */
  private final Set<String> bloomFilters = new HashSet<>();

  /** Which rows are left out. */
  public interface Without {
    /** None of them. */
    Without NOTHING = (file, rowGroup) -> new BitSet();

    /**
     * The numbers of rows of a row group of a file, both by their indexes; the greatest is that of
     * an int.
     */
    BitSet rows(int file, int rowGroup);
  }

  /**
   * A row group of one of the files.
   *
   * @param without the rows that are left out
   */
  private record Source(ParquetFileReader reader, int index, BlockMetaData block, BitSet without) {
    long rows() {
      return block.getRowCount() - without.cardinality();
    }
  }

  /**
   * @param files have the same schema, see {@link #schema}
   * @param footer what the new file says of its rows
   */
  public ParquetCopy(Store store, List<LakeFiles.DataFile> files, Footer footer, int zstdLevel)
      throws IOException {
    this(store, files, Without.NOTHING, footer, zstdLevel);
  }

  /** The same without some of the rows. Nothing of these is in the new file. */
  public ParquetCopy(
      Store store, List<LakeFiles.DataFile> files, Without without, Footer footer, int zstdLevel)
      throws IOException {
    this.without = without;
    this.footer = footer.toMetadata();
    this.zstdLevel = zstdLevel;
    try {
      for (LakeFiles.DataFile file : files) {
        readers.add(
            ParquetFileReader.open(new StoreInputFile(store, file.entry()), FileColumns.options()));
      }
      this.schema = readers.get(0).getFileMetaData().getSchema();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** The Parquet schema of a file. */
  public static MessageType schema(Store store, LakeFiles.DataFile file) throws IOException {
    try (ParquetFileReader reader =
        ParquetFileReader.open(new StoreInputFile(store, file.entry()), FileColumns.options())) {
      return reader.getFileMetaData().getSchema();
    }
  }

  /**
   * Writes the file, sealed.
   *
   * @return the SHA-256 of its bytes, in hexadecimal digits
   */
  public String writeTo(OutputStream out) throws IOException {
    Seal.Writer sealed = new Seal.Writer(out);
    ParquetProperties properties = properties();
    CodecFactory codecs =
        new CodecFactory(
            new PlainParquetConfiguration(
                Map.of("parquet.compression.codec.zstd.level", String.valueOf(zstdLevel))),
            ParquetProperties.DEFAULT_PAGE_SIZE);
    try {
      ParquetFileWriter writer =
          new ParquetFileWriter(
              new StreamOutputFile(sealed),
              schema,
              ParquetFileWriter.Mode.CREATE,
              ParquetFile.ROW_GROUP_BYTES,
              0,
              null,
              properties);
      writer.start();
      for (List<Source> rowGroup : rowGroups()) {
        writeRowGroup(writer, codecs, properties, rowGroup);
      }
      sealed.startTail();
      writer.end(footer);
      return sealed.seal();
    } finally {
      codecs.release();
    }
  }

  /** Which row groups of the files become one. */
  private List<List<Source>> rowGroups() {
    List<List<Source>> rowGroups = new ArrayList<>();
    List<Source> current = new ArrayList<>();
    long bytes = 0;
    for (int file = 0; file < readers.size(); file++) {
      ParquetFileReader reader = readers.get(file);
      List<BlockMetaData> blocks = reader.getRowGroups();
      for (int i = 0; i < blocks.size(); i++) {
        Source source = new Source(reader, i, blocks.get(i), without.rows(file, i));
        if (source.rows() == 0) {
          continue;
        }
        long size = blocks.get(i).getTotalByteSize();
        if (!current.isEmpty() && bytes + size > ParquetFile.ROW_GROUP_BYTES) {
          rowGroups.add(current);
          current = new ArrayList<>();
          bytes = 0;
        }
        current.add(source);
        bytes += size;
      }
    }
    if (!current.isEmpty()) {
      rowGroups.add(current);
    }
    return rowGroups;
  }

  private ParquetProperties properties() {
    Set<String> dictionaries = new HashSet<>();
    ParquetProperties.Builder properties = ParquetFile.properties();
    for (ParquetFileReader reader : readers) {
      for (BlockMetaData block : reader.getRowGroups()) {
        for (ColumnChunkMetaData column : block.getColumns()) {
          String path = column.getPath().toDotString();
          if (column.getEncodings().stream().anyMatch(Encoding::usesDictionary)) {
            dictionaries.add(path);
          }
          if (column.getBloomFilterOffset() >= 0) {
            bloomFilters.add(path);
          }
        }
      }
    }
    for (ColumnDescriptor column : schema.getColumns()) {
      String path = String.join(".", column.getPath());
      properties.withDictionaryEncoding(path, dictionaries.contains(path));
    }
    return properties.build();
  }

  private void writeRowGroup(
      ParquetFileWriter writer,
      CodecFactory codecs,
      ParquetProperties properties,
      List<Source> sources)
      throws IOException {
    try (ColumnChunkPageWriteStore pages =
        new ColumnChunkPageWriteStore(
            codecs.getCompressor(CompressionCodecName.ZSTD),
            schema,
            new HeapByteBufferAllocator(),
            ParquetProperties.DEFAULT_COLUMN_INDEX_TRUNCATE_LENGTH)) {
      for (ColumnDescriptor column : schema.getColumns()) {
        copyColumn(column, sources, properties, pages);
      }
      writer.startBlock(sources.stream().mapToLong(Source::rows).sum());
      pages.flushToFileWriter(writer);
      writer.endBlock();
    }
  }

  private void copyColumn(
      ColumnDescriptor column,
      List<Source> sources,
      ParquetProperties properties,
      ColumnChunkPageWriteStore pages)
      throws IOException {
    ColumnWriteStore store =
        properties.newColumnWriteStore(FileColumns.only(schema, column), pages, pages);
    ColumnWriter out = store.getColumnWriter(column);
    BloomFilterHashes bloomFilter =
        bloomFilters.contains(String.join(".", column.getPath()))
            ? new BloomFilterHashes(pages.getBloomFilterWriter(column))
            : null;
    for (Source source : sources) {
      copyColumn(column, source, store, out, bloomFilter);
    }
    store.flush();
    store.close();
    if (bloomFilter != null) {
      bloomFilter.finish();
    }
  }

  private static void copyColumn(
      ColumnDescriptor column,
      Source source,
      ColumnWriteStore store,
      ColumnWriter out,
      @Nullable BloomFilterHashes bloomFilter)
      throws IOException {
    ColumnReader values = FileColumns.values(source.reader(), column, source.index());
    long count = values.getTotalValueCount();
    int row = -1;
    boolean isOpen = false;
    for (long i = 0; i < count; i++) {
      if (values.getCurrentRepetitionLevel() == 0) {
        row++;
        if (isOpen) {
          store.endRecord();
        }
        isOpen = !source.without().get(row);
      }
      if (isOpen) {
        copyValue(column, values, out);
        if (bloomFilter != null
            && values.getCurrentDefinitionLevel() == column.getMaxDefinitionLevel()) {
          hash(column, values, bloomFilter);
        }
      }
      FileColumns.next(column, values);
    }
    if (isOpen) {
      store.endRecord();
    }
  }

  private static void hash(ColumnDescriptor column, ColumnReader in, BloomFilterHashes out) {
    switch (column.getPrimitiveType().getPrimitiveTypeName()) {
      case INT32 -> out.add(in.getInteger());
      case INT64 -> out.add(in.getLong());
      case FLOAT -> out.add(in.getFloat());
      case DOUBLE -> out.add(in.getDouble());
      case BINARY, FIXED_LEN_BYTE_ARRAY, INT96 -> {
        byte[] bytes = in.getBinary().getBytesUnsafe();
        out.add(bytes, 0, bytes.length);
      }
      case BOOLEAN -> throw new IllegalStateException("a Bloom filter of booleans");
    }
  }

  private static void copyValue(ColumnDescriptor column, ColumnReader in, ColumnWriter out) {
    int repetition = in.getCurrentRepetitionLevel();
    int definition = in.getCurrentDefinitionLevel();
    if (definition < column.getMaxDefinitionLevel()) {
      out.writeNull(repetition, definition);
      return;
    }
    switch (column.getPrimitiveType().getPrimitiveTypeName()) {
      case BOOLEAN -> out.write(in.getBoolean(), repetition, definition);
      case INT32 -> out.write(in.getInteger(), repetition, definition);
      case INT64 -> out.write(in.getLong(), repetition, definition);
      case FLOAT -> out.write(in.getFloat(), repetition, definition);
      case DOUBLE -> out.write(in.getDouble(), repetition, definition);
      case BINARY, FIXED_LEN_BYTE_ARRAY, INT96 -> out.write(in.getBinary(), repetition, definition);
    }
  }

  @Override
  public void close() throws IOException {
    for (ParquetFileReader reader : readers) {
      reader.close();
    }
  }
}
