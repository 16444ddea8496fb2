package io.sluice.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.lake.Positions.Range;
import java.time.Instant;
import java.util.List;

/** One table of a {@link TableReport} as JSON. */
final class TableJson {
  private TableJson() {}

  static ObjectNode of(TableReport.Side side, ObjectMapper mapper) {
    ObjectNode json = mapper.createObjectNode();
    json.put("of", side.lakeTable()).put("table", side.snapshot().table());
    json.put("exists", side.snapshot().exists());
    if (side.snapshot().id() != null) {
      json.put("snapshot", side.snapshot().id());
    }
    Instant at = side.snapshot().at();
    if (at != null) {
      json.put("snapshot_time", at.toString());
    }
    json.put("current", side.snapshot().isCurrent());
    json.put("files", side.files()).put("rows", side.rows()).put("bytes", side.bytes());
    json.put("offsets", side.offsets()).put("duplicate", side.duplicate());
    json.put("missing", side.missing()).put("behind", side.behind());
    Instant oldest = side.oldestBehind();
    if (oldest != null && side.behind() > 0) {
      json.put("oldest_behind", oldest.toString());
    }
    json.put("files_with_deletes", side.deleted()).put("files_gone", side.gone());
    ArrayNode partitions = json.putArray("partitions");
    for (TableReport.Partition one : side.partitions()) {
      ObjectNode node = partitions.addObject();
      node.put("source", one.key().source()).put("partition", one.key().number());
      node.put("offsets", one.offsets()).put("last", one.top());
      ranges(node.putArray("duplicate"), one.duplicate());
      ranges(node.putArray("missing"), one.missing());
      ranges(node.putArray("behind"), one.behind());
      ranges(node.putArray("extra"), one.extra());
    }
    side.faults().forEach(json.putArray("damaged")::add);
    return json;
  }

  private static void ranges(ArrayNode array, List<Range> ranges) {
    ranges.forEach(range -> array.addArray().add(range.from()).add(range.to()));
  }
}
