package io.sluice.decode;

import io.sluice.contract.ColumnType;
import io.sluice.contract.ColumnType.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What a schema says that a value is, as far as columns are made of it. */
public sealed interface SchemaType {
  /**
   * A value of a column's type, which may have parts only where it is JSON.
   *
   * @param remarks what is worth knowing of it, each in some words
   */
  record Value(ColumnType type, List<String> remarks) implements SchemaType {
    public Value {
      remarks = List.copyOf(remarks);
    }
  }

  /**
   * What is never a value, so that no column is made of it; within a list or a map it is JSON.
   *
   * @param why in some words
   */
  record Nothing(String why) implements SchemaType {}

  /** A list. */
  record ListOf(SchemaType element) implements SchemaType {}

  /** Values by names that are data. */
  record MapOf(SchemaType value) implements SchemaType {}

  /**
   * An object with fields of its own.
   *
   * @param name by which it is known again where it contains itself
   * @param fields asked for where the object is looked into, which need not come to an end
   * @param others which fields it may have besides these, whose names are data, in some words:
   *     {@code fields of other names, by …}; empty where the schema tells of none
   */
  record ObjectOf(String name, Supplier<List<SchemaField>> fields, String others)
      implements SchemaType {
    /** One with these fields alone. */
    public ObjectOf(String name, Supplier<List<SchemaField>> fields) {
      this(name, fields, "");
    }
  }

  /** A value without remarks. */
  static SchemaType of(ColumnType type) {
    return new Value(type, List.of());
  }

  /** A value with something to say of it. */
  static SchemaType of(ColumnType type, String remark) {
    return new Value(type, List.of(remark));
  }

  /** What no other type of a column holds: the JSON text of each value. */
  static SchemaType json(String why) {
    return of(Scalar.JSON, why + ": the JSON text of each value");
  }

  /** A value that is one of several types. */
  static SchemaType either(List<SchemaType> types) {
    List<SchemaType> some =
        types.stream().filter(type -> !(type instanceof Nothing)).distinct().toList();
    if (some.size() < 2) {
      return some.isEmpty() ? new Nothing("null in every record") : some.get(0);
    }
    if (some.stream().allMatch(Value.class::isInstance)) {
      return value(some.stream().map(Value.class::cast).toList());
    }
    if (some.stream().allMatch(ListOf.class::isInstance)) {
      return new ListOf(either(some.stream().map(type -> ((ListOf) type).element()).toList()));
    }
    if (some.stream().allMatch(MapOf.class::isInstance)) {
      return new MapOf(either(some.stream().map(type -> ((MapOf) type).value()).toList()));
    }
    if (some.stream().allMatch(ObjectOf.class::isInstance)) {
      List<ObjectOf> objects = some.stream().map(ObjectOf.class::cast).toList();
      return new ObjectOf(
          objects.stream().map(ObjectOf::name).distinct().collect(Collectors.joining(" or ")),
          () -> SchemaType.fieldsOfEither(objects),
          objects.stream()
              .map(ObjectOf::others)
              .filter(others -> !others.isEmpty())
              .distinct()
              .collect(Collectors.joining(", or ")));
    }
    return json("of several types");
  }

  private static SchemaType value(List<Value> values) {
    Set<ColumnType> types = values.stream().map(Value::type).collect(Collectors.toSet());
    List<String> remarks = values.stream().flatMap(v -> v.remarks().stream()).distinct().toList();
    if (types.size() == 1) {
      return new Value(values.get(0).type(), remarks);
    }
    if (Set.of(Scalar.INT32, Scalar.INT64).containsAll(types)) {
      return new Value(Scalar.INT64, remarks);
    }
    if (Set.of(Scalar.STRING, Scalar.UUID).containsAll(types)) {
      return new Value(Scalar.STRING, remarks);
    }
    if (Set.of(Scalar.INT32, Scalar.FLOAT, Scalar.DOUBLE).containsAll(types)) {
      return new Value(Scalar.DOUBLE, remarks);
    }
    return json("of several types");
  }

  /** What one of them requires is required where each of them does. */
  private static List<SchemaField> fieldsOfEither(List<ObjectOf> objects) {
    Map<String, List<SchemaField>> byName = new LinkedHashMap<>();
    for (ObjectOf object : new LinkedHashSet<>(objects)) {
      for (SchemaField field : object.fields().get()) {
        byName.computeIfAbsent(field.name(), name -> new ArrayList<>()).add(field);
      }
    }
    return byName.values().stream()
        .map(
            fields ->
                new SchemaField(
                    fields.get(0).name(),
                    either(fields.stream().map(SchemaField::type).toList()),
                    fields.size() == objects.size()
                        && fields.stream().allMatch(SchemaField::required),
                    fields.get(0).words()))
        .toList();
  }
}
