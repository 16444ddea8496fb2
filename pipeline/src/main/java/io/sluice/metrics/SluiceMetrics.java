package io.sluice.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.sluice.Version;
import io.sluice.deadletter.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What this JVM counts, under the names of Prometheus' conventions. Beam's own counters cost
 * microseconds a record on Flink and are switched off there, so these are ours; they are updated
 * once a bundle. Registered with Prometheus' default registry.
 */
public final class SluiceMetrics {
  private static final double MILLIS = 1e3;
  private static final double MICROS = 1e6;

  private static final Counter RECORDS =
      counter("sluice_records_total", "Records read from Kafka.", "topic");
  private static final Counter RECORD_BYTES =
      counter("sluice_record_bytes_total", "Bytes of their keys and values.", "topic");
  private static final Gauge LAG =
      Gauge.builder()
          .name("sluice_lag_records")
          .help("Records of a partition that are not read yet.")
          .labelNames("topic", "partition")
          .register();
  private static final Gauge READ_OFFSET =
      Gauge.builder()
          .name("sluice_read_offset")
          .help("The offset of a partition that is read next.")
          .labelNames("topic", "partition")
          .register();
  private static final Gauge END_OFFSET =
      Gauge.builder()
          .name("sluice_end_offset")
          .help("A partition's end, open transactions included.")
          .labelNames("topic", "partition")
          .register();
  private static final Gauge UNREAD_PARTITIONS =
      Gauge.builder()
          .name("sluice_unread_partitions")
          .help("Partitions that were added after the start and are not read.")
          .labelNames("topic")
          .register();
  private static final Gauge UNREAD_TOPICS =
      Gauge.builder()
          .name("sluice_unread_topics")
          .help(
              "Topics that fit a contract's pattern and are not read: added after the start, or left out by it.")
          .register();
  private static final Gauge PLANNED_DELAY =
      Gauge.builder()
          .name("sluice_planned_delay_seconds")
          .help("How long a row waits for its file by the settings: its window and the interval.")
          .register();
  private static final Counter ROWS = counter("sluice_rows_total", "Records accepted.", "table");
  private static final Counter DEAD_LETTERS =
      counter("sluice_dead_letters_total", "Records not accepted.", "table", "reason");
  private static final Counter SKIPPED =
      counter("sluice_skipped_total", "Records of which the contract wants no row.", "table");
  private static final Counter UNKNOWN_FIELDS =
      counter(
          "sluice_unknown_fields_total",
          "Fields that the contract does not name.",
          "table",
          "field");

  private static final Counter FILES = counter("sluice_files_total", "Files appended.", "table");

  public static final Counter FILE_ROWS =
      counter("sluice_file_rows_total", "Rows appended.", "table");
  private static final Counter FILE_BYTES =
      counter("sluice_file_bytes_total", "Bytes of the files appended.", "table");

  /** Rows that came again and were already in the lake. */
  public static final Counter REPLAYED =
      counter("sluice_replayed_rows_total", "Rows not written because they were there.", "table");

