package io.sluice.report;

import io.sluice.deadletter.Reason;
import io.sluice.lake.Acknowledgement;
import io.sluice.lake.Positions.Range;
import io.sluice.report.Report.Proof;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What the page says, as its template takes it: texts, tables and charts, none of them escaped. */
final class PageView {
  /** Dates that are shown by themselves. */
  private static final int MOST_DATES = 31;

  /** Series that can be told apart; the others are one. */
  private static final int MOST_SERIES = 7;

  /** Strips; the table has all partitions. */
  private static final int MOST_STRIPS = 64;

  /** A number of the headline. */
  record Tile(String label, String value, String note) {}

  /** The dead letters of a reason that are shown. */
  record Letters(String reason, String count, List<Letter> samples) {}

  /** One of them. */
  record Letter(
      String position,
      String time,
      String path,
      String message,
      @Nullable String value,
      String note) {}

  /** A partition's strip. */
  record Band(String title, String svg, String missing, String duplicate) {}

  private final Report report;
  private final ZoneId zone;
  private final Periods periods;

  PageView(Report report) {
    this.report = report;
    this.zone = ZoneId.of(report.made().zone());
    this.periods = Periods.of(report.dates().stream().map(Report.Date::date).toList());
  }

  String table() {
    return report.made().table();
  }

  String lake() {
    return report.made().lake();
  }

  String deadLetterRoot() {
    return report.made().deadLetters();
  }

  String version() {
    return report.made().version();
  }

  String contractVersion() {
    return report.made().contractVersion();
  }

  String at() {
    return Texts.time(report.made().at());
  }

  boolean isEmpty() {
    return report.dates().isEmpty();
  }

  boolean hasDates() {
    return !isEmpty();
  }

  // The verdict.

  /** {@code good}, {@code warn} or {@code bad}: the class of the banner. */
  String verdictKind() {
    if (!report.verdict().passed()) {
      return "bad";
    }
    return report.verdict().missing() > 0 || isEmpty() ? "warn" : "good";
  }

  String verdictMark() {
    return switch (verdictKind()) {
      case "good" -> "✓";
      case "warn" -> "!";
      default -> "✗";
    };
  }

  String verdictTitle() {
    Report.Verdict verdict = report.verdict();
    if (verdict.passed()) {
      if (isEmpty() && report.totals().deadLetters() == 0) {
        return "There is nothing here yet.";
      }
      if (verdict.missing() > 0) {
        return "Nothing is duplicated; "
            + Texts.count(verdict.missing(), "offset")
            + " between others "
            + (verdict.missing() == 1 ? "is" : "are")
            + " not there.";
      }
      return verdict.proof() == Proof.KAFKA
          ? verdict.waiting() == 0
              ? "Every offset is there, and each once."
              : "Every offset that is due is there, and each once."
          : "No offset is duplicated, and there is no gap between any two.";
    }
    List<String> wrong = new ArrayList<>();
    if (verdict.missing() > 0) {
      wrong.add(
          Texts.count(verdict.missing(), "offset")
              + (verdict.proof() == Proof.KAFKA ? " lost" : " not there"));
    }
    if (verdict.gone() > 0) {
      wrong.add(Texts.count(verdict.gone(), "offset") + " gone from Kafka");
    }
    if (verdict.duplicate() > 0) {
      wrong.add(Texts.count(verdict.duplicate(), "offset") + " duplicated");
    }
    if (verdict.extra() > 0) {
      wrong.add(Texts.count(verdict.extra(), "offset") + " that are no committed record");
    }
    if (!verdict.damaged().isEmpty()) {
      wrong.add(Texts.count(verdict.damaged().size(), "file") + " damaged");
    }
    return "Not proved: " + String.join(", ", wrong) + ".";
  }

