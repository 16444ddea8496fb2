package io.sluice.plan;

import io.sluice.SluiceConfig;
import io.sluice.Wording;
import io.sluice.sizing.Figures;
import io.sluice.sizing.S3Request;
import io.sluice.sizing.Size;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** A plan for people: sections, some sixty lines. */
public final class PlanText {
  private static final int MOST_DATES = 4;

  /** More rejects than this are said once more, where the command is. */
  private static final double MUCH = 0.05;

  private final Plan plan;
  private final Set<Check> ofAll;
  private final RunLine run;
  private final PrintWriter out;

  /**
   * @param flags those of the run, as they were given
   */
  public PlanText(Plan plan, List<String> flags, PrintWriter out) {
    this(plan, Set.of(), flags, out);
  }

  /**
   * @param ofAll checks of all tables, which are said elsewhere
   */
  PlanText(Plan plan, Set<Check> ofAll, List<String> flags, PrintWriter out) {
    this.plan = plan;
    this.ofAll = ofAll;
    this.run = new RunLine(plan, flags);
    this.out = out;
  }

  public void print() {
    printTable();
    if (!hasFailed()) {
      title("Run it%s", warning());
      run.lines().forEach(text -> line("  %s", text));
      if (run.needsRocksdb()) {
        line(
            "  with --stateBackend=rocksdb --stateBackendStoragePath=URI, a folder for checkpoints");
      }
    }
  }

  /** The same without the command, which runs the other tables, too. */
  void printOneOfSeveral() {
    printTable();
    if (!hasFailed() && !warning().isEmpty()) {
      line("  This table could start%s", warning());
    }
  }

  private void printTable() {
    SluiceConfig config = plan.config();
    line(
        "%s at %s → %s/%s, dead letters → %s",
        config.source().name(),
        config.source().address(),
        config.lake().root(),
        config.contract().table(),
        config.deadLetters().root());
    access();
    Plan.Sampled sample = plan.sample();
    Findings findings = plan.findings();
    if (sample != null && findings != null) {
      SampleText text = new SampleText(out::println);
      text.sample(sample, findings);
      text.columns(findings);
      times(findings);
      load(findings);
    } else if (sample != null && sample.records() > 0) {
      title("Sample");
      line(
          "  Its records cannot be decoded without their schemas: nothing is known of their events.");
    } else if (sample != null) {
      title("Sample");
      line(
          "  The topic has no record: nothing is known of its events, their times, sizes and rates.");
    }
  }

  private void access() {
    List<Check> own = plan.checks().stream().filter(check -> !ofAll.contains(check)).toList();
    if (!own.isEmpty()) {
      access("Access", own, out);
    }
  }

  /** Those of one store together. */
  static void access(String title, List<Check> checks, PrintWriter out) {
    out.println();
    out.println(title);
    Map<String, List<Check>> groups = new LinkedHashMap<>();
    for (Check check : checks) {
      groups
          .computeIfAbsent(check.name().replaceFirst(":.*", ""), name -> new ArrayList<>())
          .add(check);
    }
    groups.forEach(
        (name, group) -> {
          if (group.size() > 1
              && group.get(0).name().equals(name)
              && group.stream().allMatch(check -> check.status() == Check.Status.OK)) {
            joined(group, out);
          } else {
            group.forEach(check -> row(check.status(), check.name(), check.text(), out));
          }
        });
  }

  private static void joined(List<Check> group, PrintWriter out) {
    Check root = group.get(0);
    List<String> allowed = new ArrayList<>();
    List<String> said = new ArrayList<>();
    for (Check check : group.subList(1, group.size())) {
      if (check.text().equals("allowed")) {
        allowed.add(check.name().replaceFirst(".*: ", ""));
      } else {
        said.add(check.text());
      }
    }
    row(
        Check.Status.OK,
        root.name(),
        root.text()
            + ": "
            + String.join(", ", allowed)
            + " allowed"
            + (said.isEmpty() ? "" : "; " + String.join("; ", said)),
        out);
  }

  private static void row(Check.Status status, String name, String text, PrintWriter out) {
    out.println(format("  %-8s%-23s %s", status.name().toLowerCase(Locale.ROOT), name, text));
  }

