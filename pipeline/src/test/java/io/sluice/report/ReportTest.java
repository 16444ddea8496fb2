package io.sluice.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.complete.Publication;
import io.sluice.contract.ContractParser;
import io.sluice.deadletter.Reason;
import io.sluice.lake.Positions;
import io.sluice.lake.Positions.Range;
import io.sluice.source.SourceRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a report says is what is in the files. */
class ReportTest {
  private static final LocalDate DATE = LocalDate.parse("2026-03-10");
  private static final Instant START = Instant.parse("2026-03-10T00:00:00Z");

  @TempDir Path directory;

  /** One event a minute of a partition. */
  private static List<SourceRecord> minutes(int partition, long from, long end) {
    return LongStream.range(from, end)
        .mapToObj(o -> TestLake.event(partition, o, START.plus(Duration.ofMinutes(o))))
        .toList();
  }

  @Test
  void rowsAreCountedByHourWhetherAFileIsOfOneHourOrOfMany() throws Exception {
    TestLake lake = new TestLake(directory);
    lake.append(minutes(0, 0, 60)).append(minutes(0, 60, 150)).append(minutes(0, 1440, 1445));
    Report report = lake.report();
    List<Report.Hour> hours = report.hours().rows();
    assertEquals(48, hours.size());
    assertEquals(START, hours.get(0).start());
    assertEquals(
        List.of(60L, 60L, 30L, 0L), hours.stream().limit(4).map(Report.Hour::rows).toList());
    assertEquals(5, hours.get(24).rows());
    assertEquals(155, report.totals().rows());
    assertEquals(155, hours.stream().mapToLong(Report.Hour::rows).sum());
    assertEquals(List.of(150L, 5L), report.dates().stream().map(Report.Date::rows).toList());
  }

  @Test
  void hoursAreThoseOfTimesToTheNanosecond() throws Exception {
    TestLake lake =
        new TestLake(
            directory,
            ContractParser.parse(
                "table: t\ntopic: t\nevent_time: at\ncolumns:\n  - {name: at, type: timestamp(nanos), required: true}\n",
                "nanos.yaml"));
    lake.append(
        LongStream.range(0, 150)
            .mapToObj(
                o -> {
                  Instant time = START.plus(Duration.ofMinutes(o + 1)).minusNanos(1);
                  return TestLake.record(0, o, time, "{\"at\":\"" + time + "\"}");
                })
            .toList());
    Report report = lake.report();
    assertEquals(
        List.of(60L, 60L, 30L, 0L),
        report.hours().rows().stream().limit(4).map(Report.Hour::rows).toList());
    assertEquals(List.of(150L), report.dates().stream().map(Report.Date::rows).toList());
  }

  @Test
  void onlyTheNewestDatesAreReadByHour() throws Exception {
    TestLake lake = new TestLake(directory).append(minutes(0, 0, 3 * 1440));
    Report report = lake.report(new ReportReader.Limits(Duration.ofDays(1), 3, true));
    assertEquals(1, report.hours().dates());
    assertEquals(2, report.hours().leftOut());
    assertEquals(START.plus(Duration.ofDays(2)), report.hours().rows().get(0).start());
    Report none = lake.report(new ReportReader.Limits(Duration.ZERO, 3, true));
    assertEquals(List.of(), none.hours().rows());
    assertEquals(3, none.hours().leftOut());
  }

  /** Lord Howe's clocks are put back by half an hour: that date has 24 hours and a half. */
  @Test
  void aDateOfChangedClocksHasItsOwnHours() throws Exception {
    String yaml =
        """
        table: user_actions
        topic: user-actions
        event_time: event_datetime
        zone: Australia/Lord_Howe
        columns:
          - {name: event_datetime, path: timestamp, type: timestamp, required: true}
        """;
    TestLake lake = new TestLake(directory, ContractParser.parse(yaml, "test"));
    Instant start = Instant.parse("2026-04-04T13:00:00Z");
    List<SourceRecord> records = new ArrayList<>();
    for (int i = 0; i < 49; i++) {
      records.add(TestLake.event(0, i, start.plus(Duration.ofMinutes(30L * i))));
    }
    Report report = lake.append(records).report();
    assertEquals(List.of(49L), report.dates().stream().map(Report.Date::rows).toList());
    List<Report.Hour> hours = report.hours().rows();
    assertEquals(25, hours.size());
    assertEquals(List.of(2L, 1L), hours.stream().skip(23).map(Report.Hour::rows).toList());
  }

