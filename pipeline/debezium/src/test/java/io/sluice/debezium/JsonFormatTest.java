package io.sluice.debezium;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.contract.Contract;
import io.sluice.decode.RecordFormat;
import io.sluice.decode.RecordFormatContract;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;

/** Envelopes in JSON, with a schema and without, keep what every format promises. */
class JsonFormatTest extends RecordFormatContract {
  private static final Contract CONTRACT =
      TestDebezium.contract(
          "",
          "name: op, path: _op, type: string, required: true",
          "name: id, type: int64",
          "name: price, type: \"decimal(9,2)\"",
          "name: day, type: date",
          "name: tags, type: {list: string}",
          "name: old_price, path: _before.price, type: \"decimal(9,2)\"");

  private static final List<String> FIELDS =
      List.of(
          Json.field("id", "int64", ""),
          Json.decimal("price", 2),
          Json.field("day", "int32", "io.debezium.time.Date"),
          "{\"type\":\"array\",\"items\":{\"type\":\"string\",\"optional\":true},\"optional\":true,\"field\":\"tags\"}");

  private static final String ROW =
      "{\"id\":1000,\"price\":\"/2o=\",\"day\":20454,\"tags\":[\"é\\n\",null],\"other\":{\"a\":[1]}}";
  private static final String OLD = "{\"id\":1000,\"price\":\"AGQ=\",\"day\":1,\"tags\":[]}";

  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.123456Z");

  @Override
  protected RecordFormat format() {
    return new DebeziumFormat();
  }

  @Override
  protected Contract contract() {
    return CONTRACT;
  }

  private static Example example(String value, String op, Object... more) {
    Object[] row = new Object[more.length + 2];
    row[0] = TIME;
    row[1] = op;
    System.arraycopy(more, 0, row, 2, more.length);
    return Example.of(value, row);
  }

  @Override
  protected List<Example> good() {
    BigDecimal price = new BigDecimal("-1.50");
    BigDecimal old = new BigDecimal("1.00");
    LocalDate day = LocalDate.of(2026, 1, 1);
    List<String> tags = Arrays.asList("é\n", null);
    String update = Json.envelope("u", OLD, ROW);
    String delete = Json.envelope("d", OLD, "null");
    LocalDate second = LocalDate.of(1970, 1, 2);
    return List.of(
        example(update, "u", 1000L, price, day, tags, old),
        example(Json.withSchema(FIELDS, update), "u", 1000L, price, day, tags, old),
        example(delete, "d", 1000L, old, second, List.of(), old),
        example(Json.withSchema(FIELDS, delete), "d", 1000L, old, second, List.of(), old),
        example(Json.envelope("c", "null", "{\"id\":null}"), "c", null, null, null, null, null));
  }

  @Override
  protected List<byte[]> bad() {
    String create = Json.envelope("c", "null", ROW);
    return List.of(
            "{}",
            "[]",
            "{\"a\":1}",
            create.replace("\"c\"", "\"x\""),
            create.replace("\"op\":\"c\",", ""),
            create.substring(0, create.length() - 1),
            create + "x",
            create.replace("20454", "\"yesterday\""),
            create.replace("/2o=", "/2o"),
            Json.envelope("c", "null", "null"),
            Json.envelope("c", "null", "1"),
            Json.envelope("d", "null", "null"),
            Json.envelope("d", OLD, ROW),
            Json.envelope("u", OLD.replace("\"AGQ=\"", "true"), ROW),
            Json.withSchema(FIELDS, create).replace("\"scale\":\"2\"", "\"scale\":\"x\""),
            "{\"schema\":{},\"payload\":" + create + "}",
            "{\"schema\":" + Json.schema(FIELDS) + "}",
            "{\"schema\":{\"type\":\"string\"},\"payload\":\"text\"}",
            Json.withSchema(FIELDS, create).replace("\"optional\":true,", "\"optional\":true,,"))
        .stream()
        .map(text -> text.getBytes(UTF_8))
        .toList();
  }
}
