package io.sluice.cli;

/**
 * What a run says where a signal ends this process: that it ends, and what becomes of its work. It
 * says nothing where the run has ended by itself.
 */
final class StopNote implements AutoCloseable {
  private final Thread hook;

  private StopNote(Thread hook) {
    this.hook = hook;
  }

  /**
   * Holds until it is closed.
   *
   * @param isHere whether the job runs in this process, and so ends with it
   * @param startFrom as the flag has it
   * @param progress ends first, so that the line stands by itself
   */
  static StopNote start(boolean isHere, String startFrom, RunProgress progress) {
    Thread hook =
        new Thread(
            () -> {
              progress.close();
              LogFormat.notes().println("sluice: " + text(isHere, startFrom));
            },
            "stop-note");
    Runtime.getRuntime().addShutdownHook(hook);
    return new StopNote(hook);
  }

  /** What becomes of a run whose process ends. */
  static String text(boolean isHere, String startFrom) {
    if (!isHere) {
      return "stopped watching: the job runs on in its cluster";
    }
    return startFrom.equals("latest")
        ? "stopped: what is in no file yet is not read by a start without state, for"
            + " --startFrom=latest begins at the topic's end; with --startFrom=lake it is"
        : "stopped: what is in no file yet is read again by the next start, and nothing is lost or"
            + " duplicated";
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // This process is ending: the line is said.
    }
  }
}