  String verdictText() {
    if (report.verdict().proof() == Proof.KAFKA) {
      String proof =
          "By the audit: each offset of the topic up to its end at the time, against the footers of all files.";
      long waiting = report.verdict().waiting();
      return waiting == 0
          ? proof
          : proof
              + " "
              + Texts.count(waiting, "offset")
              + (waiting == 1 ? " waits" : " wait")
              + ": a job has still to read or to write what is there.";
    }
    String text =
        "By the footers of all files alone: Kafka was not asked, so nothing is known of what came after the last offset here.";
    return report.verdict().missing() == 0
        ? text
        : text
            + " An offset that is not there may have held no record, as those of transaction markers and compacted"
            + " records: --bootstrapServers tells them apart.";
  }

  boolean hasAcknowledged() {
    return !report.acknowledged().isEmpty();
  }

  Grid acknowledged() {
    Grid table =
        Grid.of(
            "Offsets that Kafka deleted before they were read",
            List.of("Partition", "Offsets", "#At most", "Acknowledged by", "Why", "On", "Topic"));
    for (Acknowledgement one : report.acknowledged()) {
      table.add(
          List.of(
              String.valueOf(one.partition()),
              Texts.range(one.offsets()),
              Texts.count(one.count()),
              one.by(),
              one.why(),
              one.at().toString(),
              one.source()));
    }
    return table;
  }

  boolean hasDamaged() {
    return !damaged().isEmpty();
  }

  List<String> damaged() {
    return report.verdict().damaged();
  }

  List<Tile> tiles() {
    Report.Totals totals = report.totals();
    String dates =
        isEmpty()
            ? ""
            : report.dates().get(0).date()
                + (report.dates().size() == 1
                    ? ""
                    : " to " + report.dates().get(report.dates().size() - 1).date());
    long all = totals.rows() + totals.deadLetters();
    return List.of(
        new Tile("Rows", Texts.count(totals.rows()), "in the lake"),
        new Tile("Dates", Texts.count(totals.dates()), dates),
        new Tile(
            "Dead letters",
            Texts.count(totals.deadLetters()),
            Texts.percent(totals.deadLetters(), all) + " of all records"),
        new Tile("Files", Texts.count(totals.files()), Texts.bytes(totals.bytes())),
        age("Newest record", totals.newestRecord()),
        age("Newest event", totals.newestEvent()));
  }

  private Tile age(String label, @Nullable Instant time) {
    if (time == null) {
      return new Tile(label, Texts.NONE, isEmpty() ? "" : "the files do not say");
    }
    Duration age = Duration.between(time, report.made().at());
    return new Tile(
        label,
        Texts.duration(age.abs()),
        (age.isNegative() ? "after" : "before") + " this page: " + Texts.time(time));
  }

  private static String capital(String word) {
    return Character.toUpperCase(word.charAt(0)) + word.substring(1);
  }

  // Rows.

  String unitWord() {
    return periods.unit().word();
  }

  /** Said where dates were put together. */
  @Nullable String bucketed() {
    return periods.unit() == Periods.Unit.DAY
        ? null
        : Texts.count(report.dates().size(), "date")
            + " are more than a chart can show: charts and their tables are by "
            + unitWord()
            + "; sluice report --json has every date.";
  }

  Figure rows() {
    long[] rows = sums(Report.Date::rows);
    Grid table = Grid.of("Rows by " + unitWord(), List.of(periods.unit().title(), "#Rows"));
    each((i, label) -> table.add(List.of(label, Texts.count(rows[i]))));
    return figure("rows", "Rows by " + unitWord() + " of the event", "count", "rows", rows, table);
  }

  boolean hasHours() {
    return !report.hours().rows().isEmpty();
  }

  Figure hours() {
    List<Report.Hour> hours = report.hours().rows();
    Grid table = Grid.of("Rows by hour", List.of("Hour from", "#Rows"));
    List<String> labels = new ArrayList<>();
    for (Report.Hour hour : hours) {
      String label = Texts.hour(hour.start(), zone);
      labels.add(label);
      table.add(List.of(label, Texts.count(hour.rows())));
    }
    double[] values = hours.stream().mapToDouble(Report.Hour::rows).toArray();
    String title = "Rows by hour of the event";
    return new Figure(
        title,
        title + ", bars over " + Texts.count(hours.size(), "hour") + "; the table below has them",
        new Chart("hours", "count", labels, List.of(new Chart.Series("rows", values))),
        table);
  }

