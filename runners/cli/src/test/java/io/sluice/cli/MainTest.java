package io.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class MainTest {
  @Command(name = "fail")
  private static final class Fail implements Callable<Integer> {
    private final Throwable with;

    Fail(Throwable with) {
      this.with = with;
    }

    @Override
    public Integer call() throws Exception {
      if (with instanceof Error error) {
        throw error;
      }
      throw (Exception) with;
    }
  }

  /** An error, such as a class that is not there, ends a process as any other fault does. */
  @ParameterizedTest
  @ValueSource(
      classes = {NoClassDefFoundError.class, OutOfMemoryError.class, IllegalStateException.class})
  void aFaultOfAnyKindIsAStackTraceAndAStatus(Class<? extends Throwable> kind) throws Exception {
    Throwable fault = kind.getConstructor(String.class).newInstance("no such thing");
    PrintStream before = System.err;
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      CommandLine line = new CommandLine(new Main()).addSubcommand(new Fail(fault));
      assertEquals(Main.BUG, Main.execute(line, "fail"));
    } finally {
      System.setErr(before);
    }
    String text = err.toString(StandardCharsets.UTF_8);
    assertTrue(text.startsWith(fault + System.lineSeparator() + "\tat "), text);
  }
}
