package io.sluice;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** The version of these classes, which is the project's. */
public final class Version {
  private static final String TEXT = read();

  private Version() {}

  /** As the pom has it, such as {@code 1.2.0}. */
  public static String text() {
    return TEXT;
  }

  /**
   * Refuses the state of a job that another version has written.
   *
   * @param what the part of the state
   */
  public static UserException otherState(String what, int found) {
    return new UserException(
        "the savepoint or checkpoint has "
            + what
            + " in version "
            + found
            + " of the state, which this version of Sluice, "
            + TEXT
            + ", does not read: start the job with the version that wrote it, or without its state and with"
            + " --startFrom=lake; nothing is lost or duplicated");
  }

  private static String read() {
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      Properties properties = new Properties();
      properties.load(Objects.requireNonNull(in, "version.properties is not on the class path"));
      return properties.getProperty("version", "unknown");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
