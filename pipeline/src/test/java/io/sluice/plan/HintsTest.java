package io.sluice.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.decode.DecodeSettings;
import io.sluice.schema.SchemaSettings;
import io.sluice.schema.Schemas;
import io.sluice.source.SourceRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of columns, and of fields that are not columns. */
class HintsTest {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
  private static final int RECORDS = 2000;

  @TempDir Path directory;

  private record Seen(Hints hints, Fields fields) {}

  private static Seen seen(Contract contract, IntFunction<String> fields) throws IOException {
    List<SourceRecord> documents =
        Records.of(RECORDS, i -> "{\"at\":\"" + Records.TIME + "\"" + fields.apply(i) + "}");
    Hints hints =
        new Hints(
            contract, documents, new DecodeSettings(null, null, SchemaSettings.NONE), Schemas.NONE);
    Fields all = new Fields(contract);
    for (SourceRecord record : documents) {
      hints.add(JSON.readTree(record.value()));
      all.add(JSON.readTree(record.value()));
    }
    return new Seen(hints, all);
  }

  private List<Hints.Hint> hints(String column, IntFunction<String> value) throws IOException {
    return seen(Records.contract(directory, column), i -> ",\"v\":" + value.apply(i))
        .hints()
        .hints();
  }

  private static String changes(List<Hints.Hint> hints) {
    return String.join(" | ", hints.stream().map(Hints.Hint::change).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "string; \"2026-05-01T00:00:%02d+02:00\"; type: timestamp",
        "string; \"2026-05-%02d\"; type: date",
        "string; \"%d.99\"; type: decimal(7,2)",
        "string; \"%d\"; type: decimal(5,0)",
        "string; \"00%d\"; ''",
        "string; \"x%d\"; ''",
        "string; \"true\"; type: boolean",
        "int64; 17145312%02d; ''",
        "int64; %d.0; ''",
        "int64; %d.5; type: double",
        "string; %d.0; type: int64",
        "double; %d.25; ''"
      })
  void aTypeIsProposedThatAllValuesHave(String type, String value, String expected)
      throws IOException {
    List<Hints.Hint> hints =
        hints("name: v, type: " + type, i -> String.format(value, 10 + i % 20));
    assertEquals(expected, changes(hints));
  }

  /** All are accepted, and dates are of 1970; or none is. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "epoch_ms | 17776000%02d          | type: timestamp(micros, epoch_s)   | seconds, not milliseconds: they are read as times up to 1970-01-21",
        "epoch_us | 17776000%02d          | type: timestamp(micros, epoch_s)   | seconds, not microseconds",
        "epoch_us | 17776000%02d000       | type: timestamp(micros, epoch_ms)  | milliseconds, not microseconds: they are read as times up to 1970-01-21",
        "epoch_s  | 17776000%02d000       | type: timestamp(micros, epoch_ms)  | milliseconds, not seconds: they are far in the future",
        "epoch_ms | 17776000%02d000000    | type: timestamp(micros, epoch_us)  | microseconds, not milliseconds",
        "epoch_us | 17776000%02d000000000 | type: timestamp(micros, epoch_ns) | the values are nanoseconds",
        "iso8601  | 17776000%02d          | type: timestamp(micros, epoch_s)   | seconds since 1970, as numbers",
        "epoch_ms | 17776000%02d000       | ''                                 | ''",
        "epoch_s  | 17776000%02d.25       | ''                                 | ''",
        "epoch_s  | 1%02d                 | ''                                 | ''",
        "iso8601  | \"2026-05-01T00:00:00Z\" | ''                              | ''"
      })
  void timesOfAnotherUnitAreNamed(String format, String value, String change, String why)
      throws IOException {
    String type = "type: 'timestamp(micros, " + format + ")'";
    IntFunction<String> values = i -> i < 50 ? "0" : String.format(value, 10 + i % 20);
    List<Hints.Hint> hints = hints("name: v, " + type, values);
    assertEquals(change, changes(hints));
    assertTrue(hints.isEmpty() || hints.get(0).why().contains(why), hints.toString());
    // A column of nanoseconds stays one.
    assertEquals(
        change.replace("micros", "nanos"),
        changes(hints("name: v, " + type.replace("micros", "nanos"), values)));
    // Of the event time no less.
    Contract contract =
        ContractParser.parse(
            "table: t\ntopic: t\nevent_time: v\ncolumns:\n  - {name: v, required: true, "
                + type
                + "}\n",
            "event.yaml");
    assertEquals(change, changes(seen(contract, i -> ",\"v\":" + values.apply(i)).hints().hints()));
  }

  @Test
  void aNameWithADotIsFoundAndSpelledAsItHasToBe() throws IOException {
    Contract contract =
        Records.contract(
            directory,
            "name: orig_h, path: id.orig_h, type: string",
            "name: resp_h, path: [id.resp_h], type: string");
    Fields fields = seen(contract, i -> ",\"id.orig_h\":\"a\",\"id.resp_h\":\"b\"").fields();
    assertEquals(
        List.of(new Fields.NeverSeen("orig_h", "id.orig_h", "[id.orig_h]")),
        fields.neverSeen(false));
  }

  /** By its name alone: any number may look like a time or like money. */
  @Test
  void wholeNumbersMayBeTimesAndFractionsMoney() throws IOException {
    Contract contract =
        Records.contract(
            directory,
            "name: created_at, path: a, type: int64",
            "name: created_ms, path: b, type: int64",
            "name: price, path: c, type: double");
    Seen seen =
        seen(
            contract,
            i -> ",\"a\":" + (1714531200 + i) + ",\"b\":" + (1714531200000L + i) + ",\"c\":9.5");
    assertEquals(
        "type: timestamp(micros, epoch_s) | type: timestamp(micros, epoch_ms) | type: decimal(5,1)",
        changes(seen.hints().hints()));
  }

