package io.sluice.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.matcher.ElementMatchers;

/** A host whose wall clock is wrong, as Sluice's own code reads it. */
public final class ClockAhead {
  /** More than files need to settle. */
  private static final long AHEAD_MILLIS = Duration.ofHours(2).toMillis();

  private ClockAhead() {}

  /** Woven into {@code TimeSource.SYSTEM}. */
  public static final class ClockAdvice {
    private ClockAdvice() {}

    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) long millis) {
      millis = ahead(millis);
    }
  }

  /** What the wrong clock says. */
  public static long ahead(long millis) {
    return millis + AHEAD_MILLIS;
  }

  /** Compiles the class with the wrong clock into a folder. */
  static Path patch(Path folder) throws IOException {
    try {
      new ByteBuddy()
          .redefine(Class.forName("io.sluice.lake.TimeSource$1"))
          .visit(Advice.to(ClockAdvice.class).on(ElementMatchers.named("epochMillis")))
          .make()
          .saveIn(folder.toFile());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
    return folder;
  }
}
