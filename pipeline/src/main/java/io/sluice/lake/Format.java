package io.sluice.lake;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.UserException;
import io.sluice.Version;
import java.io.IOException;

/**
 * The formats of what Sluice writes, and what is said of one that is newer than this version knows.
 * Whatever is written carries the number of its format and the version that wrote it; a number goes
 * up where an older version would read the new one wrongly, and only then.
 */
public final class Format {
  /** The key of an object's format. */
  public static final String FORMAT = "format";

  /** The key of the version that wrote an object. */
  public static final String WRITTEN_BY = "sluice_version";

  private Format() {}

  /** Begins an object of the lake: its format, and the version that writes it. */
  public static ObjectNode begin(int format) {
    return JsonNodeFactory.instance
        .objectNode()
        .put(FORMAT, format)
        .put(WRITTEN_BY, Version.text());
  }

  /** The same of an object that is too large for a tree. */
  public static void begin(JsonGenerator json, int format) throws IOException {
    json.writeStartObject();
    json.writeNumberField(FORMAT, format);
    json.writeStringField(WRITTEN_BY, Version.text());
  }

  /**
   * Refuses an object of a lake that a newer version has written.
   *
   * @param what it is, as {@code manifest}
   * @param known the newest format that this version reads
   * @throws UserException where the object's is newer
   */
  public static void require(Store store, String key, String what, JsonNode json, int known) {
    require(store, key, what, json.path(FORMAT).asInt(), json.path(WRITTEN_BY).asText(), known);
  }

  /**
   * The same of an object that was read without a tree.
   *
   * @param found its format
   * @param writtenBy the version that wrote it; empty where it does not say
   */
  public static void require(
      Store store, String key, String what, int found, String writtenBy, int known) {
    if (found > known) {
      throw newer(store.root() + "/" + key, what, String.valueOf(found), known, writtenBy);
    }
  }

  /**
   * What is said of an object that a newer version has written.
   *
   * @param object where it is
   * @param writtenBy the version that wrote it; empty where it does not say
   */
  static UserException newer(
      String object, String what, String found, int known, String writtenBy) {
    boolean isNamed = !writtenBy.isEmpty();
    return new UserException(
        object
            + ": this "
            + what
            + " has format "
            + found
            + ", and this version of Sluice, "
            + Version.text()
            + ", reads formats up to "
            + known
            + "; "
            + (isNamed ? "version " + writtenBy : "a newer version")
            + " wrote it: upgrade to "
            + (isNamed ? "it" : "the version that writes to this lake")
            + " or a later one, and leave the file where it is");
  }
}
