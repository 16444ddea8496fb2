package io.sluice.lake;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Offsets that Kafka deleted before they were read, and that somebody has taken note of: {@code
 * _sluice/TABLE/acknowledged/NNNNNNNNNN.json}. It is never removed, and reports show it for ever.
 *
 * @param offsets from the first to the last, both included; files may have some between them
 * @param holes those that are gone: nothing that a file had
 * @param by who
 * @param why what is known of it
 */
public record Acknowledgement(
    String source,
    int partition,
    Positions.Range offsets,
    @JsonIgnore Positions holes,
    String by,
    String why,
    Instant at,
    String version) {
  private static final String HOLES = "positions";

  /** How many are gone: at most so many records. */
  @JsonProperty
  public long count() {
    return holes.size();
  }

  /** All that the lake has, in the order in which they were made, of former topics too. */
  public static List<Acknowledgement> read(Store store, String table) throws IOException {
    NumberedObjects objects = objects(store, table);
    List<Acknowledgement> found = new ArrayList<>();
    for (Store.Entry entry : objects.entries()) {
      found.add(objects.read(entry.key(), Acknowledgement::of));
    }
    return List.copyOf(found);
  }

  private static Acknowledgement of(LakeObject json) throws IOException {
    Positions.Partition partition =
        new Positions.Partition(json.text("source"), json.smallNumber("partition"));
    Positions.Range offsets = new Positions.Range(json.number("from"), json.number("to"));
    if (offsets.to() < offsets.from()) {
      throw new IllegalArgumentException("to is less than from");
    }
    Positions holes = new Positions();
    if (json.has(HOLES)) {
      holes.decode(partition, json.text(HOLES));
    } else {
      holes.addRange(partition.source(), partition.number(), offsets.from(), offsets.to() + 1);
    }
    return new Acknowledgement(
        partition.source(),
        partition.number(),
        offsets,
        holes,
        json.text("by"),
        json.text("why"),
        json.time("at"),
        json.text("version"));
  }

  /** Records this in a lake. */
  public void record(Store store, String table) throws IOException {
    ObjectNode json = NumberedObjects.begin().put("source", source).put("partition", partition);
    json.put("from", offsets.from()).put("to", offsets.to());
    if (holes.size() < offsets.size()) {
      json.put(HOLES, holes.encode().get(new Positions.Partition(source, partition)));
    }
    json.put("by", by).put("why", why).put("at", at.toString()).put("version", version);
    objects(store, table).add(json);
  }

  private static NumberedObjects objects(Store store, String table) {
    return new NumberedObjects(
        store,
        "_sluice/" + table + "/acknowledged/",
        "acknowledgement",
        "restore it from a backup, or delete it and acknowledge these offsets anew: sluice"
            + " acknowledge");
  }
}
