package io.sluice.local;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Runs a main class until the process that started it is gone, however that one ended: {@code
 * PARENT_PID MAIN_CLASS ARGUMENT…}.
 */
public final class Leash {
  private Leash() {}

  /** Puts this class, alone, into a folder: for a class path that has nothing else of ours. */
  public static void copyTo(Path folder) throws IOException {
    String file = Leash.class.getName().replace('.', '/') + ".class";
    Path target = folder.resolve(file);
    Files.createDirectories(target.getParent());
    try (InputStream bytes = Leash.class.getClassLoader().getResourceAsStream(file)) {
      Files.copy(Objects.requireNonNull(bytes), target);
    }
  }

  public static void main(String[] args) throws Throwable {
    ProcessHandle parent = ProcessHandle.of(Long.parseLong(args[0])).orElseThrow();
    Thread watch =
        new Thread(
            () -> {
              while (parent.isAlive()) {
                try {
                  TimeUnit.MILLISECONDS.sleep(500);
                } catch (InterruptedException e) {
                  break;
                }
              }
              Runtime.getRuntime().halt(1);
            },
            "leash");
    watch.setDaemon(true);
    watch.start();
    Class.forName(args[1])
        .getMethod("main", String[].class)
        .invoke(null, (Object) Arrays.copyOfRange(args, 2, args.length));
  }
}
