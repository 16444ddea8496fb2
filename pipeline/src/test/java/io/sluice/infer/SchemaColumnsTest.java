package io.sluice.infer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractJson;
import io.sluice.contract.ContractParser;
import io.sluice.decode.SchemaField;
import io.sluice.decode.SchemaType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Columns and the event time of schemas, whatever their language. */
class SchemaColumnsTest {
  private static SchemaField field(String name, SchemaType type, boolean required) {
    return new SchemaField(name, type, required, "");
  }

  private static SchemaType.ObjectOf object(String name, SchemaField... fields) {
    return new SchemaType.ObjectOf(name, () -> List.of(fields));
  }

  private static List<String> columns(SchemaColumns columns) {
    return columns.all().stream()
        .map(
            column ->
                column.dotted()
                    + " "
                    + ContractJson.text(column.type())
                    + (column.isRequired() ? " required" : ""))
        .toList();
  }

  @Test
  void whatIsRequiredWithinAnObjectThatIsNotIsNot() {
    SchemaType inner = object("I", field("x", SchemaType.of(Scalar.INT32), true));
    assertEquals(
        List.of(
            "a.x int32 required",
            "b.x int32",
            "c {list: {struct: [{name: x, type: int32, required: true}]}}"),
        columns(
            new SchemaColumns(
                object(
                    "R",
                    field("a", inner, true),
                    field("b", inner, false),
                    field("c", new SchemaType.ListOf(inner), false)))));
  }

  private static SchemaType.ObjectOf chain(int depth) {
    return new SchemaType.ObjectOf(
        "D" + depth,
        () ->
            Stream.of("a", "b", "c", "d", "e")
                .map(name -> field(name, new SchemaType.ListOf(chain(depth + 1)), true))
                .toList());
  }

  private static SchemaType.ObjectOf tree(int depth) {
    return new SchemaType.ObjectOf(
        "D" + depth,
        () -> List.of(field("l", tree(depth + 1), true), field("r", tree(depth + 1), true)));
  }

  /** Each of both would go on for ever, and doubles at each level. */
  @Test
  void aSchemaWithoutAnEndIsADraftWithOne() {
    SchemaColumns structs = new SchemaColumns(chain(0));
    assertEquals(5, structs.all().size());
    assertTrue(ContractJson.text(structs.all().get(1).type()).length() < 200_000);
    String words = structs.all().get(0).words();
    assertTrue(words.contains("deeper than 12 levels"), words);
    assertTrue(words.contains("of more fields than a draft has"), words);
    SchemaColumns paths = new SchemaColumns(tree(0));
    assertEquals(1_000, paths.all().size());
    assertEquals(1, paths.leftOut().size(), paths.leftOut().toString());
    assertTrue(columns(paths).get(0).endsWith(" json required"), columns(paths).get(0));
  }

  /** Each level has eight of the next: 8^8 leaves of a schema that is small. */
  private static SchemaType.ObjectOf wide(int depth, SchemaType leaf) {
    return new SchemaType.ObjectOf(
        "W" + depth,
        () ->
            IntStream.range(0, 8)
                .mapToObj(i -> field("f" + i, depth == 8 ? leaf : wide(depth + 1, leaf), true))
                .toList(),
        "fields of other names");
  }

  @Test
  void whatIsBeyondADraftIsOneLine() {
    SchemaColumns columns = new SchemaColumns(wide(1, SchemaType.of(Scalar.INT32)));
    assertEquals(1_000, columns.all().size());
    // 1,000 is 1750 to the base of 8.
    String first = "\"f0.f0.f0.f0.f1.f7.f5\" and all behind it: beyond 1000 columns";
    assertEquals(
        List.of(first), columns.leftOut().stream().filter(left -> !left.contains("*")).toList());
    assertEquals(first, columns.leftOut().get(columns.leftOut().size() - 1));
    SchemaColumns nothing = new SchemaColumns(wide(1, new SchemaType.Nothing("null")));
    assertEquals(List.of(), nothing.all());
    assertTrue(nothing.leftOut().size() < 25_000, "" + nothing.leftOut().size());
    String last = nothing.leftOut().get(nothing.leftOut().size() - 1);
    assertTrue(last.endsWith("and all behind it: beyond 20000 fields"), last);
  }

