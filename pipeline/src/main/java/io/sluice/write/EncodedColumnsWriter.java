package io.sluice.write;

import io.sluice.block.BlockColumn;
import io.sluice.contract.Column;
import io.sluice.contract.ColumnKind;
import io.sluice.contract.ColumnType;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.record.BytesReader;
import io.sluice.record.EncodedValues;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * Writes the columns of {@link ColumnKind#ENCODED} by Parquet's own record consumer, row by row:
 * what is nested has levels that only it should make.
 */
final class EncodedColumnsWriter {
  private final List<Column> columns;

  /** Which of the columns they are. */
  private final int[] indexes;

  private final ColumnWriteStore store;
  private final RecordConsumer out;

  /** Where the values of each of the columns go: to {@code out}, or through its filter to it. */
  private final RecordConsumer[] valuesOut;

  private final List<BloomFilterHashes> bloomFilters = new ArrayList<>();

  EncodedColumnsWriter(
      List<Column> columns,
      MessageType schema,
      ParquetProperties properties,
      ColumnChunkPageWriteStore pages) {
    this.columns = columns;
    indexes =
        IntStream.range(0, columns.size())
            .filter(i -> ColumnKind.of(columns.get(i)) == ColumnKind.ENCODED)
            .toArray();
    List<Type> fields =
        Arrays.stream(indexes).mapToObj(i -> schema.getType(columns.get(i).name())).toList();
    MessageType part = new MessageType(schema.getName(), fields);
    store = properties.newColumnWriteStore(part, pages, pages);
    out = new ColumnIOFactory().getColumnIO(part).getRecordWriter(store);
    valuesOut = new RecordConsumer[indexes.length];
    for (int field = 0; field < indexes.length; field++) {
      Column column = columns.get(indexes[field]);
      valuesOut[field] = out;
      if (column.bloomFilter()) {
        ColumnDescriptor descriptor = schema.getColumnDescription(new String[] {column.name()});
        BloomFilterHashes hashes = new BloomFilterHashes(pages.getBloomFilterWriter(descriptor));
        bloomFilters.add(hashes);
        valuesOut[field] = new HashedValues(out, hashes);
      }
    }
  }

  static boolean isNeeded(List<Column> columns) {
    return columns.stream().anyMatch(column -> ColumnKind.of(column) == ColumnKind.ENCODED);
  }

  /** Writes the rows of a block that are kept. */
  void write(BlockColumn[] in, int rows, BitSet keep) {
    for (int row = 0; row < rows; row++) {
      boolean kept = keep.get(row);
      if (kept) {
        out.startMessage();
      }
      for (int field = 0; field < indexes.length; field++) {
        Column column = columns.get(indexes[field]);
        BlockColumn values = in[indexes[field]];
        if (!values.isPresent(row)) {
          continue;
        }
        if (kept) {
          out.startField(column.name(), field);
          writeValue(valuesOut[field], values.encoded(), column.type());
          out.endField(column.name(), field);
        } else {
          EncodedValues.skip(values.encoded(), column.type());
        }
      }
      if (kept) {
        out.endMessage();
      }
    }
  }

  /** Writes what is left. */
  void finish() {
    out.flush();
    store.flush();
    store.close();
    bloomFilters.forEach(BloomFilterHashes::finish);
  }

  private static void writeField(
      RecordConsumer out, BytesReader in, String name, int index, ColumnType type) {
    if (in.readPresent()) {
      out.startField(name, index);
      writeValue(out, in, type);
      out.endField(name, index);
    }
  }

  private static void writeValue(RecordConsumer out, BytesReader in, ColumnType type) {
    if (type instanceof Scalar scalar) {
      switch (scalar) {
        case STRING, BYTES, UUID, JSON -> out.addBinary(binary(in));
        case BOOLEAN -> out.addBoolean(in.readBoolean());
        case INT32, DATE -> out.addInteger((int) in.readSigned());
        case INT64, TIME -> out.addLong(in.readSigned());
        case FLOAT -> out.addFloat(Float.intBitsToFloat((int) in.readFixed(Float.BYTES)));
        case DOUBLE -> out.addDouble(Double.longBitsToDouble(in.readFixed(Double.BYTES)));
      }
    } else if (type instanceof ColumnType.Decimal decimal) {
      writeDecimal(out, in, decimal);
    } else if (type instanceof ColumnType.Timestamp timestamp) {
      long units = in.readSigned();
      out.addLong(timestamp.isMillis() ? Math.floorDiv(units, 1000L) : units);
    } else if (type instanceof ColumnType.ListOf list) {
      writeList(out, in, list);
    } else if (type instanceof ColumnType.MapOf map) {
      writeMap(out, in, map);
    } else {
      List<ColumnType.Field> fields = ((ColumnType.StructOf) type).fields();
      out.startGroup();
      for (int i = 0; i < fields.size(); i++) {
        writeField(out, in, fields.get(i).name(), i, fields.get(i).type());
      }
      out.endGroup();
    }
  }

  private static void writeList(RecordConsumer out, BytesReader in, ColumnType.ListOf list) {
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

  private static void writeMap(RecordConsumer out, BytesReader in, ColumnType.MapOf map) {
    int count = in.readLength();
    out.startGroup();
    if (count > 0) {
      out.startField("key_value", 0);
      for (int i = 0; i < count; i++) {
        out.startGroup();
        out.startField("key", 0);
        out.addBinary(binary(in));
        out.endField("key", 0);
        writeField(out, in, "value", 1, map.value());
        out.endGroup();
      }
      out.endField("key_value", 0);
    }
    out.endGroup();
  }

  private static void writeDecimal(RecordConsumer out, BytesReader in, ColumnType.Decimal type) {
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

  private static Binary binary(BytesReader in) {
    int length = in.readLength();
    Binary binary = Binary.fromConstantByteArray(in.array(), in.bytesAt(), length);
    in.skip(length);
    return binary;
  }
}
