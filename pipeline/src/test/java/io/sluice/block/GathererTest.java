package io.sluice.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.SampleEvents;
import io.sluice.contract.Table;
import io.sluice.window.WindowTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GathererTest {
  private static final WindowTime WINDOWS = new WindowTime(Duration.ofHours(1), Duration.ofDays(1));

  private static Table table(String zone) {
    return table(SampleEvents.CONTRACT.table(), zone);
  }

  private static Table table(String name, String zone) {
    Table table = SampleEvents.CONTRACT.lakeTable();
    return new Table(
        name,
        table.dateColumn(),
        ZoneId.of(zone),
        table.columns(),
        table.timeColumn(),
        table.contractVersion(),
        table.positionColumns());
  }

  private static Row row(Instant time, long offset) {
    return row(time, offset, "u");
  }

  private static Row row(Instant time, long offset, String user) {
    return Row.withSchema(SampleEvents.CONTRACT.rowSchema())
        .attachValues(time, "view", user, null, null, null, "s", 0, offset, time.toEpochMilli());
  }

  /**
   * The date is a function of the row alone, whatever row came before; also where the clock was set
   * back across midnight.
   */
  @ParameterizedTest
  @ValueSource(strings = {"UTC", "America/St_Johns", "America/New_York", "Antarctica/Casey"})
  void theDateDoesNotDependOnTheRowBefore(String zone) {
    Table table = table(zone);
    for (String year : List.of("2010-11-06", "2010-03-04", "2026-03-08", "2026-11-01")) {
      Instant start = Instant.parse(year + "T00:00:00Z");
      for (int step = 1; step < 400; step += 7) {
        List<KV<LogKey, Block>> blocks = new ArrayList<>();
        Gatherer gatherer = new Gatherer(table, 1, KeySpread.NONE, WINDOWS);
        List<Long> expected = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
          Instant time = start.plusSeconds((long) i * step * 173 % 180_000);
          gatherer.add(row(time, i), time.toEpochMilli(), blocks::add);
          gatherer.flush(blocks::add);
          expected.add(LocalDate.ofInstant(time, ZoneId.of(zone)).toEpochDay());
        }
        assertEquals(expected, blocks.stream().map(block -> block.getKey().date()).toList());
      }
    }
  }

  /** No log has enough for a block; what all tables hold is given out before it is 33 MiB. */
  @Test
  void whatTheTablesOfABundleHoldTogetherIsBounded() {
    Gatherer.Held held = new Gatherer.Held();
    List<Gatherer> gatherers =
        Stream.of("a", "b", "c")
            .map(name -> new Gatherer(table(name, "UTC"), 1, KeySpread.NONE, WINDOWS, held))
            .toList();
    List<KV<LogKey, Block>> blocks = new ArrayList<>();
    long added = 0;
    for (int i = 0; blocks.isEmpty() && i < 10_000; i++) {
      Instant time = Instant.parse("2026-01-01T00:00:00Z").plus(Duration.ofDays(i % 200));
      gatherers.get(i % 3).add(row(time, i, i + "u".repeat(50_000)), 0, blocks::add);
      added += 50_000;
    }
    assertTrue(added > 28 << 20 && added < 33 << 20, added + " bytes");
    assertEquals(
        Set.of("a", "b", "c"),
        blocks.stream().map(block -> block.getKey().table()).collect(Collectors.toSet()));
    long rows = blocks.stream().mapToLong(block -> block.getValue().rows()).sum();
    assertEquals(added / 50_000, rows);
    blocks.clear();
    held.flush(blocks::add);
    assertEquals(List.of(), blocks);
  }

  @Test
  void blocksOfOtherColumnsAreRefused() {
    Block block = TestBlocks.of(SampleEvents.records(10)).get(0);
    Table table = SampleEvents.CONTRACT.lakeTable();
    assertEquals(6, BlockColumn.of(block, table.columns(), table.layout()).length);
    assertThrows(
        IllegalStateException.class,
        () -> BlockColumn.of(block, table.columns(), table.layout() + 1));
  }
}