  @Test
  void lateRowsAreThoseAfterTheFirstManifestWhateverFileTheyAreIn() throws Exception {
    TestLake lake = new TestLake(directory).append(minutes(0, 0, 100)).complete(DATE);
    Report.Date before = lake.report().dates().get(0);
    assertEquals(0, before.lateRows());
    assertNotNull(before.firstComplete());
    assertEquals(before.firstComplete(), before.completeSince());

    lake.append(minutes(0, 100, 107));
    Report.Date open = lake.report().dates().get(0);
    assertEquals(7, open.lateRows());
    assertEquals(1, open.lateFiles());
    assertEquals(before.firstComplete(), open.firstComplete());
    assertNull(open.completeSince(), "the manifest does not name the late file");

    Report.Date second = lake.complete(DATE).report().dates().get(0);
    assertEquals(7, second.lateRows());
    assertNotNull(second.completeSince());

    // The same rows in another file are not late.
    Report.Date copied = lake.copy(lake.files(DATE).get(0)).report().dates().get(0);
    assertEquals(7, copied.lateRows());
  }

  @Test
  void aDateThatGrowsIsNotCompleteAndHasNoLateRows() throws Exception {
    TestLake lake = new TestLake(directory).append(minutes(0, 0, 100));
    Publication publication = new Publication(lake.lake, lake.contract.lakeTable(), DATE);
    int version = publication.grow(0, Optional.empty()).version();
    lake.append(minutes(0, 100, 107));
    publication.grow(version, Optional.empty());
    Report.Date growing = lake.report().dates().get(0);
    assertNull(growing.firstComplete());
    assertNull(growing.completeSince());
    assertEquals(0, growing.lateRows());
    lake.append(minutes(0, 107, 110)).complete(DATE);
    Report.Date complete = lake.report().dates().get(0);
    assertNotNull(complete.completeSince());
    assertEquals(complete.firstComplete(), complete.completeSince());
    assertEquals(0, complete.lateRows(), "they came while it grew");
    Report.Date late = lake.append(minutes(0, 110, 115)).complete(DATE).report().dates().get(0);
    assertEquals(5, late.lateRows());
    assertEquals(complete.firstComplete(), late.firstComplete());
  }

  @Test
  void filesAreMeasuredAndManySmallOnesAreSaid() throws Exception {
    TestLake lake = new TestLake(directory);
    for (int i = 0; i < 4; i++) {
      lake.append(minutes(0, i * 20L, i * 20L + 20));
    }
    assertFalse(lake.report().dates().get(0).small(), "four files of one log are not many");
    Report.Date date = lake.append(minutes(0, 80, 81)).report().dates().get(0);
    assertTrue(date.small());
    List<Long> sizes = new ArrayList<>();
    for (Path file : lake.files(DATE)) {
      sizes.add(Files.size(file));
    }
    sizes.sort(null);
    assertEquals(5, date.files());
    assertEquals(sizes.stream().mapToLong(Long::longValue).sum(), date.bytes());
    assertEquals(sizes.get(0), date.leastBytes());
    assertEquals(sizes.get(2), date.medianBytes());
  }

  @Test
  void freshnessIsOfKafkasTimestampsAndOfTheFilesThemselves() throws Exception {
    TestLake lake = new TestLake(directory);
    Instant sent = START.plus(Duration.ofHours(30));
    lake.append(
        List.of(
            TestLake.record(
                0, 0, sent, "{\"timestamp\":\"" + START + "\",\"event_name\":\"view\"}")));
    Report report = lake.report();
    assertEquals(sent, report.totals().newestRecord());
    assertEquals(START, report.totals().newestEvent());
    Report.Date date = report.dates().get(0);
    assertEquals(sent, date.newestRecord());
    Instant written = Files.getLastModifiedTime(lake.files(DATE).get(0)).toInstant();
    assertEquals(written, date.lastFile());
    assertEquals(
        Duration.between(START.plus(Duration.ofDays(1)), written).toSeconds(),
        date.lastFileAfterEnd());
  }

