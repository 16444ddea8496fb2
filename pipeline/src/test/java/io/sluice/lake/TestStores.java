package io.sluice.lake;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Stores of tests. */
public final class TestStores {
  /** As a run has them by default, but for small parts. */
  static final S3Settings SETTINGS =
      new S3Settings(
          null,
          null,
          null,
          false,
          Map.of(),
          S3Settings.LEAST_PART_SIZE,
          true,
          Duration.ofMinutes(1));

  private TestStores() {}

  /** A directory. */
  public static Stores of(Path directory) {
    return new Stores(directory.toString(), SETTINGS, false);
  }
}