  private static final Histogram APPEND_SECONDS =
      Histogram.builder()
          .name("sluice_append_seconds")
          .help("From the start of an append, its encoding included, to its commit.")
          .labelNames("table")
          .classicOnly()
          .classicUpperBounds(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
          .register();
  private static final Gauge COMMITTED_EVENT_TIME =
      Gauge.builder()
          .name("sluice_committed_event_time_seconds")
          .help("The greatest event time that was committed, at most the clock, in seconds.")
          .labelNames("table")
          .register();

  private static final Map<Partition, PartitionProgress> PROGRESS = new ConcurrentHashMap<>();

  private record Partition(String topic, int number) {}

  /** Those that are written here, whatever came so far. */
  private static final Set<String> TABLES = ConcurrentHashMap.newKeySet();

  /** By table: the greatest Kafka timestamp that was committed, in milliseconds since the epoch. */
  private static final Map<String, Long> COMMITTED_RECORD_TIME = new ConcurrentHashMap<>();

  static {
    GaugeWithCallback.builder()
        .name("sluice_freshness_seconds")
        .help("How long ago the newest record that was committed was written to Kafka.")
        .labelNames("table")
        .callback(
            callback ->
                COMMITTED_RECORD_TIME.forEach(
                    (table, time) ->
                        callback.call((System.currentTimeMillis() - time) / MILLIS, table)))
        .register();
  }

  static {
    GaugeWithCallback.builder()
        .name("sluice_lag_seconds")
        .help("How long the record that is read next has been there, as this run has seen.")
        .labelNames("topic", "partition")
        .callback(
            callback ->
                PROGRESS.forEach(
                    (of, progress) ->
                        callback.call(
                            progress.behind(System.currentTimeMillis()) / MILLIS,
                            of.topic(),
                            String.valueOf(of.number()))))
        .register();
    GaugeWithCallback.builder()
        .name("sluice_oldest_waiting_seconds")
        .help("How long the rows that wait longest here wait to be in a file; 0 where none does.")
        .labelNames("table")
        .callback(
            callback -> {
              Map<String, Double> seconds = new HashMap<>();
              TABLES.forEach(table -> seconds.put(table, 0.0));
              long now = System.currentTimeMillis();
              WaitingRows.forEach(
                  (table, since) -> seconds.put(table, Math.max(0, now - since) / MILLIS));
              seconds.forEach((table, waited) -> callback.call(waited, table));
            })
        .register();
    GaugeWithCallback.builder()
        .name("sluice_oldest_incomplete_date_timestamp_seconds")
        .help("The start of the oldest date that has files and is not complete.")
        .labelNames("table")
        .callback(
            callback -> IncompleteDates.forEach((table, start) -> callback.call(start, table)))
        .register();
    GaugeWithCallback.builder()
        .name("sluice_follower_behind_seconds")
        .help("How long the oldest manifest that a follower has still to follow has been there.")
        .labelNames("follower", "table")
        .callback(
            callback ->
                FollowerDelays.forEach(
                    System.currentTimeMillis(),
                    (follower, table, millis) -> callback.call(millis / MILLIS, follower, table)))
        .register();
    GaugeWithCallback.builder()
        .name("sluice_follower_files_behind")
        .help("Files that a follower's target lacked, or had and should not, when last compared.")
        .labelNames("follower", "table")
        .callback(
            callback ->
                FollowerTarget.forEachBehind(
                    (follower, table, files) -> callback.call(files, follower, table)))
        .register();
    GaugeWithCallback.builder()
        .name("sluice_follower_snapshot_timestamp_seconds")
        .help("When the snapshot was made that readers of a follower's target found at last.")
        .labelNames("follower", "table")
        .callback(
            callback ->
                FollowerTarget.forEachSnapshot(
                    (follower, table, time) -> callback.call(time, follower, table)))
        .register();
    GaugeWithCallback.builder()
        .name("sluice_derived_version")
        .help("The number of the newest version of what is made of a table.")
        .labelNames("kind", "table")
        .callback(
            callback ->
                DerivedState.forEachNumber(
                    (kind, table, value) -> callback.call(value, kind, table)))
        .register();
    GaugeWithCallback.builder()
        .name("sluice_derived_version_timestamp_seconds")
        .help("When readers were switched to the newest version of what is made of a table.")
        .labelNames("kind", "table")
        .callback(
            callback ->
                DerivedState.forEachMade((kind, table, value) -> callback.call(value, kind, table)))
        .register();
    GaugeWithCallback.builder()
        .name("sluice_derived_rows")
        .help("Rows of the newest version of what is made of a table.")
        .labelNames("kind", "table")
        .callback(
            callback ->
                DerivedState.forEachRows((kind, table, value) -> callback.call(value, kind, table)))
        .register();
    GaugeWithCallback.builder()
        .name("sluice_derived_behind_seconds")
        .help("How long the oldest file that what is made of a table lacks has been there.")
        .labelNames("kind", "table")
        .callback(
            callback ->
                DerivedState.forEachBehind(
                    Instant.now(), (kind, table, value) -> callback.call(value, kind, table)))
        .register();
    GaugeWithCallback.builder()
        .name("sluice_derived_files_behind")
        .help("Files of a table that have what the newest version of what is made of it lacks.")
        .labelNames("kind", "table")
        .callback(
            callback ->
                DerivedState.forEachFilesBehind(
                    (kind, table, value) -> callback.call(value, kind, table)))
        .register();
    GaugeWithCallback.builder()
        .name("sluice_derived_rows_behind")
        .help("Rows of these files.")
        .labelNames("kind", "table")
        .callback(
            callback ->
                DerivedState.forEachRowsBehind(
                    (kind, table, value) -> callback.call(value, kind, table)))
        .register();
    GaugeWithCallback.builder()
        .name("sluice_derived_lacking")
        .help("Values or changes that the newest version of what is made of a table lacks, by why.")
        .labelNames("kind", "table", "cause")
        .callback(
            callback ->
                DerivedState.forEachLacking(
                    (kind, table, cause, value) -> callback.call(value, kind, table, cause)))
        .register();
    Info.builder()
        .name("sluice_build_info")
        .help("The version that runs.")
        .labelNames("version")
        .register()
        .setLabelValues(Version.text());
  }

  public static final Counter CONFLICTS =
      counter(
          "sluice_append_conflicts_total", "Appends that found another writer's file.", "table");
  public static final Counter RETRIES =
      counter(
          "sluice_append_retries_total", "Appends tried again after the store failed.", "table");

  /** Requests to the store, each try of its client by itself. */
  public static final Counter STORE_REQUESTS =
      counter("sluice_store_requests_total", "Requests to S3, by what they ask.", "request");

  /** Tries of a request that the store's client made by itself, after one that failed. */
  public static final Counter STORE_RETRIES =
      counter("sluice_store_retries_total", "Requests to the store tried again.", "cause");

  /** Elements that Beam dropped, see {@link DroppedElements}. */
  static final Counter DROPPED =
      counter("sluice_dropped_elements_total", "Elements that Beam dropped as late.", "step");

  /** Requests to the store that failed for good, the tries of its client included. */
  public static final Counter STORE_FAILURES =
      counter("sluice_store_failures_total", "Requests to the store that failed.", "cause");

  /** Times that Kafka could not be read, each of which makes Flink start the job again. */
  public static final Counter SOURCE_FAILURES =
      counter("sluice_source_failures_total", "Times that Kafka could not be read.", "cause");

  private static final Counter RESTARTS =
      counter("sluice_restarts_total", "Times that a job failed and was started anew.", "flink");

  /** Looks at a topic's identity that got no answer, see docs/operations.md. */
  public static final Counter TOPIC_CHECK_FAILURES =
      counter(
          "sluice_topic_check_failures_total",
          "Times that the topic that is read could not be described.",
          "topic");

  private static final Gauge GONE_OFFSETS =
      Gauge.builder()
          .name("sluice_gone_offsets")
          .help("Offsets that Kafka had deleted, unread, when this run started without state.")
          .labelNames("topic", "partition")
          .register();

  /** Dead letters that a topic took, where they are sent to one as well. */
  public static final Counter DEAD_LETTER_TOPIC_RECORDS =
      counter(
          "sluice_dead_letter_topic_records_total", "Dead letters sent to their topic.", "topic");

  /** Those that it did not take: they are in the table alone. */
  public static final Counter DEAD_LETTER_TOPIC_SKIPPED =
      counter(
          "sluice_dead_letter_topic_skipped_total",
          "Dead letters that their topic does not take.",
          "topic",
          "cause");

  /** Tries to make a follower equal to a date that came to nothing. */
  public static final Counter FOLLOWER_FAILURES =
      counter(
          "sluice_follower_failures_total",
          "Times that a follower could not be made equal to a date.",
          "follower",
          "table");

  /** Changes that were made to the targets of followers, each of one date or of several. */
  public static final Counter FOLLOWER_COMMITS =
      counter(
          "sluice_follower_commits_total",
          "Changes that were made to the target of a follower.",
          "follower",
          "table");

  /** Times that others changed a target between a follower's look at it and its change. */
  public static final Counter FOLLOWER_CONFLICTS =
      counter(
          "sluice_follower_conflicts_total",
          "Times that others changed the target of a follower before it could.",
          "follower",
          "table");

  /** Snapshots of others in a table that is the lake's alone. */
  public static final Counter FOLLOWER_FOREIGN_CHANGES =
      counter(
          "sluice_follower_foreign_changes_total",
          "Changes that others made to the target of a follower, which undoes them.",
          "follower",
          "table");

  public static final String QUICK_DECODER = "quick";
  public static final String EXACT_DECODER = "exact";

  /** The functions of a contract's {@code transform}, where a decoder is named. */
  public static final String TRANSFORM = "transform";

  /** Records at which a decoder failed; where it is the quick one, the exact one decides. */
  public static final Counter DECODER_FAILURES =
      counter(
          "sluice_decoder_failures_total",
          "Records at which a decoder failed, a fault of Sluice, or a function of transform, its author's.",
          "table",
          "decoder");

  private static final String EMBEDDED = "embedded";
  private static final int MOST_FIELDS = 100;
  private static final int LONGEST_FIELD = 200;
  private static final String OTHER = "(other)";

  /** The fields that have a label of their own. Whoever sends new ones for ever gets no more. */
  private static final Set<String> FIELDS = ConcurrentHashMap.newKeySet();

  static {
    // A counter that begins at 1 has not increased, for Prometheus.
    for (String cause : new String[] {"timeout", "connection", "throttled", "server_error"}) {
      STORE_RETRIES.labelValues(cause);
      STORE_FAILURES.labelValues(cause);
    }
    STORE_RETRIES.labelValues("other");
    STORE_FAILURES.labelValues("refused");
    for (String request : List.of("PutObject", "GetObject", "HeadObject", "ListObjectsV2")) {
      STORE_REQUESTS.labelValues(request);
    }
    SOURCE_FAILURES.labelValues("TimeoutException");
  }

  private SluiceMetrics() {}

  private static Counter counter(String name, String help, String... labels) {
    return Counter.builder().name(name).help(help).labelNames(labels).register();
  }

  /** What a decoder has counted since it last published. Not safe for use by several threads. */
  public static final class DecodeCounts {
    private final String table;
    private final Map<Reason, Long> deadLetters = new EnumMap<>(Reason.class);
    private final Map<String, Long> unknownFields = new HashMap<>();
    private long rows;
    private long skipped;

    public DecodeCounts(String table) {
      this.table = table;
    }

    public void rows(int count) {
      rows += count;
    }

    public void skipped() {
      skipped++;
    }

    public void deadLetter(Reason reason) {
      deadLetters.merge(reason, 1L, Long::sum);
    }

    /**
     * Beyond the first {@value #MOST_FIELDS} names of this JVM, and where a name is longer than
     * {@value #LONGEST_FIELD} characters, a field is counted as {@value #OTHER}.
     */
    public void unknownField(String path) {
      boolean named =
          path.length() <= LONGEST_FIELD
              && (unknownFields.size() < MOST_FIELDS || unknownFields.containsKey(path));
      String name = named ? path : OTHER;
      unknownFields.merge(name, 1L, Long::sum);
    }

    public void publish() {
      ROWS.labelValues(table).inc(rows);
      rows = 0;
      SKIPPED.labelValues(table).inc(skipped);
      skipped = 0;
      deadLetters.forEach((reason, n) -> DEAD_LETTERS.labelValues(table, reason.name()).inc(n));
      deadLetters.clear();
      unknownFields.forEach((field, n) -> UNKNOWN_FIELDS.labelValues(table, label(field)).inc(n));
      unknownFields.clear();
    }
  }

  private static String label(String field) {
    synchronized (FIELDS) {
      return FIELDS.contains(field) || (FIELDS.size() < MOST_FIELDS && FIELDS.add(field))
          ? field
          : OTHER;
    }
  }

  /**
   * Begins what is counted for a table that is written here, so that it is there from the start.
   */
  public static void begin(String table) {
    TABLES.add(table);
    for (Counter counter :
        new Counter[] {FILES, FILE_ROWS, FILE_BYTES, REPLAYED, CONFLICTS, RETRIES}) {
      counter.labelValues(table);
    }
  }

  /**
   * Begins the count of restarts, in the process in which the job and its JobManager are; elsewhere
   * Flink's own metrics have it.
   */
  public static void countRestarts() {
    RESTARTS.labelValues(EMBEDDED);
  }

  /** Counts a restart of the whole job. */
  public static void restarted() {
    RESTARTS.labelValues(EMBEDDED).inc();
  }

  /**
   * How far this process is, in sums over topics and tables.
   *
   * @param lag committed records that are not read yet, as of the last poll
   * @param waitingSeconds how long the rows that wait longest for their file have been waiting
   */
  public record Totals(
      long records, long lag, long rows, long deadLetters, long files, long waitingSeconds) {}

  public static Totals totals() {
    long[] since = {System.currentTimeMillis()};
    WaitingRows.forEach((table, time) -> since[0] = Math.min(since[0], time));
    return new Totals(
        total(RECORDS),
        (long) LAG.collect().getDataPoints().stream().mapToDouble(point -> point.getValue()).sum(),
        total(ROWS),
        total(DEAD_LETTERS),
        total(FILES),
        (System.currentTimeMillis() - since[0]) / (long) MILLIS);
  }

  /** Whether a job of this process reads: then it is known how many records it has not read yet. */
  public static boolean isReading() {
    return !LAG.collect().getDataPoints().isEmpty() || total(RECORDS) > 0;
  }

  /** Counts what was read from a topic. */
  public static void read(String topic, long records, long bytes) {
    RECORDS.labelValues(topic).inc(records);
    RECORD_BYTES.labelValues(topic).inc(bytes);
  }

  /** Says how many records of a partition are not read yet. */
  public static void lag(String topic, int partition, long records) {
    LAG.labelValues(topic, String.valueOf(partition)).set(records);
  }

  /** Says how long a row waits for its file at most, where all goes well, by the settings. */
  public static void plannedDelay(Duration delay) {
    PLANNED_DELAY.set(delay.toMillis() / MILLIS);
  }

  /** Says which offset of a partition is read next. */
  public static void readOffset(String topic, int partition, long offset) {
    READ_OFFSET.labelValues(topic, String.valueOf(partition)).set(offset);
    progress(topic, partition).read(offset);
  }

  /**
   * Says where a partition ends: its high watermark, beyond what readers of committed records get
   * while a transaction is open.
   */
  public static void endOffset(String topic, int partition, long offset) {
    END_OFFSET.labelValues(topic, String.valueOf(partition)).set(offset);
    progress(topic, partition).reaches(offset, System.currentTimeMillis());
  }

  private static PartitionProgress progress(String topic, int partition) {
    return PROGRESS.computeIfAbsent(
        new Partition(topic, partition), ignored -> new PartitionProgress());
  }

  /** Says how many offsets of a partition were gone, unread, when the run started. */
  public static void goneOffsets(String topic, int partition, long offsets) {
    GONE_OFFSETS.labelValues(topic, String.valueOf(partition)).set(offsets);
  }

  /** Says how many partitions were added to a topic and are not read. */
  public static void unreadPartitions(String topic, int partitions) {
    UNREAD_PARTITIONS.labelValues(topic).set(partitions);
  }

  /** Says how many topics fit a contract's pattern and are not read. */
  public static void unreadTopics(int topics) {
    UNREAD_TOPICS.set(topics);
  }

  /** Forgets a partition that is not read here any more. */
  public static void noLag(String topic, int partition) {
    LAG.remove(topic, String.valueOf(partition));
    READ_OFFSET.remove(topic, String.valueOf(partition));
    END_OFFSET.remove(topic, String.valueOf(partition));
    GONE_OFFSETS.remove(topic, String.valueOf(partition));
    PROGRESS.remove(new Partition(topic, partition));
  }

  /**
   * Counts a file that was appended.
   *
   * @param eventTimeMicros the greatest event time of its rows, in microseconds since the epoch
   * @param recordTimeMillis the greatest Kafka timestamp of its rows, in milliseconds since the
   *     epoch; -1 where they have none
   */
  public static void appended(
      String table, long rows, long bytes, long eventTimeMicros, long recordTimeMillis) {
    FILES.labelValues(table).inc();
    FILE_ROWS.labelValues(table).inc(rows);
    FILE_BYTES.labelValues(table).inc(bytes);
    if (recordTimeMillis >= 0) {
      // A producer's clock that is ahead must not hide for years that nothing comes.
      long time = Math.min(recordTimeMillis, System.currentTimeMillis());
      COMMITTED_RECORD_TIME.merge(table, time, Math::max);
    }
    synchronized (COMMITTED_EVENT_TIME) {
      var gauge = COMMITTED_EVENT_TIME.labelValues(table);
      // So must not one of its events.
      double time = Math.min(eventTimeMicros / MICROS, System.currentTimeMillis() / MILLIS);
      gauge.set(Math.max(gauge.get(), time));
    }
  }

  /** Says how long an append took. */
  public static void appendTook(String table, long nanos) {
    APPEND_SECONDS.labelValues(table).observe(nanos / 1e9);
  }

  /** Records decoded so far in this JVM, accepted, skipped or rejected. */
  public static long decoded() {
    return total(ROWS) + total(SKIPPED) + total(DEAD_LETTERS);
  }

  /** The sum of a counter over its labels. */
  public static long total(Counter counter) {
    return (long)
        counter.collect().getDataPoints().stream().mapToDouble(point -> point.getValue()).sum();
  }
}
