package io.sluice.local;

import io.sluice.FileFaults;
import io.sluice.UserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.commons.io.file.PathUtils;
import org.jspecify.annotations.Nullable;

/**
 * Where a demo has its Kafka, its S3 and its page: the directory of {@code --keep}, or a temporary
 * one that is deleted when this is closed.
 */
record DemoDirectory(Path path, boolean isKept) implements AutoCloseable {
  /**
   * Opens it.
   *
   * @param keep null for a temporary one
   * @param resume whether a demo that it holds is to go on
   * @throws UserException where it cannot be written, or holds something where it should be empty,
   *     or the other way round
   */
  static DemoDirectory open(@Nullable Path keep, boolean resume) throws IOException {
    if (keep == null) {
      return new DemoDirectory(Files.createTempDirectory("sluice-demo"), false);
    }
    Path directory = created(keep);
    if (!resume && isFilled(directory)) {
      throw new UserException(
          "--keep " + keep + " is not empty: add --resume to go on with it, or name another");
    }
    if (resume && !DemoScenario.isIn(directory)) {
      throw new UserException(
          "--resume: " + keep + " holds no demo; run it without --resume first");
    }
    requireWritable(directory);
    return new DemoDirectory(directory, true);
  }

  private static Path created(Path directory) {
    try {
      return Files.createDirectories(directory).toAbsolutePath();
    } catch (IOException e) {
      throw unwritable(directory, e);
    }
  }

  private static boolean isFilled(Path directory) throws IOException {
    try (Stream<Path> children = Files.list(directory)) {
      return children.findAny().isPresent();
    }
  }

  /**
   * Kafka and S3 would end this process, and not say in one line what is missing.
   *
   * @throws UserException where something of the directory is another user's
   */
  private static void requireWritable(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : (Iterable<Path>) all::iterator) {
        if (!Files.isReadable(path) || !Files.isWritable(path)) {
          throw unwritable(path, new AccessDeniedException(path.toString()));
        }
      }
      Files.delete(Files.createTempFile(directory, "probe", ""));
    } catch (UncheckedIOException e) {
      throw unwritable(directory, Objects.requireNonNull(e.getCause()));
    } catch (FileSystemException e) {
      throw unwritable(directory, e);
    }
  }

  private static UserException unwritable(Path path, IOException e) {
    return new UserException(
        "--keep: cannot write "
            + path
            + ": "
            + FileFaults.why(e)
            + "; name a directory that is yours, or change its owner",
        e);
  }

  Path resolve(String name) {
    return path.resolve(name);
  }

  @Override
  public void close() throws IOException {
    if (!isKept) {
      PathUtils.deleteDirectory(path);
    }
  }
}