  @Test
  void gapsAndDuplicatesAreNamedExactly() throws Exception {
    TestLake lake = new TestLake(directory);
    lake.append(minutes(0, 0, 50)).append(minutes(0, 51, 100)).append(minutes(1, 7, 12));
    lake.copy(lake.files(DATE).get(0));
    Report report = lake.report();
    assertFalse(report.verdict().passed());
    assertEquals(Report.Proof.FOOTERS, report.verdict().proof());
    assertEquals(1, report.verdict().missing());
    Report.Partition zero = report.partitions().get(0);
    assertEquals(List.of(new Range(50, 50)), zero.missingRanges());
    Report.Partition one = report.partitions().get(1);
    assertEquals(7, one.from());
    assertEquals(12, one.end());
    assertEquals(0, one.missing());
    long doubles = zero.duplicate() + one.duplicate();
    assertTrue(doubles > 0);
    assertEquals(doubles, report.verdict().duplicate());
    for (Report.Partition partition : report.partitions()) {
      assertEquals(
          partition.duplicate(), partition.duplicateRanges().stream().mapToLong(Range::size).sum());
      assertEquals(
          List.of(partition.lake(), partition.deadLetters(), partition.missing()),
          List.of(
              partition.strip().stream().mapToLong(Report.Bucket::lake).sum(),
              partition.strip().stream().mapToLong(Report.Bucket::deadLetters).sum(),
              partition.strip().stream().mapToLong(Report.Bucket::missing).sum()));
    }
  }

  @Test
  void oneOffsetThatIsMissingAmongATrillionIsInItsBucketAndIsDrawn() {
    long end = 1_000_000_000_000L;
    long missing = 123_456_789_012L;
    Strip.Count lost = (f, e) -> f <= missing && missing < e ? 1 : 0;
    Strip.Count lake = (f, e) -> e - f - lost.of(f, e);
    List<Report.Bucket> strip = Strip.of(0, end, lake, (f, e) -> 0, lost, (f, e) -> 0);
    assertEquals(Strip.MOST_BUCKETS, strip.size());
    long at = 0;
    for (Report.Bucket bucket : strip) {
      assertEquals(at, bucket.from());
      assertEquals(bucket.from() <= missing && missing < bucket.end() ? 1 : 0, bucket.missing());
      at = bucket.end();
    }
    assertEquals(end, at);
    String svg =
        StripSvg.of(
            new Report.Partition(
                "s",
                0,
                0,
                end,
                end - 1,
                0,
                0,
                1,
                List.of(new Range(missing, missing)),
                0,
                List.of(),
                strip));
    assertTrue(svg.contains("<title>missing: 123456789012</title>"), svg);
    assertTrue(svg.contains("class=\"s-missing\" x=\"28.0\""), svg);
  }

  @Test
  void bucketsOfTheGreatestOffsetsDoNotOverflow() {
    long end = Long.MAX_VALUE;
    Strip.Count all = (f, e) -> e - f;
    List<Report.Bucket> strip = Strip.of(0, end, all, all, all, all);
    assertEquals(end, strip.get(strip.size() - 1).end());
    assertTrue(strip.stream().allMatch(bucket -> bucket.lake() > 0));
  }

