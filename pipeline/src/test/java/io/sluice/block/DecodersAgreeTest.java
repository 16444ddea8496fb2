package io.sluice.block;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.contract.Column;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.deadletter.DeadLetters;
import io.sluice.deadletter.Reason;
import io.sluice.decode.DecodeSettings;
import io.sluice.decode.Outcome;
import io.sluice.decode.RecordDecoder;
import io.sluice.decode.TestDecoders;
import io.sluice.json.TestJson;
import io.sluice.metrics.SluiceMetrics;
import io.sluice.schema.SchemaSettings;
import io.sluice.source.RecordBatch;
import io.sluice.source.SourceRecord;
import io.sluice.window.WindowTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever a record holds, it becomes a row or a dead letter, the same one by either decoder and on
 * either path, after whatever records: by seeds, of which a failing one is named.
 */
@Tag("slow")
class DecodersAgreeTest {
  /** Of each contract; {@code -Dsluice.documents=N} for more, as each night. */
  private static final int DOCUMENTS = 100_000;

  private static final String YAML =
      """
      table: %s
      topic: agree
      event_time: t
      max_depth: 5
      max_bytes: 4000
      zone: %s
      unknown_fields: %s
      columns:
        - {name: t, type: "timestamp(micros)", required: true}
        - {name: ms, type: "timestamp(millis, epoch_ms)"}
        - {name: sec, type: "timestamp(micros, epoch_s)"}
        - {name: us, type: "timestamp(micros, epoch_us)"}
        - {name: ns, type: timestamp(nanos), bloom_filter: true}
        - {name: ens, type: "timestamp(nanos, epoch_ns)"}
        - {name: iso, type: timestamp, bloom_filter: true}
        - {name: s, type: string}
        - {name: inner, path: a.b, type: string}
        - {name: i, type: int32}
        - {name: l, type: int64}
        - {name: l_bloom, type: int64, bloom_filter: true}
        - {name: d, type: double}
        - {name: f, type: float}
        - {name: b, type: boolean}
        - {name: price, type: "decimal(9,2)"}
        - {name: whole, type: "decimal(18,0)"}
        - {name: large, type: "decimal(38,10)"}
        - {name: day, type: date}
        - {name: raw, type: bytes}
        - {name: many, type: {list: double}}
        - {name: clock, type: time}
        - {name: id, type: uuid}
        - {name: js, type: json}
        - {name: by, type: {map: {list: {struct: [{name: a, type: int32, required: true}, {name: js, type: json}]}}}}
        - name: items
          type:
            list:
              struct:
                - {name: sku, type: string, required: true}
                - {name: m, type: "decimal(5,1)"}
                - name: in
                  type:
                    struct:
                      - {name: a, type: int32, required: true}
                      - {name: b, type: {list: {list: int64}}}
                      - {name: c, type: boolean}
                - {name: "on", type: date}
      """;
  private static final WindowTime WINDOWS =
      new WindowTime(Duration.ofMinutes(5), Duration.ofHours(24));
  private static final String[] NAMES = {
    "t", "ms", "sec", "us", "ns", "ens", "iso", "s", "a", "i", "l", "l_bloom", "d", "f", "b",
    "price", "whole", "large", "day", "raw", "many", "items", "clock", "id", "js", "by", "zz",
    "unknown", "\\u0069", "\\ud800", "né", ""
  };
  private static final String[] EXPONENTS = {
    "",
    "",
    "",
    "",
    "e0",
    "E2",
    "e-2",
    "e+10",
    "e308",
    "e309",
    "e-324",
    "e400",
    "e99999",
    "e-99999",
    "e999999999",
    "e-999999999",
    "e2147483647",
    "e-2147483647",
    "e2147483648",
    "e-2147483649",
    "e99999999999999999999",
    "e-99999999999999999999",
    "e"
  };
  private static final String[] OTHERS = {
    "\"12:34:56.789012\"",
    "\"c0ffee00-1234-4abc-8def-0123456789ab\"",
    "{\"b\":[{\"a\":1,\"js\":{\"b\":[],\"a\":1e3}},{\"js\":null,\"a\":2},null],\"a\":[]}",
    "\"x\"",
    "\"\"",
    "\"naïve 😀\"",
    "\"a\\\"b\\\\c\\/\\n\\t\\r\\b\\f\"",
    "\"\\u00e9\"",
    "\"\\ud83d\"",
    "\"\\ud83d\\ude00\"",
    "\"\\x\"",
    "\"tab\tin\"",
    "\"AQID\"",
    "\"2024-02-29\"",
    "\"-0001-01-01\"",
    "\"9999-12-31\"",
    "true",
    "false",
    "null",
    "nul",
    "True",
    "NaN",
    "-Infinity",
    "INF",
    "01",
    "+1",
    "1.",
    ".5",
    "-",
    "'x'",
    "{}",
    "[]",
    "[1,[2,{}]]",
    "[[[[[[]]]]]]",
    "{\"b\":\"in\"}",
    "{\"b\":null,\"c\":\"y\"}",
    "{\"b\":\"1\",\"b\":\"2\"}",
    "{\"zz\":{\"q\":1}}",
    "[1,2.5,null]",
    "[{\"sku\":\"k\",\"m\":1e2}]",
    "[{\"m\":1.5,\"sku\":\"k\"},{\"sku\":\"l\"},null]",
    "[{\"in\":{\"b\":[],\"a\":7,\"c\":true},\"sku\":\"\\u00e9\",\"m\":null,\"on\":\"2024-02-29\"}]",
    "[{\"on\":\"2024-02-29\",\"in\":{\"c\":false,\"a\":1,\"b\":[[1,2],[],null]},\"m\":99.9,\"sku\":\"\"}]",
    "[{\"in\":{\"a\":1},\"sku\":\"k\",\"zz\":[{\"q\":1}],\"x[1]\":2}]",
    "[{\"in\":{\"b\":[]},\"sku\":\"k\"}]",
    "[{\"sku\":\"k\",\"sku\":\"l\"}]",
    "[{\"m\":1.5}]",
    "[{\"sku\":\"k\",\"m\":1e2147483648}]",
    "/**/1"
  };
  private static final String[] DAYS = {
    "2026-05-01",
    "2026-02-29",
    "2024-02-29",
    "0001-01-01",
    "0001-01-02",
    "9999-12-31",
    "9999-12-30",
    "0000-01-01",
    "+12026-01-01",
    "2026-13-01",
    "1969-12-31"
  };
  private static final String[] OFFSETS = {
    "Z",
    "Z",
    "z",
    "+00:00",
    "+0000",
    "+00",
    "-09:30",
    "+1400",
    "-12",
    "+18:00",
    "+23:59",
    "+24:00",
    "+01:60",
    "",
    " Z",
    "+1",
    "+01:00:30"
  };
  private static final String[] SPACES = {"", "", "", "", " ", "\n", "\t ", "\r\n"};
  private static final long[] RECORD_TIMES = {
    1_777_640_096_789L,
    1_777_640_096_789L,
    -1,
    -5,
    0,
    1_764_336_000_000_000L,
    1_764_336_000_000_000_000L,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    253_402_300_800_000L,
    -62_135_596_800_001L
  };

