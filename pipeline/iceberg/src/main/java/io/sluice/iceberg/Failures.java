package io.sluice.iceberg;

import io.sluice.UserException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * What Iceberg's library, a catalog's client or a driver throws where the other side is away, or
 * refuses. All of it may be well again at the next try, and none of it is a fault of the job's.
 */
final class Failures {
  /**
   * What may fail so.
   *
   * @param <T> what it makes
   */
  interface Call<T> {
    T run() throws IOException;
  }

  private static final Pattern BEHIND = Pattern.compile("(\\b[A-Za-z][\\w+.-]*:[^\\s?]*)\\?\\S+");
  private static final Pattern USER_INFO =
      Pattern.compile("(//|\\bjdbc:oracle:\\w+:)[^\\s/?@]*[:/][^\\s/?@]*@");
  private static final Pattern SECRET =
      Pattern.compile(
          "\\b(\\w*(?:password|pwd|secret|token))=[^\\s;&,)]+", Pattern.CASE_INSENSITIVE);

  private Failures() {}

  /**
   * Makes an {@link IOException} of what comes from the other side, and leaves all else as it is.
   *
   * @param what names the other side in messages
   */
  static <T> T named(String what, Call<T> call) throws IOException {
    try {
      return call.run();
    } catch (RuntimeException e) {
      if (!isOfOthers(e)) {
        throw e;
      }
      throw new IOException(what + ": " + why(e), e);
    }
  }

  /** Whether the other side, or the way there, is the reason. */
  static boolean isOfOthers(RuntimeException e) {
    if (e instanceof UserException) {
      // Whoever made it has looked at its cause.
      return false;
    }
    for (Throwable at = e; at != null; at = at.getCause()) {
      String name = at.getClass().getName();
      if (at instanceof IOException
          || at instanceof SQLException
          || at instanceof TimeoutException
          || name.startsWith("org.apache.iceberg.")
          || name.startsWith("software.amazon.awssdk.")) {
        return true;
      }
    }
    return false;
  }

  /**
   * The first line of what it says; of one that says nothing, of its cause. What an address says
   * behind its question mark, and other secrets that one may have, is left out.
   */
  static String why(Throwable e) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      String message = at.getMessage();
      if (message != null && !message.isBlank()) {
        String line = message.strip().lines().findFirst().orElse("");
        Throwable cause = at.getCause();
        String below =
            cause == null ? "" : String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        return below.isBlank() || line.contains(below) || below.equals("null")
            ? redacted(line)
            : redacted(line) + " (" + redacted(below) + ")";
      }
    }
    return e.getClass().getSimpleName();
  }

  /** Addresses as drivers print them, without what may be a secret. */
  private static String redacted(String text) {
    String left = BEHIND.matcher(text).replaceAll("$1?...");
    left = USER_INFO.matcher(left).replaceAll("$1...@");
    return SECRET.matcher(left).replaceAll("$1=...");
  }
}
