package io.sluice.write;

import io.sluice.lake.Store;
import io.sluice.lake.StoreInputFile;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.filter2.bloomfilterlevel.BloomFilterImpl;
import org.apache.parquet.filter2.dictionarylevel.DictionaryFilter;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.filter2.statisticslevel.StatisticsFilter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * Reads single columns of a file, row group by row group: nothing of the others is fetched, and a
 * column of one row group is held at most.
 */
public final class FileColumns implements AutoCloseable {
  private final StoreInputFile input;
  private final ParquetFileReader reader;

  /** Of one reader: what decompresses its pages is in them, and is not for two threads. */
  static ParquetReadOptions options() {
    return ParquetReadOptions.builder(new PlainParquetConfiguration()).build();
  }

  private FileColumns(StoreInputFile input, ParquetFileReader reader) {
    this.input = input;
    this.reader = reader;
  }

  /**
   * Opens a file.
   *
   * @throws IOException where it is not there, or cannot be read
   */
  public static FileColumns open(Store store, Store.Entry file) throws IOException {
    StoreInputFile input = new StoreInputFile(store, file);
    try {
      return new FileColumns(input, ParquetFileReader.open(input, options()));
    } catch (IOException | RuntimeException e) {
      input.throwFailure();
      throw new IOException(store.root() + "/" + file.key() + ": cannot be read", e);
    }
  }

  public MessageType schema() {
    return reader.getFileMetaData().getSchema();
  }

  /** How many rows each row group has. */
  public List<Long> rowGroups() {
    return reader.getRowGroups().stream().map(BlockMetaData::getRowCount).toList();
  }

  /**
   * Which row groups may have a row that a condition holds for, by their statistics, dictionaries
   * and Bloom filters; the others have none.
   *
   * @param condition is nowhere logged
   * @return by their indexes
   */
  public Set<Integer> rowGroupsThatMayHave(FilterPredicate condition) throws IOException {
    List<BlockMetaData> all = reader.getRowGroups();
    Set<Integer> may = new TreeSet<>();
    try {
      for (int i = 0; i < all.size(); i++) {
        BlockMetaData block = all.get(i);
        // One by one: the library's way over all three writes the condition to the log.
        if (!StatisticsFilter.canDrop(condition, block.getColumns())
            && !DictionaryFilter.canDrop(
                condition, block.getColumns(), reader.getDictionaryReader(block))
            && !BloomFilterImpl.canDrop(
                condition, block.getColumns(), reader.getBloomFilterDataReader(block))) {
          may.add(i);
        }
      }
    } catch (RuntimeException e) {
      input.throwFailure();
      throw e;
    }
    return may;
  }

  /** Takes the values of a column, one after the other. */
  public interface Taker {
    /**
     * Takes the value at which the reader stands.
     *
     * @param row its row's number in the row group, from 0 on
     */
    void take(long row, ColumnReader value);
  }

  /** Reads all values of a column, and null where there are none, of one row group. */
  public void read(ColumnDescriptor column, int rowGroup, Taker taker) throws IOException {
    try {
      ColumnReader values = values(reader, column, rowGroup);
      long count = values.getTotalValueCount();
      long row = -1;
      for (long i = 0; i < count; i++) {
        if (values.getCurrentRepetitionLevel() == 0) {
          row++;
        }
        taker.take(row, values);
        next(column, values);
      }
    } catch (IOException | RuntimeException e) {
      input.throwFailure();
      throw e;
    }
  }

  /** The values of one column of a row group. */
  static ColumnReader values(ParquetFileReader reader, ColumnDescriptor column, int rowGroup)
      throws IOException {
    MessageType only = only(reader.getFileMetaData().getSchema(), column);
    reader.setRequestedSchema(only);
    PageReadStore in = reader.readRowGroup(rowGroup);
    return new ColumnReadStoreImpl(
            in, new Ignore(only), only, reader.getFileMetaData().getCreatedBy())
        .getColumnReader(column);
  }

  /** Goes on to the next value; one that was not asked for is passed over. */
  static void next(ColumnDescriptor column, ColumnReader values) {
    if (values.getCurrentDefinitionLevel() == column.getMaxDefinitionLevel()) {
      values.skip();
    }
    values.consume();
  }

  /** A schema of one column, without its neighbours. */
  static MessageType only(MessageType schema, ColumnDescriptor column) {
    return new MessageType(schema.getName(), only(schema, column.getPath(), 0));
  }

  private static Type only(GroupType group, String[] path, int depth) {
    Type field = group.getType(path[depth]);
    return field.isPrimitive()
        ? field
        : field.asGroupType().withNewFields(only(field.asGroupType(), path, depth + 1));
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  /** The reader of columns asks for what makes records of them, which nobody does here. */
  private static final class Ignore extends GroupConverter {
    private final GroupType type;

    Ignore(GroupType type) {
      this.type = type;
    }

    @Override
    public Converter getConverter(int field) {
      return type.getType(field).isPrimitive()
          ? new PrimitiveConverter() {}
          : new Ignore(type.getType(field).asGroupType());
    }

    @Override
    public void start() {}

    @Override
    public void end() {}
  }
}