  /** What becomes of records. */
  private static final class Outcomes {
    private final Gatherer rows;
    private final Gatherer letters;
    private final List<KV<LogKey, Block>> blocks = new ArrayList<>();
    private Row row;
    private Row letter;

    Outcomes(Contract contract) {
      rows = new Gatherer(contract.lakeTable(), 2, KeySpread.NONE, WINDOWS);
      letters = new Gatherer(DeadLetters.table(contract), 2, KeySpread.NONE, WINDOWS);
    }

    Outcomes add(RecordDecoder decoder, SourceRecord record, Outcome outcome) {
      row = null;
      letter = null;
      if (outcome instanceof Outcome.Accepted accepted) {
        row = decoder.rows(record, accepted).get(0);
        rows.add(
            accepted.values(),
            record.source(),
            record.partition(),
            record.offset(),
            record.recordTime(),
            0,
            blocks::add);
      } else {
        letter = decoder.letter(record, (Outcome.Rejected) outcome);
        letters.add(letter, 0, full -> {});
      }
      return this;
    }

    /** The rows' blocks so far, as they go through the shuffle; the letters' have the clock's. */
    byte[] flush() throws IOException {
      rows.flush(blocks::add);
      ByteArrayOutputStream bytes = encoded();
      letters.flush(blocks::add);
      encoded();
      return bytes.toByteArray();
    }

