package io.sluice.local;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Runs a main class until the process that started it is gone, however that one ended: {@code
 * PARENT_PID MAIN_CLASS ARGUMENT…}.
 */
public final class Leash {
  private Leash() {}

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
