package io.sluice.json;

import io.sluice.contract.Column;
import io.sluice.contract.ColumnKind;
import io.sluice.contract.ColumnType;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.contract.Contract;
import io.sluice.contract.RowSchemas;
import io.sluice.convert.SharedPaths;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.beam.sdk.schemas.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A contract's names and types as the tree that documents are, taken apart once so that no record
 * pays for it. Both decoders go by it.
 */
final class JsonPlan {
  private JsonPlan() {}

  /** The document of a contract. */
  static ObjectPlan of(Contract contract) {
    ObjectPlan root = new ObjectPlan("", null);
    List<Column> columns = contract.columns();
    SharedPaths shared = new SharedPaths(contract);
    int slots = columns.size();
    for (int slot = 0; slot < columns.size(); slot++) {
      Column column = columns.get(slot);
      if (!column.reading().isOfValue()) {
        continue;
      }
      List<String> whole = column.path();
      List<String> path = shared.within(whole);
      ObjectPlan at = root;
      for (String name : path.subList(0, path.size() - 1)) {
        at = at.inner(name);
      }
      String name = path.get(path.size() - 1);
      if (shared.has(path)) {
        if (at.member(name) == null) {
          at.add(Member.shared(name, slots++, path));
        }
        continue;
      }
      at.add(
          new Member(
              name,
              null,
              ValuePlan.of(column.type(), column.pathText()),
              ColumnKind.of(column),
              slot,
              column.required(),
              column.pathText(),
              slot == contract.eventTime(),
              List.of()));
    }
    List<String> explode = contract.intake().explode();
    if (!explode.isEmpty()) {
      List<String> path = shared.within(explode);
      ObjectPlan at = root;
      for (String name : path.subList(0, path.size() - 1)) {
        at = at.inner(name);
      }
      if (at.member(path.get(path.size() - 1)) == null) {
        at.add(Member.shared(path.get(path.size() - 1), slots, path));
      }
    }
    return root;
  }

  /** What to do with each name of an object: of the document, of one in it, or of a struct. */
  static final class ObjectPlan {
    /** Where it stands in the document, as {@code a.items[]}. */
    final String path;

    final List<Member> members = new ArrayList<>();
    private final Map<String, Member> byName = new HashMap<>();

    /** Of a struct; null for others. */
    final @Nullable Schema schema;

    private ObjectPlan(String path, @Nullable Schema schema) {
      this.path = path;
      this.schema = schema;
    }

    static ObjectPlan of(ColumnType.StructOf struct, String path) {
      ObjectPlan plan = new ObjectPlan(path, RowSchemas.structSchema(struct));
      for (int slot = 0; slot < struct.fields().size(); slot++) {
        ColumnType.Field field = struct.fields().get(slot);
        plan.add(
            new Member(
                field.path(),
                null,
                ValuePlan.of(field.type(), plan.pathOf(field.path())),
                ColumnKind.ENCODED,
                slot,
                field.required(),
                field.path(),
                false,
                List.of()));
      }
      return plan;
    }

    private ObjectPlan inner(String name) {
      Member member = byName.get(name);
      if (member == null) {
        ObjectPlan inner = new ObjectPlan(pathOf(name), null);
        member = new Member(name, inner, null, ColumnKind.ENCODED, -1, false, "", false, List.of());
        add(member);
      }
      return Objects.requireNonNull(member.inner);
    }

    private void add(Member member) {
      member.index = members.size();
      members.add(member);
      byName.put(member.name, member);
    }

    /** Where a field of it stands in the document. */
    String pathOf(String name) {
      return path.isEmpty() ? name : path + "." + name;
    }

    @Nullable Member member(String name) {
      return byName.get(name);
    }
  }

  /** A name of an object, with what it leads to. */
  static final class Member {
    final String name;
    final byte[] utf8;

    /** The object that it is, of which columns are parts; null where it is a value. */
    final @Nullable ObjectPlan inner;

    private final @Nullable ValuePlan value;
    final ColumnKind kind;

