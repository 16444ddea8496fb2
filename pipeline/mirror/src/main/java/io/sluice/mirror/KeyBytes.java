package io.sluice.mirror;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/**
 * The values of a key as bytes, and the bucket of a key: the same for the same values, in every
 * process and for ever, since they say in which file a row is.
 */
record KeyBytes(byte[] bytes) {
  private static final long OFFSET = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  /**
   * The key of a row; null where one of its values is missing, or its file is from before the
   * contract had that column.
   */
  static byte @Nullable [] of(Group row, List<String> columns) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (String column : columns) {
        if (!row.getType().containsField(column)) {
          return null;
        }
        int field = row.getType().getFieldIndex(column);
        if (row.getFieldRepetitionCount(field) == 0) {
          return null;
        }
        write(row, field, out);
      }
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  private static void write(Group row, int field, DataOutputStream out) throws IOException {
    PrimitiveType type = row.getType().getType(field).asPrimitiveType();
    switch (type.getPrimitiveTypeName()) {
      case INT32 -> out.writeLong(row.getInteger(field, 0));
      case INT64 -> out.writeLong(row.getLong(field, 0));
      case BOOLEAN -> out.writeBoolean(row.getBoolean(field, 0));
      case FLOAT -> out.writeDouble(row.getFloat(field, 0));
      case DOUBLE -> out.writeDouble(row.getDouble(field, 0));
      case BINARY, FIXED_LEN_BYTE_ARRAY -> {
        byte[] value = row.getBinary(field, 0).getBytes();
        out.writeInt(value.length);
        out.write(value);
      }
      case INT96 -> throw new IllegalArgumentException("no column of a lake is an INT96");
    }
  }

  /** The bucket of a key: FNV-1a of its bytes, mixed as by MurmurHash3. */
  static int bucket(byte[] key, int buckets) {
    long hash = OFFSET;
    for (byte b : key) {
      hash = (hash ^ (b & 0xff)) * PRIME;
    }
    hash ^= hash >>> 33;
    hash *= 0xff51afd7ed558ccdL;
    hash ^= hash >>> 33;
    hash *= 0xc4ceb9fe1a85ec53L;
    hash ^= hash >>> 33;
    return (int) Math.floorMod(hash, (long) buckets);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof KeyBytes key && Arrays.equals(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return bytes.length + " bytes";
  }
}