  String hoursText() {
    Report.Hours hours = report.hours();
    String text =
        hours.leftOut() == 0
            ? ""
            : "The newest "
                + Texts.count(hours.dates(), "date")
                + "; "
                + Texts.count(hours.leftOut(), "older one")
                + " left out (--hours). ";
    if (hours.rowsUnknown() > 0) {
      text +=
          Texts.count(hours.rowsUnknown(), "row")
              + " of another contract, without this event time, left out. ";
    }
    return text + "Hours are of the zone " + report.made().zone() + ".";
  }

  // Files.

  Figure files() {
    long[] files = sums(Report.Date::files);
    return figure("files", "Files by " + unitWord(), "count", "files", files, sizes());
  }

  Figure bytes() {
    long[] bytes = sums(Report.Date::bytes);
    Grid table = Grid.of("Bytes by " + unitWord(), List.of(periods.unit().title(), "#Size"));
    each((i, label) -> table.add(List.of(label, Texts.bytes(bytes[i]))));
    return figure("bytes", "Bytes by " + unitWord(), "bytes", "bytes", bytes, table);
  }

  private Grid sizes() {
    long[] files = sums(Report.Date::files);
    long[] bytes = sums(Report.Date::bytes);
    Grid table =
        Grid.of("Files by " + unitWord(), List.of(periods.unit().title(), "#Files", "#Mean size"));
    each(
        (i, label) ->
            table.add(
                List.of(
                    label,
                    Texts.count(files[i]),
                    files[i] == 0 ? Texts.NONE : Texts.bytes(bytes[i] / files[i]))));
    return table;
  }

  /** Dates whose files are many and small, with how to mend it. */
  @Nullable String smallFiles() {
    List<LocalDate> small =
        report.dates().stream().filter(Report.Date::small).map(Report.Date::date).toList();
    if (small.isEmpty()) {
      return null;
    }
    return Texts.count(small.size(), "date")
        + (small.size() == 1 ? " has" : " have")
        + " many small files, of less than 32 MiB in the middle: "
        + some(small)
        + ". Readers ask for each of them.";
  }

  String compactHint() {
    return "sluice compact --lake="
        + lake()
        + " --date="
        + report.dates().stream()
            .filter(Report.Date::small)
            .max(Comparator.comparingInt(Report.Date::files))
            .map(date -> date.date().toString())
            .orElse("");
  }

  private static String some(List<LocalDate> dates) {
    List<String> newest = new ArrayList<>();
    for (int i = dates.size() - 1; i >= 0 && newest.size() < 10; i--) {
      newest.add(dates.get(i).toString());
    }
    return String.join(", ", newest)
        + (dates.size() > newest.size() ? " and " + (dates.size() - newest.size()) + " older" : "");
  }

  // Freshness.

  Figure freshness() {
    double[] hours = new double[periods.size()];
    String[] worst = new String[periods.size()];
    for (Report.Date date : report.dates()) {
      int i = periods.indexOf(date.date());
      double after = Math.max(0, date.lastFileAfterEnd() / 3600.0);
      if (worst[i] == null || after > hours[i]) {
        hours[i] = after;
        worst[i] = Texts.duration(Duration.ofSeconds(date.lastFileAfterEnd()));
      }
    }
    Grid table =
        Grid.of(
            "From a date's end to its last file",
            List.of(periods.unit().title(), "#Last file after the end"));
    each((i, label) -> table.add(List.of(label, worst[i] == null ? Texts.NONE : worst[i])));
    String title =
        "From a date's end to its last file"
            + (periods.unit() == Periods.Unit.DAY ? "" : ", the longest of a " + unitWord());
    return new Figure(
        title,
        title + ", in hours, bars over " + periods.size() + "; the table below has them",
        new Chart(
            "freshness", "hours", periods.labels(), List.of(new Chart.Series("hours", hours))),
        table);
  }

