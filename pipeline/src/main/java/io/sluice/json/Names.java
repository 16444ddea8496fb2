package io.sluice.json;

import io.sluice.json.JsonPlan.Member;
import io.sluice.json.JsonPlan.ObjectPlan;
import io.sluice.record.StructWriter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds an object's members by the bytes of their names, and keeps which of them the object that is
 * being read has had, and where the fields of a struct were written. For one object after the
 * other: none is in another of the same plan.
 */
final class Names {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  /** So few are looked through. */
  private static final int FEW = 8;

  final ObjectPlan plan;
  private final Member[] members;
  private final @Nullable Names[] inner;

  /** Members by the hashes of their names, each at its place or the next free one behind it. */
  private final @Nullable Member[] table;

  private final long[] seen;

  /** Where the next name is looked for first: documents mostly have one order. */
  private int next;

  /** Of the fields of a struct. */
  final StructWriter struct;

  Names(ObjectPlan plan) {
    this.plan = plan;
    this.members = plan.members.toArray(Member[]::new);
    this.inner = new Names[members.length];
    for (Member member : members) {
      if (member.inner != null) {
        inner[member.index] = new Names(member.inner);
      }
    }
    this.seen = new long[(members.length + Long.SIZE - 1) / Long.SIZE];
    boolean[] required = new boolean[members.length];
    for (Member member : members) {
      required[member.index] = member.required;
    }
    this.struct = new StructWriter(required);
    this.table =
        new @Nullable Member[members.length <= FEW ? 0 : 4 * Integer.highestOneBit(members.length)];
    for (Member member : members) {
      if (table.length > 0) {
        int at = hash(member.utf8, 0, member.utf8.length) & table.length - 1;
        while (table[at] != null) {
          at = at + 1 & table.length - 1;
        }
        table[at] = member;
      }
    }
  }

  Names inner(Member member) {
    return Objects.requireNonNull(inner[member.index]);
  }

  /** Begins an object. */
  void begin() {
    for (int i = 0; i < seen.length; i++) {
      seen[i] = 0;
    }
  }

  /** Whether the object has not had this member before; it has now. */
  boolean isFirst(Member member) {
    int word = member.index >> 6;
    long bit = 1L << member.index;
    boolean first = (seen[word] & bit) == 0;
    seen[word] |= bit;
    return first;
  }

  /** The member that came next before, where its name and a quote stand here. */
  @Nullable Member expected(byte[] in, int start) {
    if (members.length == 0) {
      return null;
    }
    Member member = members[next];
    int length = member.utf8.length;
    int end = start + length;
    if (end < in.length && in[end] == '"' && isNamed(member, in, start, length)) {
      next = next + 1 < members.length ? next + 1 : 0;
      return member;
    }
    return null;
  }

  @Nullable Member find(byte[] in, int start, int length) {
    Member found = table.length > 0 ? lookUp(in, start, length) : lookThrough(in, start, length);
    if (found != null) {
      next = found.index + 1 < members.length ? found.index + 1 : 0;
    }
    return found;
  }

  private @Nullable Member lookUp(byte[] in, int start, int length) {
    int at = hash(in, start, length) & table.length - 1;
    for (Member member = table[at]; member != null; member = table[at]) {
      if (isNamed(member, in, start, length)) {
        return member;
      }
      at = at + 1 & table.length - 1;
    }
    return null;
  }

  private @Nullable Member lookThrough(byte[] in, int start, int length) {
    for (Member member : members) {
      if (isNamed(member, in, start, length)) {
        return member;
      }
    }
    return null;
  }

  private static int hash(byte[] in, int start, int length) {
    if (length == 0) {
      return 0;
    }
    int hash = length;
    for (int i = start; i < start + length; i++) {
      hash = 31 * hash + in[i];
    }
    return hash ^ hash >>> 15;
  }

  /** Eight bytes at a time, the last eight overlapping. */
  private static boolean isNamed(Member member, byte[] in, int start, int length) {
    byte[] name = member.utf8;
    if (length != name.length) {
      return false;
    }
    int at = 0;
    if (length >= Long.BYTES) {
      for (; at < length - Long.BYTES; at += Long.BYTES) {
        if ((long) LONGS.get(in, start + at) != (long) LONGS.get(name, at)) {
          return false;
        }
      }
      at = length - Long.BYTES;
      return (long) LONGS.get(in, start + at) == (long) LONGS.get(name, at);
    }
    for (; at < length; at++) {
      if (in[start + at] != name[at]) {
        return false;
      }
    }
    return true;
  }
}