  @Test
  void gapsOfPositionsAreFoundByTheirNumberNotByTheOffsets() {
    Positions positions = new Positions();
    long base = 1_000_000_000_000L;
    positions.addRange("s", 0, base, base + 5_000_000);
    positions.addRange("s", 0, base + 5_000_001, base + 9_000_000);
    Positions.Partition partition = new Positions.Partition("s", 0);
    assertEquals(
        List.of(
            new Range(base - 10, base - 1),
            new Range(base + 5_000_000, base + 5_000_000),
            new Range(base + 9_000_000, base + 9_000_009)),
        positions.gaps(partition, base - 10, base + 9_000_010, 10));
    assertEquals(1, positions.gaps(partition, base - 10, base + 9_000_010, 1).size());
    assertEquals(8_999_999, positions.count(partition, 0, Long.MAX_VALUE));
    assertEquals(1, positions.count(partition, base + 5_000_000, base + 5_000_002));
    assertEquals(
        List.of(new Range(3, 6)),
        new Positions().gaps(new Positions.Partition("none", 1), 3, 7, 9));
  }

  @Test
  void deadLettersAreCountedByDateAndReasonAndShownByTheNewest() throws Exception {
    TestLake lake = new TestLake(directory);
    List<SourceRecord> records = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      records.add(TestLake.record(0, i, START.plus(Duration.ofHours(6L * i)), "{oops " + i));
    }
    records.add(TestLake.record(0, 10, START, ""));
    Report report = lake.append(records).report();
    assertEquals(
        Map.of(
            DATE,
            Map.of(Reason.MALFORMED_JSON, 4L, Reason.EMPTY, 1L),
            DATE.plusDays(1),
            Map.of(Reason.MALFORMED_JSON, 4L),
            DATE.plusDays(2),
            Map.of(Reason.MALFORMED_JSON, 2L)),
        report.deadLetters().byDate());
    Report.ReasonFacts malformed = report.deadLetters().byReason().get(0);
    assertEquals(Reason.MALFORMED_JSON, malformed.reason());
    assertEquals(10, malformed.count());
    assertEquals(3, malformed.samples().size());
    assertEquals(
        List.of(8L, 9L),
        malformed.samples().stream().limit(2).map(Report.Sample::offset).sorted().toList());
    assertTrue(malformed.samples().get(2).offset() < 8, "then of the date before");
    assertTrue(malformed.samples().get(0).value().startsWith("{oops "));
    assertEquals(11, report.totals().deadLetters());
    assertEquals(0, report.totals().rows());