  String completeText() {
    List<LocalDate> open =
        report.dates().stream()
            .filter(date -> date.completeSince() == null)
            .map(Report.Date::date)
            .toList();
    if (open.isEmpty()) {
      return "Every date is complete: its newest manifest names all of its files.";
    }
    return Texts.count(open.size(), "date")
        + (open.size() == 1 ? " is" : " are")
        + " not complete, or has files that its newest manifest does not name yet: "
        + some(open)
        + ".";
  }

  // Late events.

  boolean hasLate() {
    return report.dates().stream().anyMatch(date -> date.lateRows() > 0);
  }

  Figure late() {
    long[] rows = sums(Report.Date::lateRows);
    long[] files = sums(Report.Date::lateFiles);
    long[] all = sums(Report.Date::rows);
    Grid table =
        Grid.of(
            "Late rows by " + unitWord(),
            List.of(periods.unit().title(), "#Late rows", "#Of all its rows", "#In files"));
    each(
        (i, label) ->
            table.add(
                List.of(
                    label,
                    Texts.count(rows[i]),
                    Texts.percent(rows[i], all[i]),
                    Texts.count(files[i]))));
    return figure(
        "late", "Late rows by " + unitWord() + " of the event", "count", "late rows", rows, table);
  }

  String lateText() {
    long rows = report.dates().stream().mapToLong(Report.Date::lateRows).sum();
    return rows == 0
        ? "No row came after its date was first called complete."
        : Texts.count(rows, "row")
            + " came after "
            + (rows == 1 ? "its" : "their")
            + " date was first called complete ("
            + Texts.percent(rows, report.totals().rows())
            + " of all). They are in the lake, in their own date's folder.";
  }

  // The newest dates.

  Grid newestDates() {
    Grid table =
        Grid.of(
            "The newest dates",
            List.of(
                "Date",
                "#Rows",
                "#Files",
                "#Size",
                "#Median file",
                "#Smallest file",
                "First complete, UTC",
                "Complete since, UTC",
                "Last file, UTC",
                "#After the date's end",
                "Last record sent, UTC",
                "#After the date's end",
                "#Late rows"));
    List<Report.Date> dates = report.dates();
    for (int i = dates.size() - 1; i >= Math.max(0, dates.size() - MOST_DATES); i--) {
      Report.Date date = dates.get(i);
      Instant end = date.date().plusDays(1).atStartOfDay(zone).toInstant();
      table.add(
          List.of(
              date.date().toString(),
              Texts.count(date.rows()),
              Texts.count(date.files()),
              Texts.bytes(date.bytes()),
              Texts.bytes(date.medianBytes()),
              Texts.bytes(date.leastBytes()),
              Texts.minute(date.firstComplete()),
              date.completeSince() == null ? "not complete" : Texts.minute(date.completeSince()),
              Texts.minute(date.lastFile()),
              Texts.duration(Duration.ofSeconds(date.lastFileAfterEnd())),
              Texts.minute(date.newestRecord()),
              date.newestRecord() == null
                  ? Texts.NONE
                  : Texts.duration(Duration.between(end, date.newestRecord())),
              Texts.count(date.lateRows())));
    }
    return table;
  }

  @Nullable String olderDates() {
    int older = report.dates().size() - MOST_DATES;
    return older <= 0
        ? null
        : Texts.count(older, "older date") + " left out: sluice report --json has every date.";
  }

  // Dead letters.

  boolean hasLetters() {
    return !report.deadLetters().byReason().isEmpty();
  }