  private void times(Findings findings) {
    EventTimes times = findings.times();
    title("Time: the event's against the record's");
    if (times.compared() == 0) {
      line(
          "  Not known: %s.",
          times.withoutRecordTime() > 0
              ? "no record has a timestamp"
              : "no event time could be read");
      return;
    }
    line(
        "  behind                 p50 %s   p90 %s   p99 %s   p99.9 %s   max %s",
        Spans.text(times.behind(50)),
        Spans.text(times.behind(90)),
        Spans.text(times.behind(99)),
        Spans.text(times.behind(99.9)),
        Spans.text(times.behind(100)));
    if (times.ahead().length == 0) {
      line("  ahead                  none");
    } else {
      line(
          "  ahead                  %s   p50 %s   p99 %s   max %s",
          share(times.ahead().length, times.compared()).strip(),
          Spans.text(times.ahead(50)),
          Spans.text(times.ahead(99)),
          Spans.text(times.ahead(100)));
    }
    advised("watermarkDelay", times.watermarkDelay());
    advised("lateness", times.lateness());
    advised("maxFuture", times.maxFuture());
    dates(findings);
  }

  private void advised(String flag, EventTimes.Advised advised) {
    line("  %-22s %s", "--" + flag + "=" + Wording.duration(advised.value()), advised.why());
  }

  private void dates(Findings findings) {
    long rows = findings.outcomes().rows();
    List<Map.Entry<LocalDate, Long>> dates =
        findings.dates().entrySet().stream()
            .sorted(Map.Entry.<LocalDate, Long>comparingByValue().reversed())
            .toList();
    if (dates.isEmpty()) {
      return;
    }
    StringBuilder text = new StringBuilder();
    dates.stream()
        .limit(MOST_DATES)
        .forEach(
            date ->
                text.append(date.getKey())
                    .append(' ')
                    .append(share(date.getValue(), rows).strip())
                    .append("   "));
    if (dates.size() > MOST_DATES) {
      text.append("and ").append(dates.size() - MOST_DATES).append(" others");
    }
    line("  %-22s %s", Wording.count(dates.size(), "date"), text.toString().strip());
  }

  private void load(Findings findings) {
    title("Load and size");
    Encoding encoding = findings.encoding();
    if (encoding == null) {
      line("  a row                  Not known: no record was accepted, so none was encoded.");
    } else {
      line(
          "  a row                  %,.0f bytes of JSON, %,.1f in a block (%.2f), %,.1f in Parquet (%.3f): by encoding %,d",
          encoding.jsonBytesOfARow(),
          encoding.blockBytesOfARow(),
          encoding.blockBytesOfARow() / encoding.jsonBytesOfARow(),
          encoding.parquetBytesOfARow(),
          encoding.parquetBytesOfARow() / encoding.jsonBytesOfARow(),
          encoding.rows());
    }
    traffic(findings);
    Sizing sizing = plan.sizing();
    if (sizing != null) {
      sizes(sizing);
    }
  }

  private void traffic(Findings findings) {
    Traffic traffic = plan.traffic();
    if (traffic == null || !traffic.isKnown()) {
      line(
          "  a day                  Not known: %s. --gibPerDay=N sizes for a load that you name.",
          traffic == null
              ? "no record has a time before now"
              : "the records span " + Spans.text(traffic.covered()));
      return;
    }
    line(
        "  a day                  %,.0f records, %s; %s to %s: %,.1f/s, busiest hour %,d%s",
        traffic.eventsADay(),
        Wording.bytes(traffic.eventsADay() * findings.bytesOfARecord()),
        minute(later(traffic.from(), traffic.oldest())),
        minute(traffic.to()),
        traffic.eventsASecond(),
        traffic.peakHour(),
        traffic.isWholeDay() ? ", from " + minute(traffic.peakHourFrom()) : "");
    if (!traffic.isWholeDay()) {
      line(
          "                         reckoned from %s; the peak is taken to be %.0f times the mean",
          Spans.text(traffic.covered()), traffic.peakFactor());
    }
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }

