package io.sluice.cli;

import io.sluice.FileFaults;
import io.sluice.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The folder of a file that a flag names: made where it is not there, before any work is done. */
public final class OutFolder {
  private OutFolder() {}

  /**
   * Makes the folder of a file, and those above it.
   *
   * @param flag as {@code --out}
   * @throws UserException where the folder cannot be made
   */
  static void make(String flag, Path file) {
    Path folder = file.toAbsolutePath().getParent();
    // A link to a folder is one, which createDirectories of JDK 17 denies.
    if (folder == null || Files.isDirectory(folder)) {
      return;
    }
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UserException(
          flag
              + "="
              + file
              + ": the folder "
              + folder
              + " cannot be made: "
              + FileFaults.why(e)
              + "; name another",
          e);
    }
  }

  /**
   * Says now, and not after an hour, where a file cannot be written; makes its folder.
   *
   * @param flag as {@code --json}
   * @throws UserException then
   */
  public static void requireWritable(String flag, Path file) {
    make(flag, file);
    Path folder = file.toAbsolutePath().getParent();
    String why =
        Files.isDirectory(file)
            ? "a directory"
            : folder != null && !Files.isWritable(folder) ? "permission denied: " + folder : null;
    if (why != null) {
      throw new UserException(flag + "=" + file + ": cannot be written: " + why + "; name a file");
    }
  }
}
