package io.sluice.infer;

import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractFormat;
import io.sluice.contract.ContractParser;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a draft is to be, besides what its sample says.
 *
 * @param table the table's name; null to take it from the topic's
 * @param format how records are written, as behind {@code format:} of a contract; null to look at
 *     the records
 * @param file where the contract will be, from whose folder the format's files are named; null for
 *     the folder that this process is in
 * @param showsValues whether the draft, and what is said of it, may have values of records
 */
public record DraftRequest(
    @Nullable String table, @Nullable String format, @Nullable String file, boolean showsValues) {
  /** All from the sample. */
  public static final DraftRequest OF_SAMPLE = new DraftRequest(null, null, null);

  /** A name, or a mapping in braces: what else would not stand alone behind its key. */
  private static final Pattern SECTION = Pattern.compile("[a-z][a-z0-9_]*|\\{[^\\n\\r]*}");

  /** One whose draft may have values of records. */
  public DraftRequest(@Nullable String table, @Nullable String format, @Nullable String file) {
    this(table, format, file, true);
  }

  public DraftRequest {
    format = format == null ? null : format.strip();
  }

  /** What errors call the draft, and from where it names files. */
  String fileOr(String draft) {
    return file == null ? draft : file;
  }

  /** How a contract at that place names another file: from its own folder. */
  String pathOf(Path other) {
    Path folder = file == null ? Path.of("") : Path.of(file).toAbsolutePath().getParent();
    Path from = (folder == null ? Path.of("") : folder).toAbsolutePath().normalize();
    return from.relativize(other.toAbsolutePath().normalize()).toString().replace('\\', '/');
  }

  /**
   * A contract of a format that takes any record which can be read at all: it looks at none of its
   * fields.
   *
   * @param section of the format
   * @throws UserException where it is none
   */
  Contract anyRecord(String section) {
    if (!SECTION.matcher(section).matches()) {
      throw new UserException(
          "--format="
              + section.lines().findFirst().orElse("")
              + ": write NAME, or a mapping on one line as '{name: NAME, KEY: VALUE}'; formats are "
              + String.join(", ", ContractFormat.all().keySet()));
    }
    try {
      return ContractParser.parse(
          "format: "
              + section
              + "\n"
              + """
              table: t
              topic: t
              event_time: record_time
              columns: [{name: topic, from: topic, type: string}]
              """,
          fileOr("draft"));
    } catch (UserException e) {
      // There is a line number before it, of a file that is not there.
      String why = String.valueOf(e.getMessage());
      String place = fileOr("draft") + ":1: ";
      throw new UserException(
          "--format="
              + section
              + ": "
              + (why.startsWith(place) ? why.substring(place.length()) : why),
          e);
    }
  }
}
