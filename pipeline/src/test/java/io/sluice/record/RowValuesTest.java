package io.sluice.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.contract.Column;
import io.sluice.contract.ContractParser;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Timestamps as a transform in Java sees them, and as columns hold them. */
class RowValuesTest {
  private static final List<Column> COLUMNS =
      ContractParser.parse(
              """
              table: t
              topic: t
              event_time: ns
              columns:
                - {name: ns, type: timestamp(nanos), required: true}
                - {name: ns_bloom, type: timestamp(nanos), bloom_filter: true}
                - {name: ns_list, type: {list: timestamp(nanos)}}
                - {name: us, type: timestamp(micros)}
                - {name: us_bloom, type: timestamp(micros), bloom_filter: true}
              """,
              "t.yaml")
          .columns();

  private final RowValues rows = new RowValues(COLUMNS);

  private ColumnValues of(Instant time) {
    return rows.of(new Object[] {time, time, List.of(time), time, time});
  }

  @Test
  void nanosecondsComeBackAsTheyWere() throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 5_000; i++) {
      long nanos =
          random.nextLong(Long.MIN_VALUE / 1000 * 1000, Long.MAX_VALUE / 1000 * 1000)
              >> random.nextInt(60);
      Instant time = Instant.EPOCH.plusNanos(nanos);
      ColumnValues values = of(time);
      assertEquals(nanos, values.integer(0));
      // Dates, windows and footers have microseconds of every column.
      for (int column : new int[] {0, 1, 3, 4}) {
        assertEquals(Math.floorDiv(nanos, 1000L), values.micros(column), time.toString());
      }
      Row row = rows.row(values, "s", 0, i, 0);
      assertEquals(time, row.getValue("ns"));
      assertEquals(time, row.getValue("ns_bloom"));
      assertEquals(List.of(time), row.getValue("ns_list"));
      Instant cut = Instant.EPOCH.plusNanos(Math.floorDiv(nanos, 1000L) * 1000);
      assertEquals(cut, row.getValue("us"));
      assertEquals(cut, row.getValue("us_bloom"));
      // As Beam sends it from one worker to another.
      RowCoder coder = RowCoder.of(row.getSchema());
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      coder.encode(row, bytes);
      assertEquals(row, coder.decode(new ByteArrayInputStream(bytes.toByteArray())));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1677-09-21T00:12:43.145224999Z",
        "2262-04-11T23:47:16.854775Z",
        "-1000000000-01-01T00:00:00Z",
        "+1000000000-12-31T23:59:59.999999999Z"
      })
  void whatNanosecondsDoNotReachIsRefusedAndNotWrapped(String time) {
    for (int column = 0; column < 3; column++) {
      Instant beyond = Instant.parse(time);
      Object[] values = {Instant.EPOCH, null, null, null, null};
      values[column] = column == 2 ? List.of(beyond) : beyond;
      IllegalStateException e =
          assertThrows(IllegalStateException.class, () -> rows.of(values), time);
      assertTrue(e.getMessage().contains(beyond + ": it is from 1677-09-21"), e.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1677-09-21T00:12:43.145225Z", "2262-04-11T23:47:16.854774999Z"})
  void theOutermostOnesAreTaken(String time) {
    assertEquals(
        Instant.parse(time), rows.row(of(Instant.parse(time)), "s", 0, 0, 0).getValue("ns"));
  }
}
