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
 * @param missing the columns that the last change has not brought, with where their values in
 *     {@code row} are from
 */
record KeyState(
    byte[] key, Order order, boolean isDeleted, byte[] row, SortedMap<String, Fill> missing) {

  /**
   * Where a value is from that the last change has not brought.
   *
   * @param order of the change that brought it, or of one that says that it was not brought before:
   *     a row that is new with its key, or was deleted, has no values of before; null where no such
   *     change is known
   * @param isKnown whether there is a value: one that is not known is null
   */
  record Fill(@Nullable Order order, boolean isKnown) {
    static final Fill NONE = new Fill(null, false);

    /** Whether it is of a later change, or of the same and knows more. */
    boolean isBehind(Fill other) {
      if (order == null || other.order == null) {
        return order != null;
      }
      int compared = order.compare(other.order);
      return compared != 0 ? compared > 0 : isKnown && !other.isKnown;
    }
  }

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
    if (last.isDeleted || last.missing.isEmpty()) {
      return last;
    }
    SortedMap<String, Fill> taken = new TreeMap<>();
    for (Map.Entry<String, Fill> column : last.missing.entrySet()) {
      Fill offered = before.offer(column.getKey());
      if (offered.isBehind(column.getValue())) {
        taken.put(column.getKey(), offered);
      }
    }
    if (taken.isEmpty()) {
      return last;
    }
    SortedMap<String, Fill> missing = new TreeMap<>(last.missing);
    missing.putAll(taken);
    return new KeyState(
        last.key, last.order, false, filling.fill(last.row, before.row, taken.keySet()), missing);
  }

  /** What this has of a column for a later change that has not brought it. */
  private Fill offer(String column) {
    return isDeleted ? new Fill(order, false) : missing.getOrDefault(column, new Fill(order, true));
  }

  /** How many columns have no value though they may have one. */
  long unknown() {
    return missing.values().stream().filter(fill -> !fill.isKnown()).count();
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
      SortedMap<String, Fill> missing = readMissing(in);
      return new KeyState(key, order, isDeleted, in.readAllBytes(), missing);
    } catch (IOException e) {
      throw new IllegalStateException("a state that cannot be read", e);
    }
  }

  private static void writeMissing(DataOutputStream out, SortedMap<String, Fill> missing)
      throws IOException {
    out.writeInt(missing.size());
    for (Map.Entry<String, Fill> one : missing.entrySet()) {
      out.writeUTF(one.getKey());
      Order order = one.getValue().order();
      out.writeBoolean(one.getValue().isKnown());
      out.writeBoolean(order != null);
      if (order != null) {
        order.write(out);
      }
    }
  }

  private static SortedMap<String, Fill> readMissing(DataInputStream in) throws IOException {
    SortedMap<String, Fill> missing = new TreeMap<>();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      String column = in.readUTF();
      boolean isKnown = in.readBoolean();
      missing.put(column, new Fill(in.readBoolean() ? Order.read(in) : null, isKnown));
    }
    return missing;
  }

  /** What {@link #missing} is in a file; null where nothing is missing. */
  static byte @Nullable [] encodeMissing(SortedMap<String, Fill> missing) {
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
  static SortedMap<String, Fill> decodeMissing(byte[] bytes) throws IOException {
    return readMissing(new DataInputStream(new ByteArrayInputStream(bytes)));
  }
}
