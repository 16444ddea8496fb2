package io.sluice.write;

import io.sluice.block.BlockReader;
import io.sluice.contract.Column;
import io.sluice.contract.ColumnType;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.Table;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Hands the rows of blocks to Parquet as they are encoded there: no row, and no string, is made of
 * them.
 */
final class BlockWriteSupport extends WriteSupport<BlockWriteSupport.Row> {
  /** Where the next row stands. */
  record Row(BlockReader values, BlockReader.Positions position, byte[] source) {}

  private final Table table;
  private final Map<String, String> footer;
  private final Runnable onLastRow;
  private @Nullable RecordConsumer out;

  /**
   * @param onLastRow called when all rows are written, before indexes and footer are
   */
  BlockWriteSupport(Table table, Map<String, String> footer, Runnable onLastRow) {
    this.table = table;
    this.footer = footer;
    this.onLastRow = onLastRow;
  }

  @Override
  public WriteContext init(Configuration configuration) {
    return context();
  }

  @Override
  public WriteContext init(ParquetConfiguration configuration) {
    return context();
  }

  private WriteContext context() {
    return new WriteContext(ParquetSchemas.of(table), footer);
  }

  @Override
  public void prepareForWrite(RecordConsumer recordConsumer) {
    out = recordConsumer;
  }

  @Override
  public void write(Row row) {
    RecordConsumer out = Objects.requireNonNull(this.out);
    out.startMessage();
    List<Column> columns = table.columns();
    for (int i = 0; i < columns.size(); i++) {
      writeField(out, row.values(), columns.get(i).name(), i, columns.get(i).type());
    }
    if (table.positionColumns()) {
      int at = columns.size();
      BlockReader.Positions position = row.position();
      out.startField("_source", at);
      out.addBinary(Binary.fromConstantByteArray(row.source()));
      out.endField("_source", at);
      out.startField("_partition", at + 1);
      out.addInteger(position.partition());
      out.endField("_partition", at + 1);
      out.startField("_offset", at + 2);
      out.addLong(position.offset());
      out.endField("_offset", at + 2);
      out.startField("_record_time", at + 3);
      out.addLong(position.recordTime());
      out.endField("_record_time", at + 3);
    }
    out.endMessage();
  }

  @Override
  public FinalizedWriteContext finalizeWrite() {
    onLastRow.run();
    return super.finalizeWrite();
  }

  /** Passes a row's values without writing them. */
  void skip(BlockReader in) {
    for (Column column : table.columns()) {
      if (in.readPresent()) {
        skip(in, column.type());
      }
    }
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void writeField(
      RecordConsumer out, BlockReader in, String name, int index, ColumnType type) {
    if (in.readPresent()) {
      out.startField(name, index);
      writeValue(out, in, type);
      out.endField(name, index);
    }
  }

  private static void writeValue(RecordConsumer out, BlockReader in, ColumnType type) {
    if (type instanceof Scalar scalar) {
      switch (scalar) {
        case STRING, BYTES -> out.addBinary(binary(in));
        case BOOLEAN -> out.addBoolean(in.readBoolean());
        case INT32, DATE -> out.addInteger((int) in.readSigned());
        case INT64 -> out.addLong(in.readSigned());
        case FLOAT -> out.addFloat(Float.intBitsToFloat((int) in.readFixed(Float.BYTES)));
        case DOUBLE -> out.addDouble(Double.longBitsToDouble(in.readFixed(Double.BYTES)));
      }
    } else if (type instanceof ColumnType.Decimal decimal) {
      writeDecimal(out, in, decimal);
    } else if (type instanceof ColumnType.Timestamp timestamp) {
      long micros = in.readSigned();
      out.addLong(
          timestamp.unit() == ColumnType.Timestamp.Unit.MILLIS
              ? Math.floorDiv(micros, 1000L)
              : micros);
    } else if (type instanceof ColumnType.ListOf list) {
      writeList(out, in, list);
    } else {
      List<ColumnType.Field> fields = ((ColumnType.StructOf) type).fields();
      out.startGroup();
      for (int i = 0; i < fields.size(); i++) {
        writeField(out, in, fields.get(i).name(), i, fields.get(i).type());
      }
      out.endGroup();
    }
  }

  private static void writeList(RecordConsumer out, BlockReader in, ColumnType.ListOf list) {
    int count = in.readLength();
    out.startGroup();
    if (count > 0) {
      out.startField("list", 0);
      for (int i = 0; i < count; i++) {
        out.startGroup();
        writeField(out, in, "element", 0, list.element());
        out.endGroup();
      }
      out.endField("list", 0);
    }
    out.endGroup();
  }

  private static void writeDecimal(RecordConsumer out, BlockReader in, ColumnType.Decimal type) {
    int length = in.readLength();
    byte[] unscaled = Arrays.copyOfRange(in.array(), in.bytesAt(), in.bytesAt() + length);
    in.skip(length);
    int fixed = ParquetSchemas.decimalLength(type);
    if (fixed == 0) {
      long value = new BigInteger(unscaled).longValueExact();
      if (ParquetSchemas.fitsInt32(type)) {
        out.addInteger(Math.toIntExact(value));
      } else {
        out.addLong(value);
      }
      return;
    }
    byte[] padded = new byte[fixed];
    Arrays.fill(padded, 0, fixed - length, (byte) (unscaled[0] < 0 ? -1 : 0));
    System.arraycopy(unscaled, 0, padded, fixed - length, length);
    out.addBinary(Binary.fromConstantByteArray(padded));
  }

  private static Binary binary(BlockReader in) {
    int length = in.readLength();
    Binary binary = Binary.fromConstantByteArray(in.array(), in.bytesAt(), length);
    in.skip(length);
    return binary;
  }

  private static void skip(BlockReader in, ColumnType type) {
    if (type instanceof Scalar scalar) {
      switch (scalar) {
        case STRING, BYTES -> in.skip(in.readLength());
        case BOOLEAN -> in.skip(1);
        case INT32, INT64, DATE -> in.readSigned();
        case FLOAT -> in.skip(Float.BYTES);
        case DOUBLE -> in.skip(Double.BYTES);
      }
    } else if (type instanceof ColumnType.Decimal) {
      in.skip(in.readLength());
    } else if (type instanceof ColumnType.Timestamp) {
      in.readSigned();
    } else if (type instanceof ColumnType.ListOf list) {
      int count = in.readLength();
      for (int i = 0; i < count; i++) {
        if (in.readPresent()) {
          skip(in, list.element());
        }
      }
    } else {
      for (ColumnType.Field field : ((ColumnType.StructOf) type).fields()) {
        if (in.readPresent()) {
          skip(in, field.type());
        }
      }
    }
  }
}