  Figure letters() {
    Map<LocalDate, Map<Reason, Long>> byDate = report.deadLetters().byDate();
    Periods dates = Periods.of(byDate.keySet());
    List<Reason> reasons =
        report.deadLetters().byReason().stream().map(Report.ReasonFacts::reason).toList();
    long[][] counts = new long[reasons.size()][dates.size()];
    byDate.forEach(
        (date, ofDate) ->
            ofDate.forEach(
                (reason, n) -> counts[reasons.indexOf(reason)][dates.indexOf(date)] += n));
    List<String> head = new ArrayList<>(List.of(dates.unit().title()));
    reasons.forEach(reason -> head.add("#" + reason));
    String title = "Dead letters by " + dates.unit().word() + " of the record, and reason";
    Grid table = Grid.of(title, head);
    List<String> labels = dates.labels();
    for (int i = 0; i < labels.size(); i++) {
      List<String> row = new ArrayList<>(List.of(labels.get(i)));
      for (long[] ofReason : counts) {
        row.add(Texts.count(ofReason[i]));
      }
      table.add(row);
    }
    return new Figure(
        title,
        title + ", stacked bars; the table below has them",
        new Chart(
            "letters",
            "count",
            labels,
            series(reasons.stream().map(Reason::name).toList(), counts)),
        table);
  }

  /** The first ones by themselves, the others as one: more colours nobody can tell apart. */
  private static List<Chart.Series> series(List<String> names, long[][] counts) {
    List<Chart.Series> series = new ArrayList<>();
    int single = names.size() <= MOST_SERIES ? names.size() : MOST_SERIES - 1;
    for (int s = 0; s < single; s++) {
      series.add(new Chart.Series(names.get(s), doubles(counts[s])));
    }
    if (single < names.size()) {
      double[] rest = new double[counts[0].length];
      for (int s = single; s < names.size(); s++) {
        for (int i = 0; i < rest.length; i++) {
          rest[i] += counts[s][i];
        }
      }
      series.add(new Chart.Series(names.size() - single + " others", rest));
    }
    return series;
  }

  List<Letters> samples() {
    List<Letters> all = new ArrayList<>();
    for (Report.ReasonFacts reason : report.deadLetters().byReason()) {
      all.add(
          new Letters(
              reason.reason().name(),
              Texts.count(reason.count()),
              reason.samples().stream().map(PageView::letter).toList()));
    }
    return all;
  }

  private static Letter letter(Report.Sample sample) {
    String value = sample.value();
    return new Letter(
        "partition " + sample.partition() + ", offset " + sample.offset(),
        Texts.time(sample.recordTime()),
        sample.path().isEmpty() ? "the whole record" : sample.path(),
        sample.message(),
        value,
        value == null
            ? "no value, or values are left out"
            : sample.valueBytes() == 0 ? "no bytes" : Texts.count(sample.valueBytes(), "byte"));
  }

  // Versions of the contract.

  boolean hasVersions() {
    return versions().size() > 1;
  }

  private List<String> versions() {
    TreeSet<String> versions = new TreeSet<>();
    report.dates().forEach(date -> versions.addAll(date.rowsByVersion().keySet()));
    return List.copyOf(versions);
  }

  String versionsText() {
    TreeMap<String, Long> rows = new TreeMap<>();
    report
        .dates()
        .forEach(
            date ->
                date.rowsByVersion().forEach((version, n) -> rows.merge(version, n, Long::sum)));
    List<String> texts = new ArrayList<>();
    rows.forEach((version, n) -> texts.add(Texts.count(n, "row") + " by version " + version));
    return "Accepted: " + String.join(", ", texts) + ".";
  }

  Figure versionRows() {
    List<String> versions = versions();
    long[][] counts = new long[versions.size()][periods.size()];
    for (Report.Date date : report.dates()) {
      int at = periods.indexOf(date.date());
      date.rowsByVersion().forEach((version, n) -> counts[versions.indexOf(version)][at] += n);
    }
    List<String> head = new ArrayList<>(List.of(periods.unit().title()));
    versions.forEach(version -> head.add("#Version " + version));
    String title = "Rows by " + unitWord() + " of the event, and contract version";
    Grid table = Grid.of(title, head);
    each(
        (i, label) -> {
          List<String> row = new ArrayList<>(List.of(label));
          for (long[] ofVersion : counts) {
            row.add(Texts.count(ofVersion[i]));
          }
          table.add(row);
        });
    return new Figure(
        title,
        title + ", stacked bars; the table below has them",
        new Chart(
            "versions",
            "count",
            periods.labels(),
            series(versions.stream().map(v -> "version " + v).toList(), counts)),
        table);
  }

