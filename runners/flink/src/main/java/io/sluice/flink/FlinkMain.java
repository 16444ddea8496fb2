package io.sluice.flink;

import io.sluice.UserException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The entry point of the job on a Flink cluster. It returns as soon as the job is submitted, unless
 * {@code --attachedMode=true}: Flink waits for the job itself, and in application mode a job that
 * was to be waited for here fails, and the JobManager with it.
 */
public final class FlinkMain {
  private FlinkMain() {}

  public static void main(String[] args) throws IOException {
    List<String> flags = new ArrayList<>(List.of(args));
    if (flags.stream().noneMatch(flag -> flag.startsWith("--attachedMode="))) {
      flags.add("--attachedMode=false");
    }
    try {
      FlinkJob.start(FlinkJob.options(flags));
    } catch (UserException e) {
      System.err.println("sluice: " + e.getMessage());
      System.exit(2);
    }
  }
}