  /** One value that the proposed type would reject is enough not to propose it. */
  @Test
  void aTypeThatWouldRejectARecordIsNotProposed() throws IOException {
    assertEquals(
        "",
        changes(
            hints(
                "name: v, type: string",
                i -> i == 700 ? "\"unknown\"" : "\"2026-05-01T00:00:00Z\"")));
  }

  @Test
  void aTypeThatRejectsNearlyAllIsToBecomeTheirs() throws IOException {
    List<Hints.Hint> hints = hints("name: v, type: int64", i -> "\"n" + i % 5 + "\"");
    assertEquals("type: string", changes(hints));
    assertTrue(hints.get(0).why().endsWith("accepts 2,000 records more"), hints.toString());
  }

  @Test
  void dictionariesAreForWhatRepeats() throws IOException {
    assertEquals(
        "dictionary: false, bloom_filter: true",
        changes(hints("name: v, type: string", i -> "\"" + new UUID(i, i) + "\"")));
    assertEquals(
        "dictionary: false", changes(hints("name: v, type: string", i -> "\"user" + i + "\"")));
    assertEquals(
        "dictionary: true",
        changes(hints("name: v, type: string, dictionary: false", i -> "\"user" + i % 9 + "\"")));
  }

  @Test
  void columnsThatAreNeverNullAreNamed() throws IOException {
    Contract contract =
        Records.contract(directory, "name: a, type: string", "name: b, type: string");
    Seen seen = seen(contract, i -> ",\"a\":\"x\",\"b\":" + (i == 5 ? "null" : "\"y\""));
    assertEquals(List.of("a"), seen.hints().neverNull());
  }

  @Test
  void fieldsThatTheContractAndTheDocumentsDoNotShareAreNamed() throws IOException {
    Contract contract =
        Records.contract(
            directory,
            "name: user_id, path: user.id, type: string",
            "name: country, path: user.country, type: string",
            "name: tags, type: {list: {struct: [{name: k, type: string}]}}");
    Fields fields =
        seen(
                contract,
                i ->
                    ",\"user\":{\"userId\":\"u\",\"geo\":{\"lat\":1}},\"tags\":[{\"k\":\"a\",\"w\":2}]"
                        + (i % 2 == 0 ? ",\"extra\":null" : ",\"extra\":7"))
            .fields();
    assertEquals(
        List.of("user.userId", "user.geo", "tags[].w", "extra"),
        fields.unknown().stream().map(Fields.Unknown::path).toList());
    Fields.Unknown extra = fields.unknown().get(3);
    assertEquals(Set.of("null", "number"), extra.kinds());
    assertEquals(RECORDS, extra.count());
    assertEquals(
        List.of(
            new Fields.NeverSeen("user_id", "user.id", "user.userId"),
            new Fields.NeverSeen("country", "user.country", null)),
        fields.neverSeen(false));
  }