  // The proof.

  boolean hasPartitions() {
    return !report.partitions().isEmpty();
  }

  String missingWord() {
    return report.verdict().proof() == Proof.KAFKA ? "lost" : "not there";
  }

  /** What the band's ground is. */
  String nothingWord() {
    return report.verdict().proof() == Proof.KAFKA ? "no record" : "nothing";
  }

  List<Band> bands() {
    return report.partitions().stream()
        .sorted(
            Comparator.comparing((Report.Partition p) -> p.missing() == 0 && p.duplicate() == 0)
                .thenComparing(Report.Partition::source)
                .thenComparing(Report.Partition::number))
        .limit(MOST_STRIPS)
        .map(this::band)
        .toList();
  }

  private Band band(Report.Partition p) {
    return new Band(
        "Partition " + p.number() + ", offsets " + Texts.range(new Range(p.from(), p.end() - 1)),
        p.strip().isEmpty() ? "" : StripSvg.of(p),
        p.missing() == 0
            ? ""
            : capital(missingWord()) + ": " + Texts.ranges(p.missingRanges(), p.missing()),
        p.duplicate() == 0 ? "" : "Double: " + Texts.ranges(p.duplicateRanges(), p.duplicate()));
  }

  @Nullable String otherBands() {
    int others = report.partitions().size() - MOST_STRIPS;
    return others <= 0
        ? null
        : Texts.count(others, "more partition")
            + " in the table alone; those with something missing or duplicate are shown first.";
  }

  Grid partitions() {
    Grid table =
        Grid.of(
            "Offsets by partition",
            List.of(
                "Partition",
                "#First",
                "#End",
                "#Lake",
                "#Dead letters",
                "#Recovered",
                "#" + capital(missingWord()),
                "#Double",
                "Topic's identity"));
    for (Report.Partition p : report.partitions()) {
      table.add(
          List.of(
              String.valueOf(p.number()),
              Texts.count(p.from()),
              Texts.count(p.end()),
              Texts.count(p.lake()),
              Texts.count(p.deadLetters()),
              Texts.count(p.recovered()),
              Texts.count(p.missing()),
              Texts.count(p.duplicate()),
              p.source()));
    }
    return table;
  }

  /** The charts that the page has. */
  List<Chart> charts() {
    List<Chart> charts = new ArrayList<>();
    if (hasDates()) {
      charts.add(rows().chart());
      charts.add(files().chart());
      charts.add(bytes().chart());
      charts.add(freshness().chart());
    }
    if (hasHours()) {
      charts.add(hours().chart());
    }
    if (hasLate()) {
      charts.add(late().chart());
    }
    if (hasLetters()) {
      charts.add(letters().chart());
    }
    if (hasVersions()) {
      charts.add(versionRows().chart());
    }
    return charts;
  }

  private interface EachPeriod {
    void accept(int index, String label);
  }

  private void each(EachPeriod action) {
    List<String> labels = periods.labels();
    for (int i = 0; i < labels.size(); i++) {
      action.accept(i, labels.get(i));
    }
  }

  private long[] sums(ToLongFunction<Report.Date> of) {
    long[] sums = new long[periods.size()];
    for (Report.Date date : report.dates()) {
      sums[periods.indexOf(date.date())] += of.applyAsLong(date);
    }
    return sums;
  }

  private Figure figure(
      String id, String title, String unit, String name, long[] values, Grid table) {
    return new Figure(
        title,
        title + ", bars over " + values.length + "; the table below has them",
        new Chart(id, unit, periods.labels(), List.of(new Chart.Series(name, doubles(values)))),
        table);
  }

  private static double[] doubles(long[] values) {
    return java.util.Arrays.stream(values).asDoubleStream().toArray();
  }
}
