package io.sluice.debezium;

import java.util.List;

/** The types of MariaDB that its connector documents. */
final class MariaDbTypes {
  private MariaDbTypes() {}

  private static final String TEXT = "cast(? as char)";
  private static final String HEX = "lower(hex(?))";
  private static final String MICROS = "cast(timestampdiff(microsecond, '1970-01-01', ?) as char)";
  private static final String TIME = "cast(cast(time_to_sec(?) * 1000000 as signed) as char)";
  private static final String BOOLEAN = "if(?, 'true', if(? is null, null, 'false'))";

  private static final String WKB = "concat('{wkb=', lower(hex(st_aswkb(?))), '}')";

  /** As Debezium has them, the lowest byte first. */
  private static final String BITS =
      "concat(substr(lpad(lower(hex(? + 0)), 6, '0'), 5, 2), substr(lpad(lower(hex(? + 0)), 6, '0'), 3, 2), substr(lpad(lower(hex(? + 0)), 6, '0'), 1, 2))";

  static final List<SqlType> ALL =
      List.of(
          SqlType.of("c_boolean", "boolean", "int32", TEXT, "true", "false"),
          SqlType.of("c_bit", "bit(1)", "boolean", BOOLEAN, "b'1'", "b'0'"),
          SqlType.of("c_bits", "bit(20)", "bytes", BITS, "b'1'", "b'11110000111100001111'"),
          SqlType.of("c_tinyint", "tinyint", "int32", TEXT, "1", "-128", "127"),
          SqlType.of("c_utinyint", "tinyint unsigned", "int32", TEXT, "0", "255"),
          SqlType.of("c_smallint", "smallint", "int32", TEXT, "1", "-32768", "32767"),
          SqlType.of("c_usmallint", "smallint unsigned", "int32", TEXT, "65535"),
          SqlType.of("c_mediumint", "mediumint", "int32", TEXT, "-8388608", "8388607"),
          SqlType.of("c_int", "int", "int32", TEXT, "-2147483648", "2147483647"),
          SqlType.of("c_uint", "int unsigned", "int64", TEXT, "4294967295"),
          SqlType.of(
              "c_bigint", "bigint", "int64", TEXT, "-9223372036854775808", "9223372036854775807"),
          SqlType.of("c_ubigint", "bigint unsigned", "int64", TEXT, "1", "9223372036854775807"),
          SqlType.of("c_real", "real", "double", TEXT, "1.5", "-0.25"),
          SqlType.of("c_float", "float", "float", TEXT, "1.5", "-0.25", "1e30"),
          SqlType.of(
              "c_double", "double", "double", TEXT, "0.1", "1.7976931348623157e308", "-5e-300"),
          SqlType.of("c_char", "char(4)", "string", TEXT, "'a'", "'äöü€'", "''"),
          SqlType.of(
              "c_varchar", "varchar(20)", "string", TEXT, "'it''s'", "''", "'line\\nquote\"'"),
          SqlType.of("c_binary", "binary(4)", "bytes", HEX, "x'00ff80'", "x'01020304'"),
          SqlType.of("c_varbinary", "varbinary(10)", "bytes", HEX, "x'00ff80'", "''"),
          SqlType.of("c_tinyblob", "tinyblob", "bytes", HEX, "x'00ff'"),
          SqlType.of("c_blob", "blob", "bytes", HEX, "repeat('ab', 5000)"),
          SqlType.of("c_mediumblob", "mediumblob", "bytes", HEX, "x'00ff'"),
          SqlType.of("c_longblob", "longblob", "bytes", HEX, "x'00ff'"),
          SqlType.of("c_tinytext", "tinytext", "string", TEXT, "'x'"),
          SqlType.of("c_text", "text", "string", TEXT, "repeat('€😀', 3000)"),
          SqlType.of("c_mediumtext", "mediumtext", "string", TEXT, "'x'"),
          SqlType.of("c_longtext", "longtext", "string", TEXT, "'x'"),
          SqlType.of(
              "c_json",
              "json",
              "json",
              TEXT,
              "'{\"b\": [1, 2.50, null], \"a\": {\"x\": \"é\"}}'",
              "'[]'",
              "'12.50'"),
          SqlType.of(
              "c_enum", "enum('happy', 'sad \"1\"')", "string", TEXT, "'happy'", "'sad \"1\"'"),
          SqlType.of("c_set", "set('a', 'b', 'c')", "string", TEXT, "'a,c'", "''"),
          SqlType.of(
                  "c_set_list",
                  "set('a', 'b', 'c')",
                  "{list: string}",
                  "concat('[', ?, ']')",
                  "'a,c'",
                  "''",
                  "'b'")
              .bare(""),
          SqlType.of("c_year", "year", "int32", TEXT, "2026", "1901", "2155"),
          SqlType.of(
              "c_date", "date", "date", TEXT, "'2026-11-28'", "'1000-01-01'", "'9999-12-31'"),
          SqlType.of("c_time", "time", "time", TIME, "'14:18:00'", "'00:00:00'", "'23:59:59'"),
          SqlType.of("c_time_6", "time(6)", "time", TIME, "'14:18:00.123456'", "'23:59:59.999999'"),
          SqlType.of("c_duration", "time(3)", "int64", TIME, "'838:59:59.5'", "'00:00:01'"),
          SqlType.of(
                  "c_datetime",
                  "datetime",
                  "timestamp",
                  MICROS,
                  "'2026-11-28 14:18:00'",
                  "'1000-01-01 00:00:00'",
                  "'9999-12-31 23:59:59'")
              .bare("timestamp(micros, epoch_ms)"),
          SqlType.of(
                  "c_datetime_6",
                  "datetime(6)",
                  "timestamp",
                  MICROS,
                  "'2026-11-28 14:18:00.123456'",
                  "'9999-12-31 23:59:59.999999'")
              .bare("timestamp(micros, epoch_us)"),
          SqlType.of(
              "c_timestamp",
              "timestamp",
              "timestamp",
              MICROS,
              "'2026-11-28 14:18:00'",
              "'1970-01-01 00:00:01'",
              "'2038-01-19 03:14:07'"),
          SqlType.of(
              "c_timestamp_6", "timestamp(6)", "timestamp", MICROS, "'2026-11-28 14:18:00.123456'"),
          SqlType.of(
              "c_decimal", "decimal(10,2)", "decimal(10,2)", TEXT, "1.50", "-99999999.99", "0"),
          SqlType.of(
              "c_numeric",
              "numeric(38,10)",
              "decimal(38,10)",
              TEXT,
              "-9999999999999999999999999999.9999999999",
              "0.0000000001"),
          SqlType.of("c_udecimal", "decimal(6,3) unsigned", "decimal(6,3)", TEXT, "999.999"),
          SqlType.of(
              "c_point",
              "point",
              "{struct: [{name: x, type: double}, {name: y, type: double}, {name: wkb, type: bytes}]}",
              "concat('{x=', st_x(?), ',y=', st_y(?), ',wkb=', lower(hex(st_aswkb(?))), '}')",
              "point(1.25, -2.75)"),
          SqlType.of(
              "c_linestring",
              "linestring",
              "{struct: [{name: wkb, type: bytes}]}",
              WKB,
              "st_geomfromtext('linestring(0 0, 1 1)')"),
          SqlType.of(
              "c_multipoint",
              "multipoint",
              "{struct: [{name: wkb, type: bytes}]}",
              WKB,
              "st_geomfromtext('multipoint(0 0, 1 1)')"),
          SqlType.of(
              "c_multilinestring",
              "multilinestring",
              "{struct: [{name: wkb, type: bytes}]}",
              WKB,
              "st_geomfromtext('multilinestring((0 0, 1 1), (2 2, 3 3))')"),
          SqlType.of(
              "c_multipolygon",
              "multipolygon",
              "{struct: [{name: wkb, type: bytes}]}",
              WKB,
              "st_geomfromtext('multipolygon(((0 0, 1 1, 1 0, 0 0)))')"),
          SqlType.of(
              "c_collection",
              "geometrycollection",
              "{struct: [{name: wkb, type: bytes}]}",
              WKB,
              "st_geomfromtext('geometrycollection(point(1 1))')"),
          SqlType.of(
              "c_polygon",
              "polygon",
              "{struct: [{name: wkb, type: bytes}]}",
              WKB,
              "st_geomfromtext('polygon((0 0, 1 1, 1 0, 0 0))')"),
          SqlType.of(
              "c_geometry",
              "geometry",
              "{struct: [{name: wkb, type: bytes}]}",
              WKB,
              "st_geomfromtext('multipoint(0 0, 1 1)')"));
}
