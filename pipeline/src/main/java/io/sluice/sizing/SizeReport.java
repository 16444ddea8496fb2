package io.sluice.sizing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.Wording;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;

/** Prints what a load comes to: with the flags that were given, and beside it as advised. */
public final class SizeReport {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DAYS = 30;

  private final Size given;
  private final Size advised;
  private final PrintWriter out;

  public SizeReport(Size given, Size advised, PrintWriter out) {
    this.given = given;
    this.advised = advised;
    this.out = out;
  }

  public void print() {
    Load load = given.load();
    Advice advice = given.advice();
    title(
        "%,.0f GiB of JSON a day: events of %,.0f bytes, %s %% of them late by %s h in the mean, %s %% dead letters",
        load.gibPerDay(),
        load.eventBytes(),
        number(100 * load.lateShare()),
        number(load.lateHours()),
        number(100 * load.deadShare()));
    line(
        "events/s: mean %,.0f, peak %,.0f, to catch up %d h in %d h %,.0f; a core does %,.0f",
        load.meanRate(),
        load.meanRate() * load.peakFactor(),
        Advice.OUTAGE / 3600,
        Advice.RECOVERY / 3600,
        advice.capacity(),
        advice.eventsPerSecondPerCore());
    line(
        "bytes of an event: %,.0f as JSON, %,.0f in a block, %,.0f in a file",
        load.eventBytes(), load.blockBytes(), load.parquetBytes());
    out.println();
    out.printf("  %-44s %14s %14s%n", "", "with the flags", "as advised");
    settings();
    cluster();
    files();
    requests();
    restarts();
    arithmetic();
  }

  private void settings() {
    row("--parallelism", s -> Figures.count(s.settings().parallelism()));
    row("--shards", s -> Figures.count(s.settings().shards()));
    row("--windowSize", s -> Wording.duration(s.settings().windowSize()));
    row("--fileInterval", s -> Wording.duration(s.settings().fileInterval()));
    row("--manifestInterval", s -> manifestInterval(s.settings()));
    row("--fileMebibytes", s -> Figures.count(s.settings().fileMebibytes()));
    row("--s3PartMebibytes", s -> Figures.count(s.settings().s3PartMebibytes()));
    row("--stateBackend", s -> s.memory().stateBackend());
    row("Kafka partitions", s -> Figures.count(s.partitions()));
    out.println();
  }

  private static String manifestInterval(Settings settings) {
    Duration interval = settings.manifestInterval();
    return interval == null ? "none" : Wording.duration(interval);
  }

  private void cluster() {
    row("TaskManagers", s -> Figures.count(s.memory().taskManagers()));
    row("slots (and cores) of each", s -> Figures.count(s.memory().slots()));
    row("memory of each (process.size), MiB", s -> Figures.count(s.memory().process()));
    row("state, peak of the day", s -> Wording.bytes(s.day().waiting().peak()));
    row("state, peak of catching up", s -> Wording.bytes(s.recovery().peakWaiting()));
    row("state, if 30 dates were mixed, at most", s -> Wording.bytes(s.worstState(DAYS)));
    row("full checkpoints, a day", s -> Wording.bytes(s.day().waiting().checkpoints()));
    row(
        "upload buffers, all subtasks",
        s -> Wording.bytes((double) s.settings().parallelism() * 3 * s.settings().partBytes()));
    row("6 h of outage are caught up after", s -> Figures.time(s.recovery().seconds()));
    out.println();
  }

  private void files() {
    row("files a day", s -> Figures.count(s.day().files().all()));
    row("  of the day itself", s -> Figures.count(s.day().files().ofToday()));
    row("  of dates before, for late events", s -> Figures.count(s.day().files().ofDatesBefore()));
    row("  of dead letters", s -> Figures.count(s.day().files().ofDeadLetters()));
    row("  of --fileMebibytes of blocks, at most", s -> Wording.bytes(fullFile(s)));
    row("bytes of the table's files, p5", s -> Wording.bytes(s.day().percentile(5)));
    row("bytes of the table's files, p50", s -> Wording.bytes(s.day().percentile(50)));
    row("bytes of the table's files, p95", s -> Wording.bytes(s.day().percentile(95)));
    row("manifests a day", s -> Figures.count(s.day().manifests()));
    row("  of dates that grow", s -> Figures.count(s.day().manifestsOfGrowing()));
    row(
        "a late file waits for its manifest, at most",
        s -> Figures.time(s.day().longestUnpublished()));
    out.println();
  }

  private static double fullFile(Size size) {
    return (double) size.settings().policy().fileBytes()
        * size.load().parquetRatio()
        / size.load().blockRatio();
  }

  private void requests() {
    for (S3Request request : S3Request.values()) {
      row(request.label() + ", a month", s -> Figures.count(s.requestsAMonth(request)));
    }
    row("writes to S3 in the busiest second", s -> Figures.count(s.day().busiestSecond()));
    row("requests, $ a month", s -> Figures.dollars(s.requestCost()));
    row("KMS without bucket keys, $ a month", s -> Figures.dollars(s.kmsCost()));
    row("storage that a month adds", s -> Wording.bytes(s.monthBytes()));
    row("  and costs, $ a month", s -> Figures.dollars(s.storageCost()));
    out.println();
  }

