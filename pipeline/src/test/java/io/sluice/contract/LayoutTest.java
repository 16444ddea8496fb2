package io.sluice.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;

/** Savepoints have these numbers: what version 0.1 and those after it gave is given again. */
class LayoutTest {
  private static final String WIDE =
      """
      table: t
      topic: x
      event_time: at
      columns:
        - {name: at, type: timestamp, required: true}
        - {name: ms, type: "timestamp(millis, epoch_ms)", dictionary: false}
        - {name: id, path: [a, "b.c"], type: int64, bloom_filter: true}
        - {name: price, type: "decimal(18,2)"}
        - {name: day, type: date}
        - {name: items, type: {list: {struct: [{name: sku, type: string, required: true}, {name: at, type: "timestamp(micros, epoch_s)"}, {name: d, type: "decimal(38,9)"}]}}}
      """;

  private static int layout(String contract) {
    return ContractParser.parse(contract, "t.yaml").lakeTable().layout();
  }

  @Test
  void columnsOfBeforeHaveTheNumberThatTheyHad() {
    assertEquals(-962916141, ContractParser.userActions().lakeTable().layout());
    assertEquals(108078120, layout(WIDE));
  }

  @Test
  void otherTypesHaveOtherNumbers() {
    assertNotEquals(layout(WIDE), layout(WIDE.replace("type: date", "type: time")));
    assertNotEquals(layout(WIDE), layout(WIDE.replace("{list: {struct", "{map: {struct")));
    // Of the same columns rows have other numbers.
    assertNotEquals(layout(WIDE), layout(WIDE.replace("timestamp(micros", "timestamp(nanos")));
  }

  @Test
  void whereValuesComeFromIsNoMatterOfRows() {
    assertEquals(
        layout(WIDE), layout(WIDE.replace("type: date", "type: date, default: 2026-01-01")));
  }
}
