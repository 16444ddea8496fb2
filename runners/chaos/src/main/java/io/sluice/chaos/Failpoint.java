package io.sluice.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.matcher.ElementMatchers;
import org.jspecify.annotations.Nullable;

/**
 * Faults inside of the pipeline's own code: the TaskManagers here run decoders, compiled from the
 * real ones with one line before them. One throws an error while a file says so, at any record; one
 * an exception at each record that asks for it, always. The released classes know nothing of it.
 */
public final class Failpoint {
  /** The name, with an escape, that a record has in it at which the decoder fails. */
  static final String POISON = "\"pois\\u006fn\"";

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

  /** Woven into {@code ExactDecoder.decode}. */
  public static final class ExactDecoderAdvice {
    private ExactDecoderAdvice() {}

    @Advice.OnMethodEnter
    static void enter(@Advice.Argument(0) byte[] value) {
      Failpoint.takes(value);
    }
  }

  /**
   * @throws IllegalStateException where the record asks for it: a function of the record, as a
   *     fault of a decoder is
   */
  public static void takes(byte @Nullable [] value) {
    if (value != null && new String(value, StandardCharsets.ISO_8859_1).contains(POISON)) {
      throw new IllegalStateException("chaos: a record that the decoder fails at");
    }
  }

  /**
   * @throws LinkageError while the failpoint is armed
   */
  public static void passes() {
    long now = System.nanoTime();
    if (now - lookedAt > LOOK_NANOS) {
      lookedAt = now;
      String file = System.getProperty(PROPERTY);
      armed = file != null && Files.exists(Path.of(file));
    }
    if (armed) {
      throw new LinkageError("chaos: something that no decoder expects");
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
    patch("io.sluice.decode.RecordDecoder", DecoderAdvice.class, folder);
    patch("io.sluice.json.ExactDecoder", ExactDecoderAdvice.class, folder);
    return folder;
  }

  private static void patch(String name, Class<?> advice, Path folder) throws IOException {
    try {
      new ByteBuddy()
          .redefine(Class.forName(name))
          .visit(Advice.to(advice).on(ElementMatchers.named("decode")))
          .make()
          .saveIn(folder.toFile());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
