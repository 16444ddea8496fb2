package io.sluice.plan;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.SluiceConfig;
import io.sluice.Wording;
import io.sluice.sizing.S3Request;
import io.sluice.sizing.Settings;
import io.sluice.sizing.Size;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * A plan for machines, in one line. What is not known is absent. Spans are in seconds, sizes in
 * bytes, shares from 0 to 1.
 */
public final class PlanJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private PlanJson() {}

  /**
   * @param flags those of the run, as they were given
   */
  public static String of(Plan plan, List<String> flags) {
    ObjectNode root = JSON.createObjectNode();
    SluiceConfig config = plan.config();
    root.put("topic", config.source().name())
        .put("bootstrap_servers", config.source().address())
        .put("lake", config.lake().root())
        .put("dead_letters", config.deadLetters().root())
        .put("table", config.contract().table())
        .put("contract_version", config.contract().version())
        .put("can_start", plan.canStart());
    ArrayNode checks = root.putArray("checks");
    for (Check check : plan.checks()) {
      checks
          .addObject()
          .put("name", check.name())
          .put("status", check.status().name().toLowerCase(Locale.ROOT))
          .put("text", check.text());
    }
    Plan.Sampled sample = plan.sample();
    if (sample != null) {
      put(root.putObject("sample"), sample);
    }
    Findings findings = plan.findings();
    if (findings != null) {
      put(root, findings);
    }
    Traffic traffic = plan.traffic();
    if (traffic != null) {
      put(root.putObject("traffic"), traffic);
    }
    Sizing sizing = plan.sizing();
    if (sizing != null) {
      ObjectNode size = root.putObject("size");
      size.put("measured_rate", sizing.measuredRate());
      put(size.putObject("with_these_flags"), sizing.given());
      put(size.putObject("as_advised"), sizing.advised());
    }
    RunLine run = new RunLine(plan, flags);
    ObjectNode command = root.putObject("run");
    command.put("command", run.command());
    run.advised().forEach(command.putArray("advised")::add);
    command.put("needs_rocksdb", run.needsRocksdb());
    return root.toString();
  }

  private static void put(ObjectNode node, Plan.Sampled sample) {
    node.put("records", sample.records())
        .put("offsets", sample.offsets())
        .put("bytes", sample.bytes())
        .put("end", sample.end().name().toLowerCase(Locale.ROOT));
    ArrayNode partitions = node.putArray("partitions");
    sample
        .partitions()
        .forEach(
            (number, partition) ->
                partitions
                    .addObject()
                    .put("partition", number)
                    .put("beginning", partition.beginning())
                    .put("end", partition.end())
                    .put("sampled", partition.sampled()));
  }

  private static void put(ObjectNode root, Findings findings) {
    Outcomes outcomes = findings.outcomes();
    ObjectNode outcome = root.putObject("outcome");
    outcome.put("accepted", outcomes.accepted()).put("rejected", outcomes.rejectedCount());
    if (outcomes.rows() != outcomes.accepted()) {
      outcome.put("rows", outcomes.rows());
    }
    if (!outcomes.skipped().isEmpty()) {
      outcome.put("skipped", outcomes.skippedCount());
      ObjectNode functions = outcome.putObject("skipped_by");
      outcomes.skipped().forEach(functions::put);
    }
    ObjectNode reasons = outcome.putObject("by_reason");
    outcomes.byReason().forEach((reason, count) -> reasons.put(reason.name(), count));
    ArrayNode rejected = outcome.putArray("rejects");
    for (Outcomes.Rejected one : outcomes.rejected()) {
      ObjectNode node = rejected.addObject();
      node.put("reason", one.reason().name()).put("path", one.path()).put("count", one.count());
      node.putObject("example")
          .put("partition", one.example().partition())
          .put("offset", one.example().offset())
          .put("message", one.example().message())
          .put("first_bytes", one.example().firstBytes());
    }
    ArrayNode doubts = root.putArray("warnings");
    for (Doubts.Doubt doubt : findings.doubts()) {
      doubts.addObject().put("about", doubt.about()).put("text", doubt.text());
    }
    columns(root.putObject("columns"), findings);
    times(root.putObject("times"), findings);
    ObjectNode dates = root.putObject("dates");
    findings.dates().forEach((date, rows) -> dates.put(date.toString(), rows));
    Encoding encoding = findings.encoding();
    if (encoding != null) {
      root.putObject("row")
          .put("encoded", encoding.rows())
          .put("json_bytes", encoding.jsonBytesOfARow())
          .put("block_bytes", encoding.blockBytesOfARow())
          .put("parquet_bytes", encoding.parquetBytesOfARow())
          .put("block_by_json", encoding.blockBytesOfARow() / encoding.jsonBytesOfARow())
          .put("parquet_by_json", encoding.parquetBytesOfARow() / encoding.jsonBytesOfARow());
    }
    root.put("bytes_of_a_record", findings.bytesOfARecord());
  }

  private static void columns(ObjectNode node, Findings findings) {
    node.put("documents", findings.outcomes().documents());
    ArrayNode unknown = node.putArray("unknown");
    for (Fields.Unknown one : findings.unknown()) {
      ObjectNode field = unknown.addObject();
      field.put("path", one.path()).put("count", one.count()).put("example", one.example());
      one.kinds().forEach(field.putArray("kinds")::add);
    }
    node.put("unknown_is_complete", findings.unknownIsComplete());
    ArrayNode neverSeen = node.putArray("never_seen");
    for (Fields.NeverSeen one : findings.neverSeen()) {
      neverSeen
          .addObject()
          .put("column", one.column())
          .put("path", one.path())
          .put("likely", one.likely());
    }
    ArrayNode beside = node.putArray("not_of_the_value");
    for (Beside.Had one : findings.beside()) {
      beside
          .addObject()
          .put("column", one.column())
          .put("from", one.from())
          .put("count", one.count());
    }
    ArrayNode hints = node.putArray("hints");
    for (Hints.Hint hint : findings.hints()) {
      hints
          .addObject()
          .put("column", hint.column())
          .put("change", hint.change())
          .put("why", hint.why());
    }
    findings.neverNull().forEach(node.putArray("never_null")::add);
  }

  private static void times(ObjectNode node, Findings findings) {
    EventTimes times = findings.times();
    node.put("compared", times.compared()).put("without_record_time", times.withoutRecordTime());
    if (times.compared() == 0) {
      return;
    }
    ObjectNode behind = node.putObject("behind_seconds");
    for (double percent : new double[] {50, 90, 99, 99.9}) {
      behind.put(percentile(percent), seconds(times.behind(percent)));
    }
    behind.put("max", seconds(times.behind(100)));
    ObjectNode ahead = node.putObject("ahead_seconds");
    ahead.put("count", times.ahead().length);
    for (double percent : new double[] {50, 90, 99}) {
      ahead.put(percentile(percent), seconds(times.ahead(percent)));
    }
    ahead.put("max", seconds(times.ahead(100)));
    ObjectNode advised = node.putObject("advised");
    advise(advised, "watermarkDelay", times.watermarkDelay());
    advise(advised, "lateness", times.lateness());
    advise(advised, "maxFuture", times.maxFuture());
  }

  private static String percentile(double percent) {
    return "p" + (percent == Math.rint(percent) ? String.valueOf((long) percent) : percent);
  }

  private static void advise(ObjectNode node, String flag, EventTimes.Advised advised) {
    node.putObject(flag).put("value", Wording.duration(advised.value())).put("why", advised.why());
  }

  private static double seconds(Duration span) {
    return span.toMillis() / 1000.0;
  }

  private static void put(ObjectNode node, Traffic traffic) {
    node.put("from", traffic.from().toString())
        .put("to", traffic.to().toString())
        .put("oldest", traffic.oldest().toString())
        .put("is_known", traffic.isKnown())
        .put("records", traffic.events());
    if (traffic.isKnown()) {
      node.put("records_a_day", traffic.eventsADay())
          .put("records_a_second", traffic.eventsASecond())
          .put("peak_factor", traffic.peakFactor());
    }
    traffic.hours().forEach(node.putArray("by_hour")::add);
  }

  private static void put(ObjectNode node, Size size) {
    Settings settings = size.settings();
    node.put("gib_per_day", size.load().gibPerDay())
        .put("late_share", size.load().lateShare())
        .put("dead_share", size.load().deadShare());
    node.putObject("set")
        .put("parallelism", settings.parallelism())
        .put("shards", settings.shards())
        .put("windowSize", Wording.duration(settings.windowSize()))
        .put("fileInterval", Wording.duration(settings.fileInterval()))
        .put("fileMebibytes", settings.fileMebibytes())
        .put("s3PartMebibytes", settings.s3PartMebibytes())
        .put("stateBackend", size.memory().stateBackend());
    node.put("kafka_partitions", size.partitions());
    node.putObject("task_managers")
        .put("count", size.memory().taskManagers())
        .put("slots", size.memory().slots())
        .put("process_mebibytes", size.memory().process());
    node.putObject("state").put("peak_bytes", size.peakState());
    node.putObject("files")
        .put("a_day", size.day().files().all())
        .put("p5_bytes", size.day().percentile(5))
        .put("p50_bytes", size.day().percentile(50))
        .put("p95_bytes", size.day().percentile(95))
        .put("parquet_bytes_a_day", size.day().parquetBytes());
    ObjectNode requests = node.putObject("requests_a_month");
    for (S3Request request : S3Request.values()) {
      requests.put(
          request.name().toLowerCase(Locale.ROOT), Math.round(size.requestsAMonth(request)));
    }
    node.putObject("dollars_a_month")
        .put("requests", size.requestCost())
        .put("storage_added", size.storageCost());
  }
}