    private ByteArrayOutputStream encoded() throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (KV<LogKey, Block> block : blocks) {
        LocalDate date = LocalDate.ofEpochDay(block.getKey().date());
        assertTrue(date.getYear() >= 1 && date.getYear() <= 9999, "date " + date);
        new LogKey.KeyCoder().encode(block.getKey(), bytes);
        BlockCoder.of().encode(block.getValue(), bytes);
      }
      blocks.clear();
      return bytes;
    }
  }

  private static final List<Column> CELLS = contract("cells", "UTC", "ignore").columns();

  private static Contract contract(String table, String zone, String unknownFields) {
    return ContractParser.parse(YAML.formatted(table, zone, unknownFields), "agree.yaml");
  }

  private static String pick(SplittableRandom random, String[] from) {
    return from[random.nextInt(from.length)];
  }

  private static String number(SplittableRandom random) {
    String digits = String.valueOf(random.nextLong(1L << random.nextInt(63)));
    String fraction = random.nextInt(3) > 0 ? "" : "." + random.nextLong(1L << random.nextInt(40));
    digits = random.nextInt(200) == 0 ? digits + "0".repeat(random.nextInt(1_500)) : digits;
    return (random.nextInt(4) == 0 ? "-" : "") + digits + fraction + pick(random, EXPONENTS);
  }

  private static String time(SplittableRandom random) {
    StringBuilder time = new StringBuilder("\"" + pick(random, DAYS));
    time.append("TTTTtt  _".charAt(random.nextInt(9)));
    time.append(String.format("%02d:%02d", random.nextInt(25), random.nextInt(61)));
    if (random.nextInt(5) > 0) {
      time.append(String.format(":%02d", random.nextInt(61)));
      int digits = random.nextInt(13);
      if (random.nextInt(2) == 0) {
        time.append("..,;".charAt(random.nextInt(4))).append("123456789012", 0, digits);
      }
    }
    return time.append(pick(random, OFFSETS)).append('"').toString();
  }

  private static String value(SplittableRandom random) {
    return switch (random.nextInt(6)) {
      case 0, 1 -> number(random);
      case 2 -> time(random);
      case 3 -> "\"" + number(random) + "\"";
      default -> pick(random, OTHERS);
    };
  }

  private static String fitting(SplittableRandom random, String name) {
    return switch (name) {
      case "t", "ns", "iso" -> time(random);
      case "s" -> OTHERS[random.nextInt(5)];
      case "i", "l", "l_bloom", "ms", "sec", "us", "ens", "whole" ->
          String.valueOf(random.nextInt(-99999, 99999));
      case "d", "f" -> String.valueOf(random.nextDouble() * 1e6);
      case "price", "large" -> random.nextInt(1_000_000) + "." + random.nextInt(10);
      case "b" -> random.nextBoolean() ? "true" : "false";
      case "many" -> list(random);
      case "day" -> "\"" + pick(random, DAYS) + "\"";
      case "raw" -> "\"" + base64(random) + "\"";
      default -> value(random);
    };
  }

  /** Some of them have more elements than one byte can count. */
  private static String list(SplittableRandom random) {
    StringBuilder list = new StringBuilder("[");
    int size = random.nextInt(20) == 0 ? 100 + random.nextInt(100) : random.nextInt(4);
    for (int i = 0; i < size; i++) {
      list.append(i == 0 ? "" : ",").append(random.nextInt(9) == 0 ? "null" : i * 0.25);
    }
    return list.append(']').toString();
  }

  private static String base64(SplittableRandom random) {
    byte[] bytes = new byte[random.nextInt(9)];
    random.nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes).replace("/", "\\/");
  }

  private static String document(SplittableRandom random) {
    StringBuilder json = new StringBuilder(pick(random, SPACES) + "{" + pick(random, SPACES));
    boolean sensible = random.nextInt(5) > 0;
    json.append("\"t\":").append(sensible ? "\"2026-05-01T12:34:56.789Z\"" : time(random));
    for (int i = random.nextInt(7); i > 0; i--) {
      String name = pick(random, NAMES);
      json.append(pick(random, SPACES)).append(',').append(pick(random, SPACES));
      json.append('"').append(name).append('"').append(pick(random, SPACES)).append(':');
      json.append(pick(random, SPACES)).append(sensible ? fitting(random, name) : value(random));
    }
    return json.append(pick(random, SPACES)).append('}').append(pick(random, SPACES)).toString();
  }

  /** A document, or one with bytes changed, moved, cut off, or nothing but such. */
  private static byte[] bytes(SplittableRandom random) {
    byte[] json = document(random).getBytes(UTF_8);
    int at = random.nextInt(json.length);
    switch (random.nextInt(18)) {
      case 0 -> json[at] = (byte) random.nextInt(256);
      case 1 -> json[at] = json[random.nextInt(json.length)];
      case 2 -> json = Arrays.copyOf(json, at);
      case 3 -> System.arraycopy(json, at, json, random.nextInt(at + 1), json.length - at);
      case 4 -> {
        if (random.nextInt(10) == 0) {
          random.nextBytes(json);
        }
      }
      default -> {}
    }
    return json;
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTC ignore", "Pacific/Auckland dead_letter", "America/New_York ignore"})
  void everyDocumentHasOneOutcome(String settings) throws IOException {
    String[] parts = settings.split(" ");
    String table = "agree_" + parts[0].toLowerCase(java.util.Locale.ROOT).replace('/', '_');
    Contract contract = contract(table, parts[0], parts[1]);
    Duration maxFuture = parts[0].equals("UTC") ? null : Duration.ofDays(400_000);
    RecordDecoder decoder =
        new RecordDecoder(contract, new DecodeSettings(maxFuture, maxFuture, SchemaSettings.NONE));
    RecordDecoder exact = TestDecoders.exact(contract, maxFuture, maxFuture);
    Outcomes quickly = new Outcomes(contract);
    Outcomes alone = new Outcomes(contract);
    Outcomes exactly = new Outcomes(contract);
    Map<Reason, Integer> reasons = new EnumMap<>(Reason.class);
    int plain = 0;
    int rows = 0;
    Long only = Long.getLong("sluice.seed");
    long end = only == null ? Long.getLong("sluice.documents", DOCUMENTS) : only + 1;
    for (long seed = only == null ? 0 : only; seed < end; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] json = bytes(random);
      String what = "-Dsluice.seed=" + seed + " " + settings + ": " + new String(json, ISO_8859_1);
      long recordTime = RECORD_TIMES[random.nextInt(RECORD_TIMES.length)];
      SourceRecord record = new SourceRecord("s", 0, seed, recordTime, null, json, List.of());
      try {
        RecordBatch.Cursor cursor = RecordBatch.of(record).records();
        assertTrue(cursor.next());
        quickly.add(decoder, record, decoder.decode(cursor));
        alone.add(decoder, record, decoder.decode(record));
        exactly.add(exact, record, exact.decode(record));
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError(what, e);
      }
      compare(quickly, exactly, what);
      compare(alone, exactly, "alone, " + what);
      if (seed % 64 == 0) {
        Outcomes fresh = new Outcomes(contract);
        RecordDecoder anew =
            new RecordDecoder(
                contract, new DecodeSettings(maxFuture, maxFuture, SchemaSettings.NONE));
        fresh.add(anew, record, anew.decode(record));
        compare(fresh, exactly, "on a decoder that is new, " + what);
      }
      if (exactly.letter == null) {
        rows++;
        plain += TestJson.isPlain(contract, json) ? 1 : 0;
      } else {
        reasons.merge(check(exactly.letter, what), 1, Integer::sum);
      }
      if (seed % 1_000 == 999) {
        byte[] blocks = exactly.flush();
        assertArrayEquals(blocks, quickly.flush(), "blocks up to " + what);
        assertArrayEquals(blocks, alone.flush(), "blocks up to " + what);
      }
    }
    assertArrayEquals(exactly.flush(), quickly.flush(), "blocks");
    for (String which : List.of(SluiceMetrics.QUICK_DECODER, SluiceMetrics.EXACT_DECODER)) {
      assertEquals(0, SluiceMetrics.DECODER_FAILURES.labelValues(table, which).get(), which);
    }
    if (end >= DOCUMENTS) {
      // Else the comparison would be one of nothing.
      assertTrue(rows > end / 12, "rows: " + rows + " " + reasons);
      assertTrue(plain > end / 25, "plain: " + plain);
      for (Reason reason :
          List.of(
              Reason.MALFORMED_JSON,
              Reason.WRONG_TYPE,
              Reason.BAD_EVENT_TIME,
              Reason.DUPLICATE_KEY,
              Reason.TOO_DEEP,
              Reason.TOO_LARGE,
              Reason.TRAILING_DATA,
              Reason.NOT_UTF8)) {
        assertTrue(reasons.getOrDefault(reason, 0) > 10, reason + " in " + reasons);
      }
    }
  }

  private static void compare(Outcomes quickly, Outcomes exactly, String what) {
    assertEquals(exactly.letter == null, quickly.letter == null, what);
    if (exactly.letter != null) {
      for (int i = 0; i < DeadLetters.SCHEMA.getFieldCount(); i++) {
        String field = DeadLetters.SCHEMA.getField(i).getName();
        // The clock's.
        if (!field.equals("first_seen")) {
          assertTrue(
              Objects.deepEquals(exactly.letter.getValue(i), quickly.letter.getValue(i)),
              field + " of " + what);
        }
      }
      return;
    }
    for (int i = 0; i < CELLS.size(); i++) {
      Object expected = exactly.row.getValue(i);
      Object found = quickly.row.getValue(i);
      assertTrue(
          Objects.deepEquals(expected, found),
          CELLS.get(i).name() + " is " + expected + " and " + found + " of " + what);
    }
  }

  /** A letter says in our words why. */
  private static Reason check(Row letter, String what) {
    Reason reason = Reason.valueOf(String.valueOf(letter.getString("reason")));
    String message = String.valueOf(letter.getString("message"));
    assertNotEquals(Reason.DECODER_FAILED, reason, message + ": " + what);
    assertFalse(
        message.matches(
            "(?s).*(fasterxml|[Jj]ackson|ALLOW_|StreamRead|Source:|Exception|Unexpected).*"),
        message + ": " + what);
    // What is wrong is found, and said.
    assertNotEquals("not JSON", message, what);
    return reason;
  }
}
