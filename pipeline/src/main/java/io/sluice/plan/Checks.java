package io.sluice.plan;

import io.sluice.UserException;
import io.sluice.lake.StoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Tries one thing after the other: what fails becomes a line, and does not stop the next. */
final class Checks {
  private final List<Check> checks = new ArrayList<>();

  /** Something to try, which says what it found. */
  interface Try {
    String run() throws IOException;
  }

  /**
   * Tries something.
   *
   * @param fix what to do where the failure does not say it itself
   * @return whether it went well
   */
  boolean check(String name, String fix, Try what) {
    try {
      checks.add(new Check(name, Check.Status.OK, what.run()));
      return true;
    } catch (UserException e) {
      checks.add(new Check(name, Check.Status.FAILED, oneLine(e)));
    } catch (IOException | RuntimeException e) {
      if (e.getCause() instanceof StoreException said) {
        checks.add(new Check(name, Check.Status.FAILED, oneLine(said)));
        return false;
      }
      // Whatever a client throws is an answer here.
      checks.add(new Check(name, Check.Status.FAILED, oneLine(e) + "; " + fix));
    }
    return false;
  }

  /** Adds what was tried elsewhere. */
  void addAll(Checks others) {
    checks.addAll(others.checks);
  }

  void note(String name, String text) {
    checks.add(new Check(name, Check.Status.NOTE, text));
  }

  void skipped(String name, String why) {
    checks.add(new Check(name, Check.Status.SKIPPED, why));
  }

  private static String oneLine(Exception e) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    return String.join(" ", message.lines().toList());
  }

  List<Check> all() {
    return List.copyOf(checks);
  }
}
