package io.sluice.compact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.complete.DateFiles;
import io.sluice.contract.Contract;
import io.sluice.decode.DecodeSettings;
import io.sluice.decode.RecordDecoder;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Positions;
import io.sluice.schema.SchemaSettings;
import io.sluice.source.SourceRecord;
import io.sluice.write.LogWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A date is derived again while jobs append and Kafka deletes, or by a process that is killed. */
class RebuildMeanwhileTest extends RebuildFixture {
  /**
   * A job has ten records a partition in flight and appends them while Kafka is read for the first,
   * second, third or fourth time. Its writers have seen the files while they were whole.
   */
  @ParameterizedTest
  @CsvSource({"1,true", "2,true", "3,true", "4,true", "1,false", "2,false", "3,false", "4,false"})
  void whatARunningJobAppendsMeanwhileIsThereOnce(int read, boolean isNamed) throws Exception {
    fill("one", "int64");
    Contract contract = contract("one", "int64");
    LogWriter job = writer(contract, false);
    RecordDecoder decoder =
        new RecordDecoder(
            contract, new DecodeSettings(Duration.ofDays(1), null, SchemaSettings.NONE));
    for (SourceRecord record : topic) {
      add(job, decoder, record);
    }
    job.flush();
    for (int partition = 0; partition < 2; partition++) {
      for (int i = ROWS; i < ROWS + 10; i++) {
        SourceRecord record =
            new SourceRecord(
                SOURCE,
                partition,
                i,
                NOON.toEpochMilli(),
                null,
                ("{\"t\":\"" + NOON + "\",\"n\":" + i + "}").getBytes(UTF_8),
                List.of());
        topic.add(record);
        add(job, decoder, record);
      }
    }
    if (!isNamed) {
      removeManifests();
    }
    LakeFiles.list(store, "events/event_date=2026-02-01/").forEach(this::damageUnchecked);
    int[] reads = {0};
    Records records =
        new Records() {
          @Override
          public Map<Integer, Long> ends() {
            if (++reads[0] == read) {
              flush(job);
            }
            return super.ends();
          }
        };
    rebuild(store, contract, true, Duration.ofDays(1), Duration.ZERO, records).run(DATE, false);
    job.flush();
    assertEquals(110, positions("events").size());
    assertEquals(110, rows().size());
  }

  private static void flush(LogWriter job) {
    try {
      job.flush();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** What retention takes between the question where Kafka begins and the first record. */
  @Test
  void whatKafkaDeletesWhileItIsReadIsNotLeftOut() throws Exception {
    fill("one", "int64");
    Records records =
        new Records() {
          @Override
          public Map<Integer, Long> ends() {
            beginning = 7;
            return super.ends();
          }
        };
    List<String> before = rows();
    UserException e =
        assertThrows(
            UserException.class,
            () ->
                rebuild(
                        store,
                        contract("one", "int64"),
                        false,
                        Duration.ofDays(1),
                        Duration.ZERO,
                        records)
                    .run(DATE, false));
    assertTrue(
        e.getMessage().startsWith("Kafka deleted the offsets 0 to 6 of partition 0"),
        e.getMessage());
    assertEquals(before, rows());
  }

  /** As {@link CompactTest#killedAtAnyCallNoRowIsLostOrDuplicated}. */
  @Tag("slow")
  @Test
  void killedAtAnyCallNoRowIsLostOrDuplicated() throws Exception {
    fill("one", "int64");
    killAtAnyCall("two", "int32", 80);
    rebuild(store, contract("two", "int32"), false).run(DATE, false);
    killAtAnyCall("three", "int64", 90);
  }

  private void killAtAnyCall(String version, String type, int rows) throws Exception {
    Path lake = directory.resolve("lake");
    Path before = directory.resolve("before-" + version);
    CompactTest.copy(lake, before);
    Positions all = positions("events").addAll(positions("events_dead_letters"));
    boolean finished = false;
    for (int call = 1; !finished; call++) {
      CompactTest.delete(lake);
      CompactTest.copy(before, lake);
      DyingStore dying = new DyingStore(store, call);
      try {
        rebuild(dying, contract(version, type), false).run(DATE, false);
        finished = true;
      } catch (DyingStore.Dead | IOException | IllegalStateException e) {
        assertTrue(dying.isDead(), String.valueOf(e));
      }
      assertEquals(
          all, positions("events").addAll(positions("events_dead_letters")), "call " + call);
      rebuild(store, contract(version, type), false).run(DATE, false);
      assertEquals(rows, positions("events").size(), "call " + call);
      assertEquals(rows, rows().size(), "call " + call);
      assertEquals(all, positions("events").addAll(positions("events_dead_letters")));
      DateFiles after = DateFiles.read(store, contract("x", "int64").lakeTable(), DATE);
      assertEquals(List.of(), after.pending());
      assertEquals(List.of(), after.replaced());
      assertTrue(call < 300);
    }
  }
}
