package io.sluice.flink;

import io.sluice.SluiceOptions;
import io.sluice.UnavailableException;
import io.sluice.UserException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entry point of the job on a Flink cluster. It returns as soon as the job is submitted, unless
 * {@code --attachedMode=true}: Flink waits for the job itself, and in application mode a job that
 * was to be waited for here fails, and the JobManager with it.
 *
 * <p>A failover runs it anew, with the job that Flink has restored beside it: it leaves that alone.
 * A start that finds no broker or no store waits for them. Only what the user has to mend ends the
 * process, with exit status 2.
 */
public final class FlinkMain {
  private static final Logger LOG = LoggerFactory.getLogger(FlinkMain.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private FlinkMain() {}

  public static void main(String[] args) throws Exception {
    if (RecoveredJob.isHere()) {
      LOG.info(
          "this JobManager has recovered the job, which goes on from its last checkpoint: nothing"
              + " is read from the lake, nothing asked of Kafka");
      return;
    }
    List<String> flags = new ArrayList<>(List.of(args));
    if (flags.stream().noneMatch(flag -> flag.startsWith("--attachedMode="))) {
      flags.add("--attachedMode=false");
    }
    try {
      SluiceOptions options = FlinkJob.options(flags);
      FlinkJob.startOnCluster(patiently(() -> FlinkJob.prepare(options)));
    } catch (UserException e) {
      // The log of a cluster is read line by line: this line is one of it.
      LOG.error("sluice: {}", e.getMessage());
      System.exit(2);
    }
  }

  /** What may fail for a while. */
  interface Attempt<T> {
    T make() throws IOException;
  }

  /** Tries until it succeeds, with a line of the log for each try, or until the user is needed. */
  static <T> T patiently(Attempt<T> attempt) throws InterruptedException {
    Duration pause = FIRST_PAUSE;
    for (int failed = 1; ; failed++) {
      try {
        return attempt.make();
      } catch (UnavailableException | IOException e) {
        LOG.warn(
            "the job cannot start yet, {} tries so far: {}; the next in {} s",
            failed,
            e.getMessage() == null ? e.toString() : e.getMessage(),
            pause.toSeconds());
      }
      Thread.sleep(pause.toMillis());
      pause = pause.multipliedBy(2);
      if (pause.compareTo(LONGEST_PAUSE) > 0) {
        pause = LONGEST_PAUSE;
      }
    }
  }
}
