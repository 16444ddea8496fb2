package io.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.slf4j.LoggerFactory;

/** A verb as a user calls it: how it ended, and what it printed. */
record Ran(int status, String out, String err) {
  static {
    // Whoever logs first says that there is no logger here: before a verb is listened to.
    LoggerFactory.getLogger(Ran.class);
  }

  static Ran sluice(String... arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, UTF_8));
    System.setErr(new PrintStream(said, true, UTF_8));
    try {
      int status = Main.execute(arguments);
      return new Ran(status, printed.toString(UTF_8), said.toString(UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }
}
