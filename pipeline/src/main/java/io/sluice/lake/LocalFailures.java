package io.sluice.lake;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NotDirectoryException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a failure of a file system means, said once for all verbs: see {@link StoreException}. */
final class LocalFailures {
  /** By what the system calls it: Java has no type for these. */
  private static final Map<String, String> FIXES =
      Map.of(
          "Permission denied", "change its owner or its rights, or run as another user",
          "Operation not permitted", "change its owner or its rights, or run as another user",
          "Read-only file system", "mount it writable, or name another directory",
          "No space left on device", "the disk is full: free some space, or name another directory",
          "Disk quota exceeded", "the quota is used up: free some space, or raise it",
          "Not a directory", "a file is in the way: name a directory");

  private LocalFailures() {}

  /**
   * Names a failure.
   *
   * @param what was done, such as {@code listing user_actions/}
   * @return the failure itself where nobody but the caller knows what it means
   * @throws StoreException where the user can mend it
   */
  static IOException of(String root, String what, IOException e) {
    String reason = reason(e);
    if (reason == null) {
      return e;
    }
    String file = e instanceof FileSystemException at && at.getFile() != null ? at.getFile() : "";
    throw new StoreException(
        root
            + ": "
            + what
            + ": "
            + reason
            + (file.isEmpty() || file.equals(root) ? "" : " (" + file + ")")
            + "; "
            + FIXES.get(reason),
        e);
  }

  private static @Nullable String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "Permission denied";
    }
    if (e instanceof NotDirectoryException || e instanceof FileAlreadyExistsException) {
      return "Not a directory";
    }
    String text = String.valueOf(e.getMessage());
    return FIXES.keySet().stream().filter(text::contains).findFirst().orElse(null);
  }
}
