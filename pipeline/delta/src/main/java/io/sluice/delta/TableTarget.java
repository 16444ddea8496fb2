package io.sluice.delta;

import io.sluice.UserException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the log is to say of the table itself. */
final class TableTarget {
  /** Whose the table is. */
  private static final String TABLE = "sluice.table";

  private static final String INTERVAL = "delta.checkpointInterval";
  private static final long COMMITS = 10;

  private TableTarget() {}

  /** A table that is about to be made. */
  static Metadata create(TableSchema schema, long millis) {
    return new Metadata(
        UUID.randomUUID().toString(),
        schema.name(),
        null,
        DeltaType.text(new DeltaType.Struct(List.of())),
        schema.partitionColumns(),
        Map.of(
            TABLE,
            schema.name(),
            // VACUUM takes files that are not in the log yet for leftovers.
            "delta.deletedFileRetentionDuration",
            "interval 7300 days"),
        millis);
  }

  /** After how many commits the next checkpoint is due. */
  static long checkpointInterval(Metadata metadata) {
    try {
      return Math.max(1, Long.parseLong(metadata.setting(INTERVAL, "" + COMMITS)));
    } catch (NumberFormatException e) {
      return COMMITS;
    }
  }

  /**
   * Makes sure that a table is this lake's, and has nothing that is not known here.
   *
   * @param place of the log, for messages
   * @throws UserException where it is another's, or somebody has changed too much
   */
  static void require(
      @Nullable Metadata metadata, @Nullable Protocol protocol, TableSchema schema, String place) {
    if (metadata == null || protocol == null) {
      return;
    }
    if (!schema.name().equals(metadata.setting(TABLE, ""))) {
      throw new UserException(
          place
              + " is not Sluice's: set the property "
              + TABLE
              + "="
              + schema.name()
              + " of that table to have it follow the lake, or delete the log, which is made anew");
    }
    Set<String> unknown = protocol.unknown();
    if (!unknown.isEmpty()) {
      throw changed(place, "has features that Sluice does not know: " + String.join(", ", unknown));
    }
    if (!List.of("none", "name").contains(metadata.mapping())) {
      throw changed(place, "maps columns by " + metadata.mapping());
    }
    if (!metadata.partitionColumns().equals(schema.partitionColumns())) {
      throw changed(place, "is partitioned by " + metadata.partitionColumns());
    }
    for (String key : metadata.configuration().keySet()) {
      if (key.startsWith("delta.constraints.")
          || key.equals("delta.appendOnly") && metadata.setting(key, "").equals("true")) {
        throw changed(place, "has the property " + key);
      }
    }
  }

  private static UserException changed(String place, String how) {
    return new UserException(
        place
            + " "
            + how
            + ": somebody has changed the table; put that back, or delete the log, which is made"
            + " anew");
  }
}
