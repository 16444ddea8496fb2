package io.sluice.infer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.contract.ContractJson;
import io.sluice.decode.SchemaField;
import io.sluice.decode.SchemaType;
import java.util.ArrayList;
import java.util.List;
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
    assertTrue(paths.leftOut().size() > 1_000);
    assertTrue(columns(paths).get(0).endsWith(" json required"), columns(paths).get(0));
  }

  @Test
  void fieldsOfStructsHaveNamesThatContractsTake() {
    SchemaType odd =
        object(
            "O",
            field("a-b", SchemaType.of(Scalar.INT32), true),
            field("A_B", SchemaType.of(Scalar.INT32), false),
            field("9", SchemaType.of(Scalar.INT32), false),
            field("", SchemaType.of(Scalar.INT32), false),
            field("n", new SchemaType.Nothing("null"), false));
    SchemaColumns columns =
        new SchemaColumns(object("R", field("l", new SchemaType.ListOf(odd), true)));
    assertEquals(
        List.of(
            "l {list: {struct: [{name: a_b, path: a-b, type: int32, required: true}, {name: A_B_2,"
                + " path: A_B, type: int32}, {name: f_9, path: 9, type: int32}]}} required"),
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
