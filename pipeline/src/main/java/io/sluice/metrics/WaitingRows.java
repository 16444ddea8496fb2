package io.sluice.metrics;

/**
 * Since when rows of each log wait on this worker to be in a file, for {@code
 * sluice_oldest_waiting_seconds}. Rows that a restart found in the state count from the first that
 * joins them, or from the append that takes them: state has no time of arrival.
 */
public final class WaitingRows implements AutoCloseable {
  private static final Oldest OLDEST = new Oldest();

  private final Oldest.Held held = OLDEST.hold();

  /**
   * @param log equal for rows of one log
   */
  private record Gathering(Object log) {}

  private record Appending(Object log) {}

  static void forEach(java.util.function.ObjLongConsumer<String> action) {
    OLDEST.byTable().forEach(action::accept);
  }

  /** Rows have come, and wait. */
  public void arrived(String table, Object log) {
    held.add(table, new Gathering(log), System.currentTimeMillis());
  }

  /** What has come so far is being appended. */
  public void begun(String table, Object log) {
    Long since = held.remove(table, new Gathering(log));
    held.add(table, new Appending(log), since == null ? System.currentTimeMillis() : since);
  }

  /** What was being appended is in a file. */
  public void appended(String table, Object log) {
    held.remove(table, new Appending(log));
  }

  @Override
  public void close() {
    held.close();
  }
}
