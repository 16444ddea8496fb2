package io.sluice.flink;

import java.util.ArrayList;
import java.util.List;

/**
 * Why something failed, in one line, from a stack trace that has crossed a network as text: the
 * deepest exception that Sluice itself has thrown, whose message says what to do, and behind it the
 * last one where that adds something.
 */
public final class RootCause {
  private static final String CAUSED_BY = "Caused by: ";
  private static final int LONGEST = 600;

  private RootCause() {}

  /** A thrown exception: what it says, and whether it was thrown by our code. */
  private record Thrown(String type, String message, boolean ours) {
    @Override
    public String toString() {
      return message.isEmpty() ? type : ours ? message : type + ": " + message;
    }
  }

  /**
   * The cause of a failure.
   *
   * @param stackTrace as Java prints it, causes included
   */
  public static String of(String stackTrace) {
    List<Thrown> thrown = parse(stackTrace);
    if (thrown.isEmpty()) {
      return "Flink does not say why";
    }
    Thrown last = thrown.get(thrown.size() - 1);
    Thrown ours =
        thrown.stream().filter(Thrown::ours).reduce((first, second) -> second).orElse(last);
    String text =
        ours.equals(last) || ours.message().contains(last.message())
            ? ours.toString()
            : ours + " (" + last + ")";
    return text.length() > LONGEST ? text.substring(0, LONGEST) + " …" : text;
  }

  private static List<Thrown> parse(String stackTrace) {
    List<Thrown> thrown = new ArrayList<>();
    String head = null;
    for (String line : (stackTrace + "\nend").lines().toList()) {
      String text = line.strip();
      boolean cause = line.startsWith(CAUSED_BY);
      // The first frame says who threw it; an exception without frames ends at the next one.
      if (head != null && (cause || text.startsWith("at ") || text.equals("end"))) {
        thrown.add(thrown(head, text.startsWith("at io.sluice.")));
        head = null;
      }
      if (cause) {
        head = line.substring(CAUSED_BY.length());
      } else if (thrown.isEmpty() && head == null && !text.isEmpty() && !text.equals("end")) {
        head = text;
      }
    }
    return thrown;
  }

  /** {@code a.b.Type: message}, where a wrapper of another may stand before it. */
  private static Thrown thrown(String head, boolean ours) {
    int colon = head.indexOf(": ");
    String type = colon < 0 ? head : head.substring(0, colon);
    String message = colon < 0 ? "" : head.substring(colon + 2);
    if (type.contains(" ")) {
      return new Thrown("", head, ours);
    }
    return new Thrown(
        type.substring(type.lastIndexOf('.') + 1), message, ours || type.startsWith("io.sluice."));
  }
}