  @Test
  void fieldsWhoseNamesAreDataAreNotPassedOver() {
    SchemaType.ObjectOf open =
        new SchemaType.ObjectOf(
            "O",
            () -> List.of(field("x", SchemaType.of(Scalar.INT32), true)),
            "fields of other names, by patternProperties ^x-");
    SchemaColumns columns =
        new SchemaColumns(
            object("R", field("a", open, true), field("l", new SchemaType.ListOf(open), true)));
    assertEquals(
        List.of("\"a.*\": fields of other names, by patternProperties ^x-"), columns.leftOut());
    assertEquals(
        "without fields of other names, by patternProperties ^x-", columns.all().get(1).words());
  }

  @ParameterizedTest
  @CsvSource({
    "created_at, epoch_ms",
    "created_at_ms, epoch_ms",
    "createdAtMillis, epoch_ms",
    "ts_us, epoch_us",
    "ts_micros, epoch_us",
    "ts_ns, epoch_ns",
    "eventTimeNanos, epoch_ns",
    "ts_s, epoch_s",
    "ts_seconds, epoch_s",
  })
  void aNumberWithTheNameOfATimeIsSaidToBeOneInItsUnit(String name, String unit) {
    String words =
        new SchemaColumns(object("R", field(name, SchemaType.of(Scalar.INT64), true)))
            .all()
            .get(0)
            .words();
    String type = "timestamp(micros, " + unit + ")";
    assertEquals("if it is a time, type: \"" + type + "\"", words);
    Contract contract =
        ContractParser.parse(
            "table: t\ntopic: t\nevent_time: x\ncolumns: [{name: x, type: \""
                + type
                + "\", required: true}]",
            "t.yaml");
    assertTrue(contract.columns().get(0).type() instanceof Timestamp);
  }

  @Test
  void fieldsOfStructsHaveNamesThatContractsTake() {
    SchemaType odd =
        object(
            "O",
            field("a-b", SchemaType.of(Scalar.INT32), true),
            field("A_B", SchemaType.of(Scalar.INT32), false),
            field("9", SchemaType.of(Scalar.INT32), false),
            field("order", SchemaType.of(Scalar.INT32), false),
            field("unitId", SchemaType.of(Scalar.INT32), false),
            field("", SchemaType.of(Scalar.INT32), false),
            field("n", new SchemaType.Nothing("null"), false));
    SchemaColumns columns =
        new SchemaColumns(object("R", field("l", new SchemaType.ListOf(odd), true)));
    assertEquals(
        List.of(
            "l {list: {struct: [{name: a_b, path: a-b, type: int32, required: true}, {name: a_b_2,"
                + " path: A_B, type: int32}, {name: f_9, path: 9, type: int32}, {name: order_value,"
                + " path: order, type: int32}, {name: unit_id, path: unitId, type: int32}]}}"
                + " required"),
        columns(columns));
    assertEquals("without its field \"\"; without its field \"n\"", columns.all().get(0).words());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "created_at!                  | created_at",
        "paid_at! sent_at?            | paid_at",
        "updated_at! timestamp!       | timestamp",
        "updated_at! at?              | updated_at",
        "at?                          | at",
        "received_at?                 | -",
        "created_at? paid_at?         | -",
        "created_at? event_time?      | event_time",
        "x! _source_ts!               | _source_ts",
        "''                           | -",
      })
  void theEventTimeIsTheTimeThatTheSchemaRequires(String times, String chosen) {
    List<SchemaField> fields = new ArrayList<>();
    fields.add(field("id", SchemaType.of(Scalar.STRING), true));
    for (String time : times.split(" ")) {
      if (!time.isEmpty()) {
        fields.add(
            field(
                time.substring(0, time.length() - 1),
                SchemaType.of(new Timestamp(Timestamp.Unit.DEFAULT, Timestamp.Format.ISO8601)),
                time.endsWith("!")));
      }
    }
    SchemaEventTime choice =
        SchemaEventTime.of(new SchemaColumns(new SchemaType.ObjectOf("R", () -> fields)));
    SchemaColumns.Found column = choice.column();
    assertEquals(chosen, column == null ? "-" : column.dotted());
    boolean isDoubtful = column == null ? !times.isEmpty() : chosen.equals("updated_at");
    assertEquals(isDoubtful, choice.warning().isPresent(), choice.reason());
    for (String time : times.split("[!? ]+")) {
      assertTrue(choice.reason().contains(time), choice.reason());
    }
  }
}
