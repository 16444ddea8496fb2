package io.sluice.flink;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a JobManager each second how a job is, and writes a line to the log for each restart, with
 * its cause and how many there were, and for checkpoints that fail. Flink starts a job that fails
 * over and over without a word to whoever started it.
 */
final class JobWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JobWatch.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final JobManager jobManager;
  private final JobId job;
  private final Runnable restarted;
  private final Thread thread;
  private volatile boolean closed;
  private long restarts;
  private long lastFailure = Long.MIN_VALUE;
  private long lastFailedCheckpoint;

  /** Which job is watched; null as long as it is not submitted. */
  interface JobId {
    @Nullable String get() throws IOException, InterruptedException;
  }

  private JobWatch(JobManager jobManager, JobId job, Runnable restarted) {
    this.jobManager = jobManager;
    this.job = job;
    this.restarted = restarted;
    this.thread = new Thread(this::watch, "job-watch");
    thread.setDaemon(true);
  }

  /**
   * Watches until it is closed.
   *
   * @param restarted done at each restart
   */
  static JobWatch start(JobManager jobManager, JobId job, Runnable restarted) {
    JobWatch watch = new JobWatch(jobManager, job, restarted);
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
        } catch (IOException e) {
          // It is starting, or ending, or does not answer: asked again in a second.
        }
        Thread.sleep(PAUSE.toMillis());
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private void look(String id) throws IOException, InterruptedException {
    String path = "/jobs/" + id;
    List<JsonNode> failures = new ArrayList<>();
    jobManager.get(path + "/exceptions").at("/exceptionHistory/entries").forEach(failures::add);
    failures.sort(Comparator.comparingLong(failure -> failure.path("timestamp").asLong()));
    String state = jobManager.get(path).path("state").asText();
    // Before the restarts: where a checkpoint was one too many, this has the cause.
    checkpoints(jobManager.get(path + "/checkpoints"));
    for (JsonNode failure : failures) {
      long time = failure.path("timestamp").asLong();
      if (time > lastFailure) {
        lastFailure = time;
        String cause = RootCause.of(failure.path("stacktrace").asText());
        if (state.equals("FAILED") || state.equals("FAILING")) {
          LOG.error("the job failed for good: {}", cause);
        } else {
          restarts++;
          restarted.run();
          LOG.warn("the job failed and starts anew, restart {}: {}", restarts, cause);
        }
      }
    }
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
