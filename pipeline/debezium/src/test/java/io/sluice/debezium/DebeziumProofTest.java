package io.sluice.debezium;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.FormatProofContract;
import io.sluice.deadletter.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Changes of a table that gets a column in the middle are proved to the rebuilt date. */
class DebeziumProofTest extends FormatProofContract {
  private static final String CONTRACT =
      """
      format: debezium
      event_time: changed_at
      columns:
        - {name: changed_at, path: _source_ts, type: timestamp, required: true}
        - {name: op, path: _op, type: string, required: true}
        - {name: id, type: int64%s}
        - {name: price, type: "decimal(9,2)"}
        - {name: day, type: date}
        - {name: note, type: string}
        - {name: old_price, path: _before.price, type: "decimal(9,2)"}
      """;

  private static final List<String> FIELDS =
      List.of(
          Json.field("id", "int64", ""),
          Json.decimal("price", 2),
          Json.field("day", "int32", "io.debezium.time.Date"));

  private static final String OLD = "{\"id\":1000,\"price\":\"AGQ=\",\"day\":1}";

  @Override
  protected String format() {
    return "debezium";
  }

  @Override
  protected String contract() {
    return CONTRACT;
  }

  private static String row(String id, String more) {
    return "{\"id\":" + id + ",\"price\":\"/2o=\",\"day\":20454" + more + "}";
  }

  private static String at(Instant time, String envelope) {
    String seconds = String.valueOf(time.getEpochSecond());
    return envelope
        .replace("1767323045123456789", seconds + "000000000")
        .replace("1767323045123456", seconds + "000000")
        .replace("1767323045123", seconds + "000");
  }

  private static Sent sent(String json) {
    return new Sent("{\"id\":1000}".getBytes(UTF_8), json.getBytes(UTF_8), List.of());
  }

  @Override
  protected Good good(int number, Instant time) {
    if (number % 10 == 3) {
      return new Good(
          sent(at(time, Json.envelope("d", OLD, "null"))), "d|1000|1.00|1970-01-02|null|1.00");
    }
    if (number < GOOD / 2) {
      String update = at(time, Json.envelope("u", OLD, row(String.valueOf(number), "")));
      return new Good(
          sent(number % 2 == 0 ? update : Json.withSchema(FIELDS, update)),
          "u|" + number + "|-1.50|2026-01-01|null|1.00");
    }
    List<String> fields = new ArrayList<>(FIELDS);
    fields.add(0, Json.field("note", "string", ""));
    String create =
        at(time, Json.envelope("c", "null", row(String.valueOf(number), ",\"note\":\"é\"")));
    return new Good(
        sent(number % 2 == 0 ? create : Json.withSchema(fields, create)),
        "c|" + number + "|-1.50|2026-01-01|é|null");
  }

  @Override
  protected List<Odd> odd(Instant time) {
    String create = at(time, Json.envelope("c", "null", row("7", "")));
    return List.of(
        new Odd(
            sent(create.replace("\"id\":7", "\"id\":\"42\"")),
            Reason.WRONG_TYPE,
            "c|42|-1.50|2026-01-01|null|null"),
        new Odd(sent(create.replace("20454", "\"yesterday\"")), Reason.WRONG_TYPE, null),
        new Odd(sent(create.substring(0, create.length() - 1)), Reason.MALFORMED_JSON, null),
        new Odd(sent("[]"), Reason.NOT_AN_OBJECT, null),
        // A tombstone behind a delete, and a heartbeat.
        new Odd(new Sent("{\"id\":1000}".getBytes(UTF_8), null, List.of()), null, null),
        new Odd(sent("{\"ts_ms\":1767323046000}"), null, null));
  }
}
