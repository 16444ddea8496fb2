package io.sluice.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** A number is one field's for ever. */
class FieldIdsTest {
  private static Table table(String columns) {
    return ContractParser.parse(
            "table: t\ntopic: t\nevent_time: at\ncolumns:\n"
                + "  - {name: at, type: timestamp, required: true}\n"
                + columns,
            "contract")
        .lakeTable();
  }

  private static final String ITEMS =
      "  - {name: items, type: {list: {struct: [{name: sku, type: string}, {name: price, type: double}]}}}\n";

  @Test
  void columnsAreNumberedFirstThenWhatIsInThem() {
    assertEquals(
        Map.of(
            "at",
            1,
            "items",
            2,
            "user",
            3,
            "items.element",
            4,
            "items.element.sku",
            5,
            "items.element.price",
            6,
            "user.id",
            7),
        table(ITEMS + "  - {name: user, type: {struct: [{name: id, type: string}]}}\n")
            .ids()
            .byPath());
  }

  @Test
  void whatWasDroppedComesBackWithItsNumberAndOthersGetNone() {
    FieldIds first = table("  - {name: a, type: string}\n  - {name: b, type: string}\n").ids();
    FieldIds second = first.with(table("  - {name: c, type: string}\n").columns());
    FieldIds third =
        second.with(table("  - {name: d, type: string}\n  - {name: b, type: string}\n").columns());
    assertEquals(Map.of("at", 1, "a", 2, "b", 3, "c", 4, "d", 5), third.byPath());
    assertEquals(third, third.with(table(ITEMS.replace("items", "a")).columns().subList(0, 1)));
  }

  @Test
  void aFieldThatIsAddedWithinAnotherGetsTheNextNumber() {
    String wider =
        ITEMS.replace(
            "{name: sku, type: string}", "{name: size, type: int32}, {name: sku, type: string}");
    assertEquals(6, table(ITEMS).ids().with(table(wider).columns()).of("items.element.size"));
  }

  @Test
  void aFieldWithoutANumberIsNamed() {
    assertEquals(
        "no field has the path b",
        assertThrows(IllegalArgumentException.class, () -> FieldIds.NONE.of("b")).getMessage());
  }
}