  /** A producer that writes identifiers as names must not fill the memory. */
  @Test
  void unknownFieldsAreBounded() throws IOException {
    Fields fields = seen(Records.contract(directory), i -> ",\"id" + i + "\":1").fields();
    assertEquals(1000, fields.unknown().size());
    assertTrue(!fields.isComplete());
  }

  private static final String LINES =
      """
      table: t
      topic: t
      event_time: at
      explode: order.lines
      columns:
        - {name: at, type: timestamp, required: true}
        - {name: line, type: int32, from: ordinal}
        - {name: price, path: order.lines.price, type: double}
        - {name: shipped, path: order.lines.shipped, type: string}
        - {name: kind, path: order.lines.kind, type: string, dictionary: false}
        - {name: vat, path: order.lines.vat, type: string}
        - {name: note, path: order.lines.note, type: string}
      """;

  private static String line(int i) {
    return "{\"price\":"
        + i
        + ".25,\"shipped\":\"2026-05-0"
        + (1 + i % 9)
        + "\",\"kind\":\"k"
        + i % 3
        + "\",\"n\":"
        + i
        + "}";
  }

  /** Its values are of elements, and not of records. */
  @Test
  void columnsOfElementsAreAdvisedByElements() throws IOException {
    Contract contract = ContractParser.parse(LINES, "c.yaml");
    Seen seen =
        seen(
            contract,
            i ->
                ",\"order\":{\"lines\":["
                    + line(i)
                    + ","
                    + line(i + 1)
                    + (i == 9 ? ",{}" : "")
                    + "]}");
    List<Hints.Hint> hints = seen.hints().hints();
    assertEquals(
        List.of("price", "shipped", "kind"), hints.stream().map(Hints.Hint::column).toList());
    assertEquals("type: decimal(9,2) | type: date | dictionary: true", changes(hints));
    assertEquals(
        "3 values in 4,000 elements: a dictionary makes files smaller", hints.get(2).why());
    assertEquals(List.of(), seen.hints().neverNull(), "one element has none of them");
    assertEquals(
        List.of("order.lines[].n"),
        seen.fields().unknown().stream().map(Fields.Unknown::path).toList());
    assertEquals(
        List.of(
            new Fields.NeverSeen("vat", "order.lines.vat", null),
            new Fields.NeverSeen("note", "order.lines.note", null)),
        seen.fields().neverSeen(false));
    assertEquals(List.of(), seen.fields().neverSeen(true), "without a list that is said once");
  }

  @Test
  void columnsOfElementsThatEachHasAreNeverNull() throws IOException {
    Contract contract = ContractParser.parse(LINES, "c.yaml");
    Seen seen =
        seen(
            contract,
            i ->
                i % 2 == 0
                    ? ",\"order\":{\"lines\":[]}"
                    : ",\"order\":{\"lines\":[" + line(i) + "]}");
    assertEquals(List.of("price", "shipped", "kind"), seen.hints().neverNull());
  }

  /** What the document has of the same name is another thing. */
  @Test
  void whatIsNotOfTheValueIsNotAdvisedByIt() throws IOException {
    Contract contract =
        Records.contract(
            directory,
            "name: v, type: string, from: key",
            "name: w, type: string, from: headers.w",
            "name: x, type: string, default: none",
            "name: y, path: v, type: string, mask: hash");
    Seen seen =
        seen(contract, i -> ",\"v\":\"2026-05-01\",\"w\":\"2026-05-01\",\"x\":\"a" + i % 2 + "\"");
    assertEquals(List.of(), seen.hints().hints());
    assertEquals(List.of("y"), seen.hints().neverNull(), "those of the value alone");
    assertEquals(List.of("w"), seen.fields().unknown().stream().map(Fields.Unknown::path).toList());
  }
}