    /** The column's number, or the field's in its struct; beyond the columns for what is shared. */
    final int slot;

    final boolean required;
    final String path;
    final boolean eventTime;

    /** Its path, where several columns read it or parts of it by a converter; else empty. */
    final List<String> shared;

    /** Its number in its object. */
    int index;

    private Member(
        String name,
        @Nullable ObjectPlan inner,
        @Nullable ValuePlan value,
        ColumnKind kind,
        int slot,
        boolean required,
        String path,
        boolean eventTime,
        List<String> shared) {
      this.name = name;
      this.utf8 = name.getBytes(StandardCharsets.UTF_8);
      this.inner = inner;
      this.value = value;
      this.kind = kind;
      this.slot = slot;
      this.required = required;
      this.path = path;
      this.eventTime = eventTime;
      this.shared = shared;
    }

    private static Member shared(String name, int slot, List<String> path) {
      return new Member(name, null, null, ColumnKind.ENCODED, slot, false, "", false, path);
    }

    ValuePlan value() {
      return Objects.requireNonNull(value);
    }

    /** Whether the name stands in JSON as it is, and has bytes of its own. */
    boolean hasPlainName() {
      return name.chars().allMatch(c -> c >= ' ' && c != '"' && c != '\\')
          && new String(utf8, StandardCharsets.UTF_8).equals(name);
    }
  }

  /** A {@link ColumnType}: what it is, and its parts. */
  static final class ValuePlan {
    enum Kind {
      STRING,
      BOOLEAN,
      INT32,
      INT64,
      FLOAT,
      DOUBLE,
      DATE,
      BYTES,
      DECIMAL,
      TIMESTAMP,
      LIST,
      STRUCT,
      /** Read by its {@code io.sluice.convert.Converter} in both ways. */
      OTHER
    }

    final Kind kind;
    private final @Nullable ColumnType type;
    private final @Nullable ValuePlan element;
    private final @Nullable ObjectPlan fields;

    private ValuePlan(
        Kind kind,
        @Nullable ColumnType type,
        @Nullable ValuePlan element,
        @Nullable ObjectPlan fields) {
      this.kind = kind;
      this.type = type;
      this.element = element;
      this.fields = fields;
    }

    /**
     * @param path where the value stands
     */
    static ValuePlan of(ColumnType type, String path) {
      if (type == Scalar.TIME
          || type == Scalar.UUID
          || type == Scalar.JSON
          || type instanceof ColumnType.Decimal decimal
              && decimal.written() != ColumnType.Decimal.Written.DECIMAL
          || type instanceof Timestamp time
              && (time.format() == Timestamp.Format.LISTED || time.isNanos())
          || type instanceof ColumnType.MapOf) {
        return new ValuePlan(Kind.OTHER, type, null, null);
      }
      if (type instanceof Scalar scalar) {
        return new ValuePlan(Kind.valueOf(scalar.name()), type, null, null);
      }
      if (type instanceof ColumnType.Decimal) {
        return new ValuePlan(Kind.DECIMAL, type, null, null);
      }
      if (type instanceof Timestamp) {
        return new ValuePlan(Kind.TIMESTAMP, type, null, null);
      }
      if (type instanceof ColumnType.ListOf list) {
        return new ValuePlan(Kind.LIST, type, of(list.element(), path + "[]"), null);
      }
      ObjectPlan fields = ObjectPlan.of((ColumnType.StructOf) type, path);
      return new ValuePlan(Kind.STRUCT, type, null, fields);
    }

    ColumnType type() {
      return Objects.requireNonNull(type);
    }

    Timestamp timestamp() {
      return (Timestamp) Objects.requireNonNull(type);
    }

    ColumnType.Decimal decimal() {
      return (ColumnType.Decimal) Objects.requireNonNull(type);
    }

    ValuePlan element() {
      return Objects.requireNonNull(element);
    }

    ObjectPlan fields() {
      return Objects.requireNonNull(fields);
    }
  }
}
