package io.sluice.mirror;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a key from some of its changes. {@link #merge} gives what is known from the
 * changes of both, whatever the order in which they are put together, and however often: so changes
 * that come twice, or late, change nothing that is so already.
 *
 * @param key the bytes of the key's values, as {@link KeyBytes} has them
 * @param order of the last change
 * @param isDeleted whether that was a delete
 * @param row the row as {@link Groups} has it; of a delete what tells which it was
 * @param missing the columns that the last change has not brought, with the order of the change
 *     from which their value in {@code row} is; null where none is known
 */
record KeyState(
    byte[] key,
    Order order,
    boolean isDeleted,
    byte[] row,
    SortedMap<String, @Nullable Order> missing) {

  /** Takes a column's value of one row into another. */
  interface Filling {
    /**
     * @return the row {@code to} with the values of {@code columns} that {@code from} has
     */
    byte[] fill(byte[] to, byte[] from, Iterable<String> columns);
  }

  /** What is known from the changes of both; they are of one key. */
  static KeyState merge(KeyState one, KeyState other, Filling filling) {
    int order = one.order.compare(other.order);
    // Of one change seen twice, whichever knows more.
    boolean isOne = order != 0 ? order > 0 : one.unknown() <= other.unknown();
    KeyState last = isOne ? one : other;
    KeyState before = isOne ? other : one;
    if (last.isDeleted || last.missing.isEmpty() || before.isDeleted) {
      return last;
    }
    SortedMap<String, @Nullable Order> missing = new TreeMap<>(last.missing);
    SortedMap<String, Order> taken = new TreeMap<>();
    for (Map.Entry<String, @Nullable Order> column : last.missing.entrySet()) {
      Order known = column.getValue();
      boolean isMissing = before.missing.containsKey(column.getKey());
      Order offered = isMissing ? before.missing.get(column.getKey()) : before.order;
      if (offered != null && (known == null || offered.compare(known) > 0)) {
        taken.put(column.getKey(), offered);
      }
    }
    if (taken.isEmpty()) {
      return last;
    }
    missing.putAll(taken);
    return new KeyState(
        last.key,
        last.order,
        false,
        filling.fill(last.row, before.row, taken.keySet()),
        missing);
  }

  /** How many columns have no value though they may have one. */
  long unknown() {
    return missing.values().stream().filter(order -> order == null).count();
  }

  byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(row.length + key.length + 100);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(key.length);
      out.write(key);
      order.write(out);
      out.writeBoolean(isDeleted);
      writeMissing(out, missing);
      out.write(row);
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  /** One that {@link #encode} wrote. */
  static KeyState decode(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      byte[] key = new byte[in.readInt()];
      in.readFully(key);
      Order order = Order.read(in);
      boolean isDeleted = in.readBoolean();
      SortedMap<String, @Nullable Order> missing = readMissing(in);
      return new KeyState(key, order, isDeleted, in.readAllBytes(), missing);
    } catch (IOException e) {
      throw new IllegalStateException("a state that cannot be read", e);
    }
  }

  private static void writeMissing(
      DataOutputStream out, SortedMap<String, @Nullable Order> missing) throws IOException {
    out.writeInt(missing.size());
    for (Map.Entry<String, @Nullable Order> one : missing.entrySet()) {
      out.writeUTF(one.getKey());
      Order order = one.getValue();
      out.writeBoolean(order != null);
      if (order != null) {
        order.write(out);
      }
    }
  }

  private static SortedMap<String, @Nullable Order> readMissing(DataInputStream in)
      throws IOException {
    SortedMap<String, @Nullable Order> missing = new TreeMap<>();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      missing.put(in.readUTF(), in.readBoolean() ? Order.read(in) : null);
    }
    return missing;
  }

  /** What {@link #missing} is in a file; null where nothing is missing. */
  static byte @Nullable [] encodeMissing(SortedMap<String, @Nullable Order> missing) {
    if (missing.isEmpty()) {
      return null;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      writeMissing(out, missing);
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  /** The same as it was written. */
  static SortedMap<String, @Nullable Order> decodeMissing(byte[] bytes) throws IOException {
    return readMissing(new DataInputStream(new ByteArrayInputStream(bytes)));
  }
}
