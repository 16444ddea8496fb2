package io.sluice.plan;

import io.sluice.SluiceConfig;
import io.sluice.Wording;
import io.sluice.plan.Decoded.Rejected;
import io.sluice.sizing.Figures;
import io.sluice.sizing.S3Request;
import io.sluice.sizing.Size;
import io.sluice.source.Sample;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A plan for people: sections, some sixty lines. */
public final class PlanText {
  private static final int MOST_REASONS = 12;
  private static final int MOST_FIELDS = 6;
  private static final int MOST_DATES = 4;
  private static final int LONGEST = 130;

  /** More rejects than this are said once more, where the command is. */
  private static final double MUCH = 0.05;

  private final Plan plan;
  private final RunLine run;
  private final PrintWriter out;

  /**
   * @param flags those of the run, as they were given
   */
  public PlanText(Plan plan, List<String> flags, PrintWriter out) {
    this.plan = plan;
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
    Sample sample = plan.sample();
    Findings findings = plan.findings();
    if (sample != null && findings != null) {
      sample(sample, findings.decoded());
      columns(findings);
      times(findings);
      load(findings);
    } else if (sample != null && !sample.records().isEmpty()) {
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
    title("Access");
    for (List<Check> group : groups().values()) {
      if (group.size() > 1 && group.stream().allMatch(check -> check.status() == Check.Status.OK)) {
        joined(group);
      } else {
        group.forEach(check -> row(check.status(), check.name(), check.text()));
      }
    }
  }

  /** Those of one store together. */
  private Map<String, List<Check>> groups() {
    Map<String, List<Check>> groups = new LinkedHashMap<>();
    for (Check check : plan.checks()) {
      groups
          .computeIfAbsent(check.name().replaceFirst(":.*", ""), name -> new ArrayList<>())
          .add(check);
    }
    return groups;
  }

  private void joined(List<Check> group) {
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
        root.text() + ": " + String.join(", ", allowed) + " allowed; " + String.join("; ", said));
  }

  private void row(Check.Status status, String name, String text) {
    line("  %-8s%-23s %s", status.name().toLowerCase(Locale.ROOT), name, text);
  }

  private void sample(Sample sample, Decoded decoded) {
    long records = sample.records().size();
    title(
        "Sample: %,d of %s, oldest, newest and in between%s",
        records,
        Wording.count(sample.offsets(), "record"),
        switch (sample.end()) {
          case COMPLETE -> "";
          case BYTES -> "; cut short, for the records are large";
          case TIME -> "; cut short, for reading took long";
        });
    line("  %-19s %,9d  %s", "accepted", decoded.accepted(), share(decoded.accepted(), records));
    decoded
        .skipped()
        .forEach(
            (function, count) ->
                line(
                    "  %-19s %,9d  %s  by %s: no row, no dead letter",
                    "skipped", count, share(count, records), function));
    line(
        "  %-19s %,9d  %s",
        "rejected", decoded.rejectedCount(), share(decoded.rejectedCount(), records));
    List<Rejected> rejected = decoded.rejected();
    for (Rejected one : rejected.subList(0, Math.min(MOST_REASONS, rejected.size()))) {
      shortened(
          "    %-17s %,9d  %s  %s%s, at %d@%d: %s",
          one.reason(),
          one.count(),
          share(one.count(), records),
          one.path().isEmpty() ? "" : cut(one.path(), 24) + ": ",
          cut(one.example().message(), 48),
          one.example().partition(),
          one.example().offset(),
          visible(one.example().firstBytes()));
    }
    if (rejected.size() > MOST_REASONS) {
      line(
          "    and %s: --json has all",
          Wording.count(
              rejected.size() - MOST_REASONS, "other reason and path", "other reasons and paths"));
    }
  }

  private static String visible(@Nullable String bytes) {
    return bytes == null ? "no value" : bytes.replaceAll("\\p{Cntrl}", "·");
  }

  private void columns(Findings findings) {
    title("Columns");
    long documents = findings.decoded().documents().size();
    if (documents == 0) {
      line("  Not known: no record is a document.");
      return;
    }
    List<String> lines = new ArrayList<>();
    for (Fields.NeverSeen one : findings.neverSeen()) {
      lines.add(
          format(
              "  never seen             %s: no record has %s%s",
              one.column(),
              one.path(),
              one.likely() == null ? "" : "; is it " + one.likely() + "?"));
    }
    for (Fields.Unknown one : findings.unknown()) {
      lines.add(
          format(
              "  unknown                %s: in %s, %s, as %s",
              one.path(),
              share(one.count(), documents).strip(),
              String.join(" or ", one.kinds()),
              one.example()));
    }
    for (Hints.Hint hint : findings.hints()) {
      lines.add(
          format("  would fit better       %s: %s; %s", hint.column(), hint.change(), hint.why()));
    }
    if (!findings.neverNull().isEmpty()) {
      lines.add(
          format(
              "  never null             %s: required: true, if a record without is broken",
              String.join(", ", findings.neverNull())));
    }
    if (lines.isEmpty()) {
      line("  The contract names all fields of the sample, and none of its columns stays empty.");
    }
    int most = 2 * MOST_FIELDS;
    lines.stream().limit(most).forEach(text -> line("%s", cut(text, LONGEST)));
    if (lines.size() > most) {
      line("  and %d more: --json has all", lines.size() - most);
    }
    if (!findings.unknownIsComplete()) {
      line("  More than %,d fields are unknown: the others were not counted.", Fields.MOST_PATHS);
    }
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
    long rows = findings.decoded().accepted();
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
        Figures.bytes(traffic.eventsADay() * findings.bytesOfARecord()),
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
        s -> Figures.bytes(s.peakState()) + "; " + s.memory().stateBackend());
    both(
        sizing,
        "files a day, of bytes (p50)",
        s -> Figures.count(s.day().files().all()) + ", " + Figures.bytes(s.day().percentile(50)));
    both(sizing, "Parquet a day", s -> Figures.bytes(s.day().parquetBytes()));
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
    List<Check> failed = plan.failed();
    if (!failed.isEmpty()) {
      title("A run could not start: %d of %d checks failed", failed.size(), plan.checks().size());
      failed.forEach(check -> line("  %s: %s", check.name(), check.text()));
    }
    return !failed.isEmpty();
  }

  /** A run can start whatever the contract rejects; that is worth a word. */
  private String warning() {
    Findings findings = plan.findings();
    if (findings == null || findings.decoded().rejectedCount() <= MUCH * findings.records()) {
      return "";
    }
    return format(
        "; mind that %s of the sample would be rejected",
        share(findings.decoded().rejectedCount(), findings.records()).strip());
  }

  private void title(String format, Object... args) {
    out.println();
    line(format, args);
  }

  private void line(String format, Object... args) {
    out.println(format(format, args));
  }

  private void shortened(String format, Object... args) {
    out.println(cut(format(format, args), LONGEST));
  }

  private static String format(String format, Object... args) {
    return String.format(Locale.ROOT, format, args);
  }

  private static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length - 1) + "…";
  }

  private static String share(long part, long whole) {
    return whole == 0 ? "" : String.format(Locale.ROOT, "%6.2f %%", 100.0 * part / whole);
  }
}
