package io.sluice.flink;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.Wording;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a JobManager each second how a job is, and writes a line to the log for each restart, with
 * its cause and how many there were, and for checkpoints that fail. Flink starts a job that fails
 * over and over without a word to whoever started it. A JobManager that stays without an answer is
 * a line, too.
 */
final class JobWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JobWatch.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** So many looks without an answer are as it should be: it is starting, or ending. */
  private static final int MOST_UNANSWERED = 30;

  /** Watermarks before anything and behind everything. */
  private static final long ENDS_OF_TIME = Long.MAX_VALUE / 1000;

  private final JobManager jobManager;
  private final JobId job;
  private final Listener listener;
  private final Thread thread;
  private volatile boolean closed;
  private long restarts;
  private long lastFailure = Long.MIN_VALUE;
  private long lastFailedCheckpoint;
  private int unanswered;

  /** Which job is watched; null as long as it is not submitted. */
  interface JobId {
    @Nullable String get() throws IOException;
  }

  /** Whoever wants to know how the job goes on. */
  interface Listener {
    /** At each restart. */
    default void restarted() {}

    default boolean wantsProgress() {
      return false;
    }

    /** At each look, in one line. */
    default void isAt(String progress) {}
  }

  private JobWatch(JobManager jobManager, JobId job, Listener listener) {
    this.jobManager = jobManager;
    this.job = job;
    this.listener = listener;
    this.thread = new Thread(this::watch, "job-watch");
    thread.setDaemon(true);
  }

  /** Watches until it is closed. */
  static JobWatch start(JobManager jobManager, JobId job, Listener listener) {
    JobWatch watch = new JobWatch(jobManager, job, listener);
    watch.thread.start();
    return watch;
  }

  private void watch() {
    try {
      while (!closed) {
        try {
          String id = job.get();
          if (id != null) {
            look(id);
          }
          answered();
        } catch (IOException | RuntimeException e) {
          // Whatever it is, a thread that ends here would say nothing ever more.
          unanswered(e);
        }
        Thread.sleep(PAUSE.toMillis());
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private void answered() {
    if (unanswered >= MOST_UNANSWERED) {
      LOG.info("the JobManager at {} answers", jobManager);
    }
    unanswered = 0;
  }

  private void unanswered(Exception e) {
    unanswered++;
    if (unanswered == MOST_UNANSWERED && !closed) {
      LOG.warn(
          "the JobManager at {} does not answer, so restarts and their causes are not seen here until it does: {}",
          jobManager,
          e.toString());
    }
  }

  private void look(String id) throws IOException {
    String path = "/jobs/" + id;
    List<JsonNode> failures = new ArrayList<>();
    jobManager.get(path + "/exceptions").at("/exceptionHistory/entries").forEach(failures::add);
    failures.sort(Comparator.comparingLong(failure -> failure.path("timestamp").asLong()));
    JsonNode overview = jobManager.get(path);
    String state = overview.path("state").asText();
    // Before the restarts: where a checkpoint was one too many, this has the cause.
    JsonNode checkpoints = jobManager.get(path + "/checkpoints");
    checkpoints(checkpoints);
    for (JsonNode failure : failures) {
      long time = failure.path("timestamp").asLong();
      if (time > lastFailure) {
        lastFailure = time;
        String cause = RootCause.of(failure.path("stacktrace").asText());
        if (state.equals("FAILED") || state.equals("FAILING")) {
          LOG.error("the job failed for good: {}", cause);
        } else {
          restarts++;
          listener.restarted();
          LOG.warn("the job failed and starts anew, restart {}: {}", restarts, cause);
        }
      }
    }
    if (listener.wantsProgress()) {
      listener.isAt(
          progress(overview, checkpoints, watermark(path, overview), restarts, Instant.now()));
    }
  }

  /**
   * How a job is, in one line.
   *
   * @param overview of Flink's {@code /jobs/ID}
   * @param checkpoints of Flink's {@code /jobs/ID/checkpoints}
   * @param watermark up to which event time the slowest task has come; null where it has not begun
   */
  static String progress(
      JsonNode overview,
      JsonNode checkpoints,
      @Nullable Instant watermark,
      long restarts,
      Instant now) {
    long tasks = 0;
    long running = 0;
    for (JsonNode vertex : overview.path("vertices")) {
      tasks += vertex.path("parallelism").asLong();
      running += vertex.at("/tasks/RUNNING").asLong();
    }
    JsonNode last = checkpoints.at("/latest/completed");
    return String.format(
        Locale.ROOT,
        "%s, %d of %d tasks, watermark %s, %,d checkpoints%s, %d restarts",
        overview.path("state").asText(),
        running,
        tasks,
        watermark == null ? "none yet" : watermark,
        checkpoints.at("/counts/completed").asLong(),
        last.isObject()
            ? String.format(
                Locale.ROOT,
                ", the last %d s ago with %s",
                Math.max(0, now.toEpochMilli() - last.path("latest_ack_timestamp").asLong()) / 1000,
                Wording.bytes(last.path("state_size").asLong()))
            : "",
        restarts);
  }

  /** The least watermark that has come to any task. */
  private @Nullable Instant watermark(String path, JsonNode overview) throws IOException {
    Instant least = null;
    for (JsonNode vertex : overview.path("vertices")) {
      for (JsonNode task :
          jobManager.get(path + "/vertices/" + vertex.path("id").asText() + "/watermarks")) {
        long millis = task.path("value").asLong(Long.MIN_VALUE);
        // A task of the source has none that comes in.
        if (millis > -ENDS_OF_TIME
            && millis < ENDS_OF_TIME
            && (least == null || millis < least.toEpochMilli())) {
          least = Instant.ofEpochMilli(millis);
        }
      }
    }
    return least;
  }

  private void checkpoints(JsonNode checkpoints) {
    // Those that could not even begin, for tasks are starting, are counted and not kept.
    JsonNode last = checkpoints.at("/latest/failed");
    long id = last.path("id").asLong();
    if (id > lastFailedCheckpoint) {
      lastFailedCheckpoint = id;
      LOG.warn(
          "checkpoint {} failed, after {} that completed: {}",
          id,
          checkpoints.at("/counts/completed").asLong(),
          RootCause.of(last.path("failure_message").asText()));
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
