package io.sluice.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.lake.RunStarts;
import io.sluice.report.TestLake;
import io.sluice.schema.SchemaSettings;
import io.sluice.source.SourceRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A lake and a topic, and files whose time the test sets. Windows of five minutes. */
abstract class AuditFixture {
  static final Instant BEGIN = Instant.parse("2026-05-01T00:00:00Z");
  static final LocalDate DATE = LocalDate.of(2026, 5, 1);
  static final RunStarts.Timing TIMING =
      new RunStarts.Timing(Duration.ofMinutes(5), Duration.ofSeconds(30), Duration.ofSeconds(10));

  @TempDir Path directory;
  TestLake lake;
  FakeTopic topic;
  final Set<Path> seen = new HashSet<>();

  @BeforeEach
  void begin() throws IOException {
    lake = new TestLake(directory);
    topic = new FakeTopic(2);
  }

  static Instant at(double minutes) {
    return BEGIN.plusMillis((long) (minutes * 60_000));
  }

  /** Records of a partition, a second apart from a minute on, in the topic. */
  List<SourceRecord> records(int partition, long from, long end, double minute) {
    List<SourceRecord> records = new ArrayList<>();
    for (long offset = from; offset < end; offset++) {
      SourceRecord record =
          TestLake.event(partition, offset, at(minute).plusSeconds(offset - from));
      topic.add(record);
      records.add(record);
    }
    return records;
  }

  /** Writes them, as of a minute of the store's clock. */
  void write(List<SourceRecord> records, double minute) throws IOException {
    lake.append(records);
    stamp(minute);
  }

  void stamp(double minute) throws IOException {
    try (var files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (seen.add(file)) {
          Files.setLastModifiedTime(file, FileTime.from(at(minute)));
        }
      }
    }
  }

  void start(boolean atLake, double minute, Map<Integer, Long> offsets) throws IOException {
    RunStarts.record(lake.lake, lake.contract.table(), TestLake.SOURCE, offsets, atLake, TIMING);
    stamp(minute);
  }

  static List<SourceRecord> without(List<SourceRecord> records, long... offsets) {
    Set<Long> left = new HashSet<>(LongStream.of(offsets).boxed().toList());
    return records.stream().filter(record -> !left.contains(record.offset())).toList();
  }

  static Audit.Request request(boolean full, boolean records, Instant until) {
    return new Audit.Request(
        false,
        full,
        records,
        until,
        null,
        recorded -> recorded == null ? TIMING : recorded,
        Duration.ofMinutes(10),
        Audit.Expiry.NEVER);
  }

  Audit audit() {
    return new Audit(lake.lake, lake.deadLetters, lake.contract, () -> topic, SchemaSettings.NONE);
  }

  AuditReport judge(Audit.Request request) throws IOException {
    return audit().judge(request, Audit.Visitor.NONE, Long.MAX_VALUE, null);
  }

  AuditReport judge() throws IOException {
    return judge(request(false, false, null));
  }

  void prove(AuditReport report) throws IOException {
    report.proved().record(lake.lake, lake.contract.table(), report.source(), BEGIN, "1");
  }

  static String text(AuditReport report) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    AuditText.print(report, new PrintStream(bytes, true, StandardCharsets.UTF_8));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  static void assertCounts(AuditReport report, long lost, long waiting) {
    assertEquals(
        lost + " lost " + waiting + " waiting",
        report.lost() + " lost " + report.waiting() + " waiting",
        text(report));
  }

  /** A hole at offset 5 of partition 0, and a job that went on, for so many files of 40 minutes. */
  void hole(int files) throws IOException {
    write(without(records(0, 0, 10, 0), 5), 6);
    for (int i = 1; i <= files; i++) {
      write(records(0, i * 10, i * 10 + 10, i * 40), i * 40 + 6);
    }
  }
}