    Report closed = lake.report(new ReportReader.Limits(Duration.ofDays(7), 1, false));
    assertEquals(1, closed.deadLetters().byReason().get(0).samples().size());
    assertFalse(closed.toJson().contains("oops"), "values are left out");
    assertFalse(Page.of(closed).contains("oops"), "values are left out");
  }

  /** Where the contract skips nothing, the page does not speak of it. */
  @Test
  void skippedRecordsAreCountedByDate() throws Exception {
    TestLake plain = new TestLake(directory.resolve("plain")).append(minutes(0, 0, 10));
    assertEquals(0, plain.report().totals().skipped());
    assertFalse(Page.of(plain.report()).contains("<dt>Skipped"));

    String yaml =
        """
        table: user_actions
        topic: user-actions
        event_time: event_datetime
        columns:
          - {name: event_datetime, path: timestamp, type: timestamp, required: true}
          - {name: event_name, type: string}
        transform:
          - skip_if: {column: event_name, equals: ping}
        """;
    TestLake lake =
        new TestLake(directory.resolve("skips"), ContractParser.parse(yaml, "skips"))
            .append(minutes(0, 0, 10))
            .append(pings(0, 10, 14))
            .complete(DATE)
            .append(pings(0, 1440, 1446));
    Report report = lake.report();
    assertEquals(10, report.totals().rows());
    assertEquals(10, report.totals().skipped());
    assertEquals(List.of(10L, 0L), report.dates().stream().map(Report.Date::rows).toList());
    assertEquals(List.of(4L, 6L), report.dates().stream().map(Report.Date::skipped).toList());
    assertTrue(report.verdict().passed());
    assertTrue(Page.of(report).contains("<dt>Skipped</dt><dd><strong>10</strong> <span>50"));
    Grid dates = new DatesView(report).newest();
    assertEquals("Skipped", dates.head().get(2).text());
    assertEquals(
        List.of("6", "4"), dates.rows().stream().map(row -> row.others().get(1).text()).toList());
    assertEquals(4, new ObjectMapper().readTree(report.toJson()).at("/dates/0/skipped").asLong());

    Report.Date late = lake.append(pings(0, 14, 17)).report().dates().get(0);
    assertEquals(7, late.skipped());
    assertEquals(0, late.lateRows(), "a file without rows has no late ones");
  }

  /** Events that a contract may skip, one a minute of a partition. */
  private static List<SourceRecord> pings(int partition, long from, long end) {
    return LongStream.range(from, end)
        .mapToObj(
            o -> {
              Instant time = START.plus(Duration.ofMinutes(o));
              return TestLake.record(
                  partition, o, time, "{\"timestamp\":\"" + time + "\",\"event_name\":\"ping\"}");
            })
        .toList();
  }

  @Test
  void anEmptyLakeIsAReportToo() throws Exception {
    Report report = new TestLake(directory).report();
    assertTrue(report.verdict().passed());
    assertEquals(0, report.totals().rows());
    assertNull(report.totals().newestEvent());
    assertTrue(Page.of(report).contains("There is nothing here yet."));
  }

  @Test
  void theDataAreOneLineOfJson() throws Exception {
    String json = new TestLake(directory).append(minutes(0, 0, 10)).report().toJson();
    assertEquals(1, json.lines().count());
    JsonNode node = new ObjectMapper().readTree(json);
    assertEquals(10, node.path("totals").path("rows").asLong());
    assertEquals("2026-03-10", node.path("dates").path(0).path("date").asText());
    assertEquals(10, node.path("dates").path(0).path("rowsByVersion").path("1").asLong());
    assertEquals("1.2.3", node.path("made").path("version").asText());
    assertEquals("FOOTERS", node.path("verdict").path("proof").asText());
  }

  @Test
  void bytesAreShownSoThatNothingIsHidden() {
    assertEquals("Café 😀", PrintableBytes.of("Café 😀".getBytes(UTF_8), 100));
    assertEquals("a\\x00\\x1b[31m\\x0a", PrintableBytes.of("a\0\u001b[31m\n".getBytes(UTF_8), 100));
    assertEquals("\\xff\\xfe{", PrintableBytes.of(new byte[] {-1, -2, '{'}, 100));
    assertEquals("\\xe2\\x80\\xaeabc", PrintableBytes.of("\u202eabc".getBytes(UTF_8), 100));
    assertEquals("\\xef\\xbb\\xbf{}", PrintableBytes.of("\ufeff{}".getBytes(UTF_8), 100));
    assertEquals("éé", PrintableBytes.of("ééé".getBytes(UTF_8), 5));
    assertEquals("é\\xc3", PrintableBytes.of(new byte[] {-61, -87, -61}, 100));
    assertEquals("", PrintableBytes.of(new byte[0], 100));
  }

  @Test
  void manyDatesBecomeWeeksMonthsAndYears() {
    assertEquals(Periods.Unit.DAY, periods(100).unit());
    assertEquals(Periods.Unit.WEEK, periods(101).unit());
    assertEquals(Periods.Unit.MONTH, periods(800).unit());
    assertEquals(Periods.Unit.YEAR, periods(4000).unit());
    Periods gap = Periods.of(List.of(DATE, DATE.plusDays(3)));
    assertEquals(List.of("2026-03-10", "2026-03-11", "2026-03-12", "2026-03-13"), gap.labels());
    Periods clock = Periods.of(List.of(DATE, LocalDate.parse("2099-01-01")));
    assertEquals(List.of("2026-03-10", "2099-01-01"), clock.labels());
    for (int days : List.of(1, 99, 400, 3000)) {
      Periods periods = periods(days);
      assertEquals(0, periods.indexOf(DATE));
      assertEquals(periods.size() - 1, periods.indexOf(DATE.plusDays(days - 1)));
      assertTrue(periods.size() <= Periods.MOST + 1, days + " days");
    }
  }

  private static Periods periods(int days) {
    return Periods.of(java.util.stream.IntStream.range(0, days).mapToObj(DATE::plusDays).toList());
  }
}