  private static String minute(Instant time) {
    return time.truncatedTo(ChronoUnit.MINUTES).toString().replace(":00Z", "Z");
  }

  private void sizes(Sizing sizing) {
    Size given = sizing.given();
    line(
        "  %-34s %16s %16s",
        sizing.measuredRate()
            ? ""
            : format("for %.3g GiB of JSON a day:", given.load().gibPerDay()),
        "with these flags",
        "as advised");
    both(sizing, "--parallelism", s -> Figures.count(s.settings().parallelism()));
    both(
        sizing,
        plan.lake() == null ? "--shards" : "--shards, fixed",
        s -> Figures.count(s.settings().shards()));
    both(sizing, "--windowSize", s -> Wording.duration(s.settings().windowSize()));
    both(sizing, "--fileInterval", s -> Wording.duration(s.settings().fileInterval()));
    both(
        sizing,
        "--fileMebibytes, --s3PartMebibytes",
        s -> s.settings().fileMebibytes() + ", " + s.settings().s3PartMebibytes());
    both(
        sizing,
        "TaskManagers × slots × memory",
        s ->
            s.memory().taskManagers()
                + " × "
                + s.memory().slots()
                + " × "
                + String.format(Locale.ROOT, "%.1f GiB", s.memory().process() / 1024.0));
    both(
        sizing,
        "state, at most; kept by",
        s -> Wording.bytes(s.peakState()) + "; " + s.memory().stateBackend());
    both(
        sizing,
        "files a day, of bytes (p50)",
        s -> Figures.count(s.day().files().all()) + ", " + Wording.bytes(s.day().percentile(50)));
    both(sizing, "Parquet a day", s -> Wording.bytes(s.day().parquetBytes()));
    both(sizing, "S3 requests a month", s -> Figures.count(requests(s)));
    both(
        sizing,
        "$ a month: requests + storage added",
        s -> Figures.dollars(s.requestCost()) + " + " + Figures.dollars(s.storageCost()));
    line(
        "  Kafka partitions advised: %d. Prices: S3 Standard, us-east-1. More: sluice size --gibPerDay=%.3g",
        sizing.advised().partitions(), given.load().gibPerDay());
  }

  private static double requests(Size size) {
    double requests = 0;
    for (S3Request request : S3Request.values()) {
      requests += size.requestsAMonth(request);
    }
    return requests;
  }

  private void both(Sizing sizing, String name, Function<Size, String> value) {
    line("  %-34s %16s %16s", name, value.apply(sizing.given()), value.apply(sizing.advised()));
  }

  /** Says what has failed, if anything has. */
  private boolean hasFailed() {
    List<Check> failed = plan.failed().stream().filter(check -> !ofAll.contains(check)).toList();
    if (!failed.isEmpty()) {
      title("A run could not start: %d of %d checks failed", failed.size(), plan.checks().size());
      failed.forEach(check -> line("  %s: %s", check.name(), check.text()));
    }
    return !plan.canStart();
  }

  /** A run can start whatever the contract rejects or passes over; that is worth a word. */
  private String warning() {
    Findings findings = plan.findings();
    if (findings == null) {
      return "";
    }
    Outcomes outcomes = findings.outcomes();
    if (outcomes.rejectedCount() > MUCH * findings.records()) {
      return format(
          "; mind that %s of the sample would be rejected",
          share(outcomes.rejectedCount(), findings.records()).strip());
    }
    return isWithoutRow(plan)
        ? "; mind that no record of the sample would be a row: see WARNING above"
        : "";
  }

  /** Whether the sample has no row for the table, and what is likely meant in another way. */
  static boolean isWithoutRow(Plan plan) {
    Findings findings = plan.findings();
    return findings != null
        && findings.outcomes().accepted() == 0
        && !findings.doubts().stream().allMatch(Doubts.Doubt::isNote);
  }

  private void title(String format, Object... args) {
    out.println();
    line(format, args);
  }

  private void line(String format, Object... args) {
    out.println(format(format, args));
  }

  private static String format(String format, Object... args) {
    return String.format(Locale.ROOT, format, args);
  }

  private static String share(long part, long whole) {
    return SampleText.share(part, whole);
  }
}
