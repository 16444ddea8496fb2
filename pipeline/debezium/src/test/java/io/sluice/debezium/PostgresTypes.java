package io.sluice.debezium;

import java.util.List;

/**
 * The types of PostgreSQL that its connector documents, but those of extensions that are not here.
 */
final class PostgresTypes {
  private PostgresTypes() {}

  private static final String TEXT = "?::text";
  private static final String MICROS = "(extract(epoch from ?) * 1000000)::bigint";
  private static final String HEX = "encode(?, 'hex')";

  /** As Debezium has them, the lowest byte first, and none behind the last that is not zero. */
  private static final String BITS =
      "regexp_replace(substr(lpad(to_hex(?::int), 6, '0'), 5, 2) || substr(lpad(to_hex(?::int), 6, '0'), 3, 2)"
          + " || substr(lpad(to_hex(?::int), 6, '0'), 1, 2), '(00)+$', '')";

  /** Of at most eight bits. */
  private static final String VARYING_BITS =
      "regexp_replace(lpad(to_hex((?::bit(32) >> (32 - length(?)))::int), 2, '0'), '(00)+$', '')";

  /**
   * What the connector documents, with two limits that are its own: a snapshot reads money by way
   * of a double, and a timestamp before 1582 in the Julian calendar.
   */
  static final List<SqlType> ALL =
      List.of(
          SqlType.of("c_boolean", "boolean", "boolean", TEXT, "true", "false"),
          SqlType.of("c_bit", "bit(1)", "boolean", "?::int::boolean::text", "B'1'", "B'0'"),
          SqlType.of(
              "c_bits",
              "bit(20)",
              "bytes",
              BITS,
              "B'11110000111100001111'",
              "B'00000000000000000001'"),
          SqlType.of("c_varbit", "bit varying(20)", "bytes", VARYING_BITS, "B'1011'", "B'0'"),
          SqlType.of("c_smallint", "smallint", "int32", TEXT, "1", "-32768", "32767"),
          SqlType.of("c_integer", "integer", "int32", TEXT, "1", "-2147483648", "2147483647"),
          SqlType.of(
              "c_bigint",
              "bigint",
              "int64",
              TEXT,
              "1",
              "-9223372036854775808",
              "9223372036854775807"),
          SqlType.of("c_oid", "oid", "int64", TEXT, "0", "4294967295"),
          SqlType.of(
              "c_real",
              "real",
              "float",
              TEXT,
              "1.5",
              "3.4028235e38",
              "1e-45",
              "'NaN'",
              "'-Infinity'"),
          SqlType.of(
              "c_double",
              "double precision",
              "double",
              TEXT,
              "0.1",
              "1.7976931348623157e308",
              "5e-324",
              "'NaN'",
              "'Infinity'"),
          SqlType.of("c_char", "char(4)", "string", "rpad(?::text, 4)", "'a'", "'äöü€'", "''"),
          SqlType.of(
              "c_varchar", "varchar(20)", "string", TEXT, "'it''s'", "''", "E'line\\nquote\"\\\\'"),
          SqlType.of("c_text", "text", "string", TEXT, "'x'", "repeat('€😀', 3000)", "''"),
          SqlType.of(
              "c_bytea",
              "bytea",
              "bytes",
              HEX,
              "'\\x00ff80'",
              "''",
              "decode(repeat('ab', 5000), 'hex')"),
          SqlType.of(
              "c_numeric_p",
              "numeric(10,2)",
              "decimal(10,2)",
              TEXT,
              "1.50",
              "-99999999.99",
              "0",
              "0.01"),
          SqlType.of(
              "c_numeric_38",
              "numeric(38,10)",
              "decimal(38,10)",
              TEXT,
              "1234567890123456789012345678.0123456789",
              "-9999999999999999999999999999.9999999999"),
          SqlType.of(
              "c_numeric",
              "numeric",
              "decimal(38,6)",
              "?::numeric(38,6)::text",
              "12.5",
              "-12345678901234567890.123456",
              "0",
              "1e20"),
          SqlType.of("c_decimal", "decimal(5)", "decimal(5,0)", TEXT, "12345", "-1"),
          SqlType.of(
              "c_money",
              "money",
              "decimal(19,2)",
              "?::numeric(19,2)::text",
              "12.34",
              "-99999999999.99"),
          SqlType.of(
              "c_date",
              "date",
              "date",
              "to_char(?, 'YYYY-MM-DD')",
              "'2026-11-28'",
              "'0001-01-01'",
              "'9999-12-31'",
              "'1969-12-31'"),
          SqlType.of(
              "c_time",
              "time",
              "time",
              MICROS,
              "'14:18:00.123456'",
              "'00:00'",
              "'23:59:59.999999'"),
          SqlType.of("c_time_3", "time(3)", "time", MICROS, "'14:18:00.123'", "'23:59:59.999'")
              .bare(""),
          SqlType.of(
                  "c_timestamp",
                  "timestamp",
                  "timestamp",
                  MICROS,
                  "'2026-11-28 14:18:00.123456'",
                  "'1582-10-15 00:00:00'",
                  "'9999-12-31 23:59:59.999999'",
                  "'1969-12-31 23:59:59.999999'")
              .bare("timestamp(micros, epoch_us)"),
          SqlType.of(
                  "c_timestamp_3",
                  "timestamp(3)",
                  "timestamp",
                  MICROS,
                  "'2026-11-28 14:18:00.123'",
                  "'1900-01-01 00:00:00.001'")
              .bare("timestamp(micros, epoch_ms)"),
          SqlType.of(
              "c_timestamptz",
              "timestamptz",
              "timestamp",
              MICROS,
              "'2026-11-28 14:18:00.123456+05:30'",
              "'1582-10-15 00:00:00Z'",
              "'9999-12-31 23:59:59.999999Z'"),
          SqlType.of(
              "c_timetz",
              "timetz",
              "time",
              "(extract(epoch from (? at time zone 'UTC')::time) * 1000000)::bigint",
              "'14:18:00.123456+02'",
              "'00:00:00Z'",
              "'23:30:00-01:30'"),
          SqlType.of(
              "c_interval",
              "interval",
              "int64",
              "(extract(epoch from ?) * 1000000)::bigint",
              "'1 day 02:03:04.5'",
              "'-1 hour'"),
          SqlType.of(
              "c_json",
              "json",
              "json",
              TEXT,
              "'{\"b\": [1, 2.50, null], \"a\": {\"x\": \"é\"}}'",
              "'[]'",
              "'\"text\"'",
              "'null'"),
          SqlType.of(
              "c_jsonb",
              "jsonb",
              "json",
              TEXT,
              "'{\"b\": [1, 2.50, null], \"a\": {\"x\": \"é\"}}'",
              "'12.50'",
              "'true'"),
          SqlType.of("c_xml", "xml", "string", TEXT, "'<a b=\"c\">d</a>'"),
          SqlType.of(
              "c_uuid",
              "uuid",
              "uuid",
              TEXT,
              "'01234567-89ab-cdef-0123-456789abcdef'",
              "'00000000-0000-0000-0000-000000000000'"),
          SqlType.of(
              "c_point",
              "point",
              "{struct: [{name: x, type: double}, {name: y, type: double}]}",
              "'{x=' || ?[0]::numeric(9,2) || ',y=' || ?[1]::numeric(9,2) || '}'",
              "'(1.25,-2.75)'"),
          SqlType.of("c_inet", "inet", "string", "abbrev(?)", "'192.168.1.1/24'", "'::1'"),
          SqlType.of("c_cidr", "cidr", "string", TEXT, "'10.0.0.0/8'"),
          SqlType.of("c_macaddr", "macaddr", "string", TEXT, "'08:00:2b:01:02:03'"),
          SqlType.of("c_macaddr8", "macaddr8", "string", TEXT, "'08:00:2b:01:02:03:04:05'"),
          SqlType.of("c_int4range", "int4range", "string", TEXT, "'[1,10)'", "'empty'"),
          SqlType.of("c_int8range", "int8range", "string", TEXT, "'[1,10)'"),
          SqlType.of("c_numrange", "numrange", "string", TEXT, "'[1.5,2.5]'"),
          SqlType.of(
              "c_tsrange", "tsrange", "string", TEXT, "'[2026-01-01 00:00, 2026-01-02 00:00)'"),
          SqlType.of(
              "c_tstzrange",
              "tstzrange",
              "string",
              TEXT,
              "'[2026-01-01 00:00Z, 2026-01-02 00:00Z)'"),
          SqlType.of("c_daterange", "daterange", "string", TEXT, "'[2026-01-01, 2026-01-02)'"),
          SqlType.of("c_enum", "mood", "string", TEXT, "'happy'", "'sad \"1\"'"),
          SqlType.of("c_domain", "positive", "int32", TEXT, "5"),
          SqlType.of("c_citext", "citext", "string", TEXT, "'CaSe'"),
          SqlType.of("c_ltree", "ltree", "string", TEXT, "'a.b.c'"),
          SqlType.of(
              "c_hstore", "hstore", "json", "hstore_to_json(?)::text", "'a=>1, b=>NULL'", "''"),
          SqlType.of(
              "c_int_list",
              "int[]",
              "{list: int32}",
              "replace(to_json(?)::text, ' ', '')",
              "'{1,2,NULL}'",
              "'{}'"),
          SqlType.of(
              "c_text_list",
              "text[]",
              "{list: string}",
              "'[' || array_to_string(?, ',', 'null') || ']'",
              "'{a,\"b c\",NULL}'"),
          SqlType.of(
              "c_numeric_list",
              "numeric(6,2)[]",
              "{list: \"decimal(6,2)\"}",
              "'[' || array_to_string(?, ',') || ']'",
              "'{1.50,-2.25}'"),
          SqlType.of(
              "c_date_list",
              "date[]",
              "{list: date}",
              "'[' || array_to_string(?, ',') || ']'",
              "'{2026-11-28,1970-01-01}'"),
          SqlType.of(
              "c_uuid_list",
              "uuid[]",
              "{list: uuid}",
              "'[' || array_to_string(?, ',') || ']'",
              "'{01234567-89ab-cdef-0123-456789abcdef}'"));
}
