package io.sluice.contract;

import io.sluice.Suggestions;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a type is called here that SQL, a programming language or a schema calls otherwise. */
final class OtherTypes {
  private static final Pattern PARTS =
      Pattern.compile("([a-z][a-z0-9_ ]*?)\\s*(\\(.*\\)|<.*>)?(\\[])?");
  private static final List<String> OWN =
      List.of(
          "string",
          "boolean",
          "int32",
          "int64",
          "float",
          "double",
          "decimal",
          "date",
          "time",
          "timestamp",
          "bytes",
          "uuid",
          "json");

  private static final Map<String, String> MEANT =
      Map.ofEntries(
          Map.entry("integer", "int32, or int64 for what is larger"),
          Map.entry("int", "int32, or int64 for what is larger"),
          Map.entry("int4", "int32"),
          Map.entry("int16", "int32"),
          Map.entry("int8", "int32, or int64 for PostgreSQL's int8"),
          Map.entry("uint32", "int64"),
          Map.entry("short", "int32"),
          Map.entry("smallint", "int32"),
          Map.entry("tinyint", "int32"),
          Map.entry("serial", "int32"),
          Map.entry("long", "int64"),
          Map.entry("bigint", "int64"),
          Map.entry("bigserial", "int64"),
          Map.entry("text", "string"),
          Map.entry("str", "string"),
          Map.entry("varchar", "string"),
          Map.entry("nvarchar", "string"),
          Map.entry("character varying", "string"),
          Map.entry("char", "string"),
          Map.entry("character", "string"),
          Map.entry("enum", "string"),
          Map.entry("bool", "boolean"),
          Map.entry("real", "float"),
          Map.entry("float4", "float"),
          Map.entry("float32", "float"),
          Map.entry("float8", "double"),
          Map.entry("float64", "double"),
          Map.entry("double precision", "double"),
          Map.entry("number", "double, or decimal(p,s) where no digit may be lost"),
          Map.entry("numeric", "decimal(p,s)"),
          Map.entry("money", "decimal(p,s)"),
          Map.entry("datetime", "timestamp"),
          Map.entry("datetime2", "timestamp"),
          Map.entry("date-time", "timestamp"),
          Map.entry("instant", "timestamp"),
          Map.entry("timestamptz", "timestamp"),
          Map.entry("timestamp with time zone", "timestamp"),
          Map.entry("timestamp_ntz", "timestamp"),
          Map.entry("timestamp_tz", "timestamp"),
          Map.entry("binary", "bytes"),
          Map.entry("varbinary", "bytes"),
          Map.entry("bytea", "bytes"),
          Map.entry("blob", "bytes"),
          Map.entry("guid", "uuid"),
          Map.entry("jsonb", "json"),
          Map.entry("variant", "json"),
          Map.entry("any", "json"),
          Map.entry("array", "{list: TYPE}"),
          Map.entry("list", "{list: TYPE}"),
          Map.entry("map", "{map: TYPE}"),
          Map.entry("object", "{struct: [FIELDS]}, {map: TYPE} or json"),
          Map.entry("record", "{struct: [FIELDS]}"),
          Map.entry("row", "{struct: [FIELDS]}"),
          Map.entry("struct", "{struct: [FIELDS]}"));

  private OtherTypes() {}

  /**
   * What may be meant by a type that there is not.
   *
   * @return as a contract has it; empty where nothing is near
   */
  static Optional<String> meant(String type) {
    Matcher parts = PARTS.matcher(type.strip().toLowerCase(Locale.ROOT));
    if (!parts.matches()) {
      return Optional.ofNullable(MEANT.get(type.strip().toLowerCase(Locale.ROOT)));
    }
    String name = parts.group(1);
    if (parts.group(3) != null) {
      return Optional.of("{list: TYPE}");
    }
    String other = MEANT.get(name);
    if (other == null) {
      other = Suggestions.nearest(name, OWN).orElse(null);
    }
    if (other == null) {
      return Optional.empty();
    }
    String arguments = parts.group(2) == null ? "" : parts.group(2);
    if (other.startsWith("decimal")) {
      return Optional.of("decimal" + (arguments.contains(",") ? arguments : "(p,s)"));
    }
    boolean isFormat = other.equals("timestamp") && arguments.matches("\\([a-z].*");
    return Optional.of(isFormat ? other + arguments : other);
  }
}
