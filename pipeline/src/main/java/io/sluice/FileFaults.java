package io.sluice;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;

/**
 * Why a file that the user named cannot be read or written: Java's own message is often its path
 * alone.
 */
public final class FileFaults {
  /** Of the operating system, where a part of a path is a file; Java has no exception for it. */
  private static final String NO_FOLDER = "Not a directory";

  private FileFaults() {}

  /** The reason in a few words, without the file's name. */
  public static String why(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "no such file or directory";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof CharacterCodingException) {
      return "it is not UTF-8 text";
    }
    String reason = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
    if (e instanceof NotDirectoryException
        || e instanceof FileAlreadyExistsException
        || NO_FOLDER.equals(reason)) {
      return "a file is in the way";
    }
    return reason == null || reason.isBlank()
        ? e.getClass().getSimpleName()
        : reason.substring(0, 1).toLowerCase(Locale.ROOT) + reason.substring(1);
  }
}
