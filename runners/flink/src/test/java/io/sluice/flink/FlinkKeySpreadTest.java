package io.sluice.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.block.KeySpread;
import io.sluice.block.LogKey;
import java.time.LocalDate;
import java.util.Arrays;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.flink.translation.wrappers.streaming.KvToFlinkKeyKeySelector;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.WindowedValues;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlinkKeySpreadTest {
  private static final long DATE = LocalDate.of(2026, 7, 1).toEpochDay();

  /** How many of a date's logs each subtask has, as Beam's own selector and Flink decide it. */
  private static int[] logs(KeySpread spread, long date, int shards, int parallelism, int most) {
    int[] logs = new int[parallelism];
    for (int shard = 0; shard < shards; shard++) {
      LogKey key = new LogKey("events", date, shard, spread.salt("events", date, shard));
      Object flinkKey =
          new KvToFlinkKeyKeySelector<LogKey, String>(new LogKey.KeyCoder())
              .getKey(WindowedValues.valueInGlobalWindow(KV.of(key, "")));
      logs[KeyGroupRangeAssignment.assignKeyToParallelOperator(flinkKey, most, parallelism)]++;
    }
    return logs;
  }

  @ParameterizedTest
  @CsvSource({
    "4,1,128",
    "4,2,128",
    "4,3,128",
    "4,4,128",
    "16,16,128",
    "64,48,256",
    "300,200,512",
    "8,3,32768"
  })
  void eachSubtaskHasAsManyLogsAsAnyOtherButOne(int shards, int parallelism, int most) {
    KeySpread spread = FlinkKeySpread.of(parallelism, most);
    for (long date = DATE; date < DATE + 20; date++) {
      int[] logs = logs(spread, date, shards, parallelism, most);
      assertTrue(
          Arrays.stream(logs).max().orElseThrow() - Arrays.stream(logs).min().orElseThrow() <= 1,
          LocalDate.ofEpochDay(date) + ": " + Arrays.toString(logs));
    }
  }

  @Test
  void theHashAloneIsUneven() {
    int uneven = 0;
    for (long date = DATE; date < DATE + 20; date++) {
      int[] logs = logs(KeySpread.NONE, date, 4, 4, 128);
      uneven += Arrays.stream(logs).max().orElseThrow() > 1 ? 1 : 0;
    }
    assertTrue(uneven >= 10, "then there is no need for a salt: " + uneven);
  }

  @Test
  void aDateAfterTheOtherBeginsOneSubtaskFurther() {
    KeySpread spread = FlinkKeySpread.of(5, 128);
    int[] today = logs(spread, DATE, 1, 5, 128);
    int[] tomorrow = logs(spread, DATE + 1, 1, 5, 128);
    assertEquals(1, Arrays.stream(today).sum());
    for (int i = 0; i < 5; i++) {
      assertEquals(today[i], tomorrow[(i + 1) % 5]);
    }
  }

  @Test
  void withoutAParallelismItIsLeftToTheHash() {
    FlinkPipelineOptions options = PipelineOptionsFactory.as(FlinkPipelineOptions.class);
    assertSame(KeySpread.NONE, FlinkKeySpread.of(options));
    options.setParallelism(3);
    assertEquals(
        FlinkKeySpread.of(3, 128).salt("events", DATE, 2),
        FlinkKeySpread.of(options).salt("events", DATE, 2));
  }
}
