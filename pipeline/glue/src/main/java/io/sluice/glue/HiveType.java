package io.sluice.glue;

import io.sluice.contract.ColumnType;
import io.sluice.contract.ColumnType.Scalar;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A type as Hive spells it, which is how Glue has the types of columns. */
sealed interface HiveType {
  /**
   * One without parts.
   *
   * @param name such as {@code string}, {@code bigint}, {@code decimal(5,2)}
   */
  record Primitive(String name) implements HiveType {
    @Override
    public String toString() {
      return name;
    }
  }

  /** An array. */
  record ArrayOf(HiveType element) implements HiveType {
    @Override
    public String toString() {
      return "array<" + element + ">";
    }
  }

  /** A map. */
  record MapOf(HiveType key, HiveType value) implements HiveType {
    @Override
    public String toString() {
      return "map<" + key + "," + value + ">";
    }
  }

  /** A struct. */
  record StructOf(List<Field> fields) implements HiveType {
    public StructOf {
      fields = List.copyOf(fields);
    }

    @Override
    public String toString() {
      return fields.stream()
          .map(field -> field.name() + ":" + field.type())
          .collect(Collectors.joining(",", "struct<", ">"));
    }
  }

  /** A field of a struct. */
  record Field(String name, HiveType type) {}

  /**
   * What engines read of a column's files: a timestamp is one in UTC of whichever unit, a time of
   * the day its microseconds, JSON its text, a UUID its bytes. Names are in lower case, as Hive has
   * them.
   */
  static HiveType of(ColumnType type) {
    if (type instanceof Scalar scalar) {
      return new Primitive(
          switch (scalar) {
            case STRING, JSON -> "string";
            case BYTES, UUID -> "binary";
            case BOOLEAN -> "boolean";
            case INT32 -> "int";
            case INT64, TIME -> "bigint";
            case FLOAT -> "float";
            case DOUBLE -> "double";
            case DATE -> "date";
          });
    }
    if (type instanceof ColumnType.Decimal decimal) {
      return new Primitive("decimal(" + decimal.precision() + "," + decimal.scale() + ")");
    }
    if (type instanceof ColumnType.Timestamp) {
      return new Primitive("timestamp");
    }
    if (type instanceof ColumnType.ListOf list) {
      return new ArrayOf(of(list.element()));
    }
    if (type instanceof ColumnType.MapOf map) {
      return new MapOf(new Primitive("string"), of(map.value()));
    }
    return new StructOf(
        ((ColumnType.StructOf) type)
            .fields().stream()
                .map(field -> new Field(field.name().toLowerCase(Locale.ROOT), of(field.type())))
                .toList());
  }

  /** The first name that a struct has twice, since Hive does not tell case apart. */
  default Optional<String> twice() {
    if (this instanceof ArrayOf array) {
      return array.element().twice();
    }
    if (this instanceof MapOf map) {
      return map.value().twice();
    }
    if (this instanceof StructOf struct) {
      Set<String> names = new HashSet<>();
      for (Field field : struct.fields()) {
        if (!names.add(field.name())) {
          return Optional.of(field.name());
        }
        Optional<String> below = field.type().twice();
        if (below.isPresent()) {
          return below;
        }
      }
    }
    return Optional.empty();
  }

  /**
   * A type that reads files of both: a struct gains the fields that it lacks. Empty where there is
   * none.
   */
  static Optional<HiveType> merge(HiveType now, HiveType wanted) {
    if (now instanceof ArrayOf array && wanted instanceof ArrayOf other) {
      return merge(array.element(), other.element()).map(ArrayOf::new);
    }
    if (now instanceof MapOf map
        && wanted instanceof MapOf other
        && map.key().equals(other.key())) {
      return merge(map.value(), other.value()).map(value -> new MapOf(map.key(), value));
    }
    if (now instanceof StructOf struct && wanted instanceof StructOf other) {
      return merge(struct, other);
    }
    return now.equals(wanted) ? Optional.of(now) : Optional.empty();
  }

  private static Optional<HiveType> merge(StructOf now, StructOf wanted) {
    List<Field> fields = new ArrayList<>();
    for (Field field : now.fields()) {
      Optional<Field> same = named(wanted, field.name());
      Optional<HiveType> type =
          same.isEmpty() ? Optional.of(field.type()) : merge(field.type(), same.get().type());
      if (type.isEmpty()) {
        return Optional.empty();
      }
      fields.add(new Field(field.name(), type.get()));
    }
    wanted.fields().stream()
        .filter(field -> named(now, field.name()).isEmpty())
        .forEach(fields::add);
    return Optional.of(new StructOf(fields));
  }

  private static Optional<Field> named(StructOf struct, String name) {
    return struct.fields().stream().filter(field -> field.name().equals(name)).findFirst();
  }

  /** Reads a type. A text that is no type becomes a {@link Primitive} equal to nothing of ours. */
  static HiveType parse(String text) {
    HiveTypeParser parser = new HiveTypeParser(text.toLowerCase(Locale.ROOT).replace(" ", ""));
    return parser.whole().orElseGet(() -> new Primitive(text));
  }
}