  private void restarts() {
    row("footers at a restart from a checkpoint", s -> Figures.count(s.footersOfToday()));
    row("  take", s -> Figures.time(Math.round(s.restartSeconds())));
    row(
        "footers at a start from a lake of 30 days",
        s -> Figures.count(s.day().files().all() * DAYS));
    row("  take", s -> Figures.time(Math.round(s.startSeconds(DAYS))));
    out.println();
  }

  private void arithmetic() {
    Memory memory = advised.memory();
    title("How the advised memory adds up, in MiB");
    line(
        "a slot: Kafka %d + bundle %d + the files that are written %d + its pages %d + parts %d = %,d",
        memory.kafka(),
        memory.gather(),
        memory.pane(),
        memory.pages(),
        memory.upload(),
        memory.slot());
    line(
        "heap: 128 of Flink's + %d × %,d + state %,d = %,d; managed %,d; network %,d",
        memory.slots(),
        memory.slot(),
        memory.state(),
        memory.heap(),
        memory.managed(),
        memory.network());
    line(
        "process: these + 128 off-heap + 256 metaspace + a tenth of overhead = %,d",
        memory.process());
  }

  private void row(String name, Function<Size, String> value) {
    out.printf("  %-44s %14s %14s%n", name, value.apply(given), value.apply(advised));
  }

  private void title(String format, Object... args) {
    line(format, args);
  }

  private void line(String format, Object... args) {
    out.println("  " + String.format(Locale.ROOT, format, args));
  }

  private static String number(double value) {
    String text = String.format(Locale.ROOT, "%.6f", value);
    return text.replaceFirst("\\.?0+$", "");
  }

  public String json() {
    ObjectNode root = JSON.createObjectNode();
    Load load = given.load();
    root.putObject("load")
        .put("gib_per_day", load.gibPerDay())
        .put("event_bytes", load.eventBytes())
        .put("peak_factor", load.peakFactor())
        .put("late_share", load.lateShare())
        .put("late_hours", load.lateHours())
        .put("dead_share", load.deadShare())
        .put("block_ratio", load.blockRatio())
        .put("parquet_ratio", load.parquetRatio())
        .put("events_per_second_mean", load.meanRate())
        .put("events_per_second_peak", load.meanRate() * load.peakFactor())
        .put("events_per_second_to_catch_up", given.advice().capacity());
    put(root.putObject("with_the_flags"), given);
    put(root.putObject("as_advised"), advised);
    return root.toString();
  }

  private static void put(ObjectNode node, Size size) {
    Settings settings = size.settings();
    Day day = size.day();
    Memory memory = size.memory();
    node.putObject("set")
        .put("parallelism", settings.parallelism())
        .put("shards", settings.shards())
        .put("windowSize", Wording.duration(settings.windowSize()))
        .put("fileInterval", Wording.duration(settings.fileInterval()))
        .put("manifestInterval", manifestInterval(settings))
        .put("fileMebibytes", settings.fileMebibytes())
        .put("s3PartMebibytes", settings.s3PartMebibytes())
        .put("stateBackend", memory.stateBackend());
    node.put("kafka_partitions", size.partitions());
    node.putObject("task_managers")
        .put("count", memory.taskManagers())
        .put("slots", memory.slots())
        .put("slot_mebibytes", memory.slot())
        .put("heap_mebibytes", memory.heap())
        .put("managed_mebibytes", memory.managed())
        .put("process_mebibytes", memory.process());
    node.putObject("state")
        .put("peak_bytes", day.waiting().peak())
        .put("mean_bytes", day.waiting().mean())
        .put("peak_bytes_of_one_log", day.waiting().peakOfOneLog())
        .put("peak_bytes_catching_up", size.recovery().peakWaiting())
        .put("checkpoint_bytes_a_day", day.waiting().checkpoints())
        .put("catch_up_seconds", size.recovery().seconds());
    node.putObject("files")
        .put("a_day", day.files().all())
        .put("of_today", day.files().ofToday())
        .put("of_dates_before", day.files().ofDatesBefore())
        .put("of_dead_letters", day.files().ofDeadLetters())
        .put("p5_bytes", day.percentile(5))
        .put("p50_bytes", day.percentile(50))
        .put("p95_bytes", day.percentile(95))
        .put("parquet_bytes_a_day", day.parquetBytes())
        .put("manifests_a_day", day.manifests())
        .put("manifests_of_growing_dates_a_day", day.manifestsOfGrowing())
        .put("longest_unpublished_seconds", day.longestUnpublished());
    ObjectNode requests = node.putObject("requests_a_month");
    for (S3Request request : S3Request.values()) {
      requests.put(
          request.name().toLowerCase(Locale.ROOT), Math.round(size.requestsAMonth(request)));
    }
    node.putObject("dollars_a_month")
        .put("requests", size.requestCost())
        .put("kms_without_bucket_keys", size.kmsCost())
        .put("storage_added", size.storageCost());
    node.putObject("footers")
        .put("at_a_restart", size.footersOfToday())
        .put("at_a_start_from_30_days", day.files().all() * DAYS);
  }
}
