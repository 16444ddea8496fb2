package io.sluice.flink;

import io.sluice.UserException;
import java.io.IOException;
import java.util.List;

/** The entry point of the job on a Flink cluster. */
public final class FlinkMain {
  private FlinkMain() {}

  public static void main(String[] args) throws IOException {
    try {
      FlinkJob.start(FlinkJob.options(List.of(args))).waitUntilFinish();
    } catch (UserException e) {
      System.err.println("sluice: " + e.getMessage());
      System.exit(2);
    }
  }
}
