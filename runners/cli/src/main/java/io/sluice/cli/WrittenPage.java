package io.sluice.cli;

import io.sluice.FileFaults;
import io.sluice.SluiceOptions;
import io.sluice.UserException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.UUID;

/** Where a page is to be written, which is looked at before anything is read. */
interface WrittenPage {
  /** Writes it, whole or not at all, and returns where it is. */
  String write(String html) throws IOException;

  /**
   * Finds out whether a page can be written there; makes a file's folder.
   *
   * @param name of a file, or of an object
   * @throws UserException where it cannot be written
   */
  static WrittenPage of(String name, SluiceOptions options) {
    return of(name, options, "");
  }

  /** The same of the page of several tables, which have theirs beside it. */
  static WrittenPage ofAll(String name, SluiceOptions options) {
    return of(name, options, "; the page of each table, report-TABLE.html, goes beside it");
  }

  private static WrittenPage of(String name, SluiceOptions options, String ofDirectory) {
    if (S3Page.isNamed(name)) {
      S3Page object = S3Page.of(name, options);
      return html -> {
        object.write(options, html);
        return name;
      };
    }
    Path file = writable(name, ofDirectory);
    return html -> {
      write(html, file);
      return file.toAbsolutePath().toString();
    };
  }

  /** {@code report-TABLE.html} for {@code report.html}. */
  static String beside(String out, String table) {
    int dot = out.lastIndexOf('.');
    boolean hasSuffix = dot > out.lastIndexOf('/') + 1;
    return hasSuffix ? out.substring(0, dot) + "-" + table + out.substring(dot) : out + "-" + table;
  }

  /** Its name in its folder. */
  static String name(String page) {
    return page.substring(page.lastIndexOf('/') + 1);
  }

  /** The address of a page as one in the same folder links to it. */
  static String link(String name) {
    try {
      // With the dot, a colon in the name ends no scheme.
      return new URI(null, null, "./" + name(name), null).toASCIIString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("every text can be a path: " + name, e);
    }
  }

  private static Path writable(String name, String ofDirectory) {
    Path file;
    try {
      file = Path.of(name).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw new UserException("--out=" + name + ": not a path", e);
    }
    if (Files.isDirectory(file)) {
      throw new UserException(
          "--out="
              + name
              + " is a directory: name a file, as "
              + file.resolve("report.html")
              + ofDirectory);
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new UserException("--out=" + name + " is no file; for a pipe there is --json");
    }
    Path folder = Objects.requireNonNull(file.getParent());
    OutFolder.make("--out", file);
    if (!Files.isWritable(folder)) {
      throw new UserException(
          "--out="
              + name
              + ": "
              + folder
              + " cannot be written: name another, or change its owner");
    }
    return file;
  }

  /** Whole or not at all: a page that is served while it is replaced is never half there. */
  static void write(String html, Path file) throws IOException {
    Path temporary = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
    try {
      Files.writeString(temporary, html);
      Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw new UserException(
          "--out=" + file + ": cannot be written: " + FileFaults.why(e) + "; name another", e);
    }
  }
}
