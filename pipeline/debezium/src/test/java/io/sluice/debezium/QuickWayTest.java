package io.sluice.debezium;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.contract.Contract;
import io.sluice.decode.Outcome;
import io.sluice.decode.ValueDecoder;
import io.sluice.schema.Schemas;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Envelopes in JSON are read in a quick way, and exactly where that cannot: both make the same of
 * each, with what they say of it.
 */
class QuickWayTest {
  private static final int SEEDS = Integer.getInteger("sluice.seeds", 4_000);

  private static final List<String> FIELDS =
      List.of(
          Json.field("id", "int64", ""),
          Json.decimal("price", 2),
          Json.field("day", "int32", "io.debezium.time.Date"),
          Json.field("at", "string", "io.debezium.time.ZonedTimestamp"),
          Json.field("attrs", "string", "io.debezium.data.Json"),
          Json.field("nanos", "int64", "io.debezium.time.NanoTimestamp"),
          "{\"type\":\"array\",\"items\":{\"type\":\"string\",\"optional\":true},\"optional\":true,\"field\":\"tags\"}");

  private static final Contract CONTRACT =
      TestDebezium.contract(
          "",
          "name: op, path: _op, type: string",
          "name: lsn, path: _lsn, type: int64",
          "name: id, type: int64, required: true",
          "name: price, type: \"decimal(9,2)\"",
          "name: day, type: date",
          "name: at, type: timestamp",
          "name: nanos, type: \"timestamp(micros, epoch_ns)\"",
          "name: all_nanos, path: nanos, type: \"timestamp(nanos, epoch_ns)\"",
          "name: at_nanos, path: at, type: timestamp(nanos)",
          "name: attrs, type: json",
          "name: tags, type: {list: string}",
          "name: names, path: _unavailable, type: {list: string}",
          "name: old_tags, path: _before.tags, type: {list: string}",
          "name: source, path: _source, type: json");

  private static String row(Random random) {
    List<String> fields = new ArrayList<>();
    fields.add(
        "\"id\":" + pick(random, "1", "-7", "9223372036854775807", "null", "1.0", "1e3", "true"));
    fields.add("\"price\":" + pick(random, "\"AJY=\"", "\"AJY\"", "1.5", "null", "\"\""));
    fields.add("\"day\":" + pick(random, "20454", "-1", "null", "99999999999", "\"x\""));
    fields.add(
        "\"at\":"
            + pick(
                random,
                "\"2026-01-02T03:04:05Z\"",
                "\"2026-01-02T03:04:05.123456789Z\"",
                "null",
                "\"now\"",
                "5"));
    fields.add(
        "\"nanos\":"
            + pick(
                random,
                "1767323045123456789",
                "9223372036854775807",
                "-9223372036854775808",
                "9223372036854775808",
                "0",
                "-0",
                "null"));
    fields.add(
        "\"attrs\":"
            + pick(
                random,
                "\"{\\\"b\\\": 1, \\\"a\\\": [true]}\"",
                "\"[]\"",
                "\"{\"",
                "null",
                "{\"a\":1}"));
    fields.add(
        "\"tags\":"
            + pick(
                random,
                "[\"a\",null,\"\\u00e9\\ud83d\\ude00\"]",
                "[]",
                "[\"__debezium_unavailable_value\"]",
                "[[]]",
                "[1]",
                "null"));
    fields.add(
        "\"other\":" + pick(random, "{\"a\":{\"b\":[1,2]}}", "[{\"a\":1,\"a\":2}]", "null", "1E5"));
    java.util.Collections.shuffle(fields, random);
    return "{" + String.join(",", fields.subList(0, random.nextInt(fields.size()) + 1)) + "}";
  }

  private static String pick(Random random, String... values) {
    // Mostly one that is well.
    return values[Math.max(0, random.nextInt(values.length + 6) - 6)];
  }

  private static byte[] document(Random random) {
    String op = pick(random, "u", "c", "d", "r", "t", "x");
    String before = random.nextBoolean() ? row(random) : "null";
    String envelope =
        Json.envelope(op, before, op.equals("d") && random.nextInt(10) > 0 ? "null" : row(random));
    String document =
        switch (random.nextInt(4)) {
          case 0 -> envelope;
          case 1 -> "{\"payload\":" + envelope + ",\"schema\":" + Json.schema(FIELDS) + "}";
          default -> Json.withSchema(FIELDS, envelope);
        };
    byte[] bytes = document.getBytes(UTF_8);
    for (int i = random.nextInt(3); i > 0 && random.nextBoolean(); i--) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return random.nextInt(20) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length) + 1) : bytes;
  }

  private static String text(Outcome outcome, TestDebezium.Events events) {
    String text =
        outcome instanceof Outcome.Accepted
            ? TestDebezium.row(CONTRACT, outcome).toString()
            : outcome.toString();
    return text + " " + events.unknown;
  }

  @Test
  void bothWaysMakeTheSameOfEach() {
    TestDebezium.Events quickEvents = new TestDebezium.Events();
    ValueDecoder quick = new DebeziumFormat().decoder(CONTRACT, Schemas.NONE, quickEvents);
    int accepted = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      byte[] document = document(new Random(seed));
      TestDebezium.Events exactEvents = new TestDebezium.Events();
      ValueDecoder exact = DebeziumFormat.decoder(CONTRACT, Schemas.NONE, exactEvents, false);
      quickEvents.unknown.clear();
      Outcome outcome = TestDebezium.decode(quick, document);
      String ours = text(outcome, quickEvents);
      int at = seed;
      assertEquals(
          text(TestDebezium.decode(exact, document), exactEvents),
          ours,
          () -> "seed " + at + ": " + new String(document, UTF_8));
      accepted += outcome instanceof Outcome.Accepted ? 1 : 0;
    }
    assertTrue(accepted > SEEDS / 20, accepted + " of " + SEEDS + " were accepted");
  }
}
