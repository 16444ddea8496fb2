package io.sluice.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.matcher.ElementMatchers;

/**
 * A fault inside of the pipeline's own code: the TaskManagers here run a decoder, compiled from the
 * real one with one line before it, that throws while a file says so. The released classes know
 * nothing of it.
 */
public final class Failpoint {
  private static final String PROPERTY = "sluice.chaos.failpoint";
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static volatile boolean armed;
  private static volatile long lookedAt;

  private Failpoint() {}

  /** Woven into {@code RecordDecoder.decode}. */
  public static final class DecoderAdvice {
    private DecoderAdvice() {}

    @Advice.OnMethodEnter
    static void enter() {
      Failpoint.passes();
    }
  }

  /**
   * @throws IllegalStateException while the failpoint is armed
   */
  public static void passes() {
    long now = System.nanoTime();
    if (now - lookedAt > LOOK_NANOS) {
      lookedAt = now;
      String file = System.getProperty(PROPERTY);
      armed = file != null && Files.exists(Path.of(file));
    }
    if (armed) {
      throw new IllegalStateException("chaos: something that no decoder expects");
    }
  }

  static Path file(Path directory) {
    return directory.resolve("decoder-throws");
  }

  /** The JVM option by which a TaskManager knows the file. */
  static String option(Path directory) {
    return "-D" + PROPERTY + "=" + file(directory);
  }

  /** Compiles the classes with failpoints into a folder. */
  static Path patch(Path folder) throws IOException {
    try {
      new ByteBuddy()
          .redefine(Class.forName("io.sluice.decode.RecordDecoder"))
          .visit(Advice.to(DecoderAdvice.class).on(ElementMatchers.named("decode")))
          .make()
          .saveIn(folder.toFile());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
    return folder;
  }
}
