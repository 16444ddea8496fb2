package io.sluice.lake;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a failure of a file system means, said once for all verbs: see {@link StoreException}. */
final class LocalFailures {
  /** What this store says where no folder can be made, in the manner of the system's own words. */
  static final String NO_FOLDER = "No folder can be made there";

  /** By what the system calls it: Java has no type for these. */
  private static final Map<String, String> FIXES =
      Map.of(
          "Permission denied",
          "change its owner or its rights, or run as another user",
          "Operation not permitted",
          "change its owner or its rights, or run as another user",
          "Read-only file system",
          "mount it writable, or name another directory",
          "No space left on device",
          "the disk is full: free some space, or name another directory",
          "Disk quota exceeded",
          "the quota is used up: free some space, or raise it",
          "Not a directory",
          "a file is in the way: name a directory",
          NO_FOLDER,
          "name a directory of a file system that takes files");

  /** What may pass; where it does not, one file's bytes are gone with the disk that held them. */
  private static final Map<String, String> PASSING =
      Map.of(
          "Input/output error", "the disk fails, or the host that it is mounted from",
          "Stale file handle", "the host that the directory is mounted from has changed",
          "Connection timed out", "the host that the directory is mounted from does not answer",
          "Host is down", "the host that the directory is mounted from does not answer",
          "Transport endpoint is not connected", "what the directory is mounted from has ended");

  private static final String WHILE_IT_PASSES =
      ": see the system's log and run it again; a file that can never be read is to be restored"
          + " from a backup";

  private LocalFailures() {}

  /**
   * Names a failure.
   *
   * @param what was done, such as {@code listing user_actions/}
   * @return what may pass; the failure itself where nobody but the caller knows what it means
   * @throws StoreException where the user can mend it
   */
  static IOException of(String root, String what, IOException e) {
    if (e.getCause() instanceof StoreException) {
      return e;
    }
    String reason = lasting(e);
    if (reason != null) {
      throw new StoreException(text(root, what, reason, e) + FIXES.get(reason), e);
    }
    String passing = find(PASSING, e);
    if (passing == null) {
      return e;
    }
    String text = text(root, what, passing, e) + PASSING.get(passing) + WHILE_IT_PASSES;
    return new IOException(text, new StoreException(text, e));
  }

  /** What the system says where a file system makes no hard links, or not between two folders. */
  private static final List<String> NO_LINKS =
      List.of(
          "Operation not permitted",
          "Operation not supported",
          "Function not implemented",
          "Invalid cross-device link");

  /**
   * Names a file system that makes no hard links: what it says of them would mean other rights,
   * were it said of anything else.
   *
   * @throws StoreException where it makes none
   */
  static void throwIfNoLinks(String root, String key, Exception e) {
    String said = String.valueOf(e.getMessage());
    String reason = NO_LINKS.stream().filter(said::contains).findFirst().orElse("");
    if (e instanceof UnsupportedOperationException || !reason.isEmpty()) {
      throw new StoreException(
          root
              + ": writing "
              + key
              + ": "
              + (reason.isEmpty() ? "" : reason + "; ")
              + "the file system makes no hard links there, which commits need, as FAT, some mounts of"
              + " another host's folders (Windows, rootless containers), and a mount below the lake"
              + " do not: name a directory on another one",
          e);
    }
  }

  /** Throws what has been named already, as {@link #of} did. */
  static void throwIfNamed(IOException e) throws IOException {
    if (e.getCause() instanceof StoreException) {
      throw e;
    }
  }

  private static String text(String root, String what, String reason, IOException e) {
    String file = e instanceof FileSystemException at && at.getFile() != null ? at.getFile() : "";
    return root
        + ": "
        + what
        + ": "
        + reason
        + (file.isEmpty() || file.equals(root) ? "" : " (" + file + ")")
        + "; ";
  }

  private static @Nullable String lasting(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "Permission denied";
    }
    if (e instanceof NotDirectoryException || e instanceof FileAlreadyExistsException) {
      return "Not a directory";
    }
    return find(FIXES, e);
  }

  private static @Nullable String find(Map<String, String> reasons, IOException e) {
    String text = String.valueOf(e.getMessage());
    return reasons.keySet().stream().filter(text::contains).findFirst().orElse(null);
  }
}
