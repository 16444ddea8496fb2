package io.sluice.glue;

import io.sluice.complete.Manifest;
import io.sluice.follow.FileLists;
import io.sluice.follow.PublishedDate;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import software.amazon.awssdk.services.glue.model.Column;
import software.amazon.awssdk.services.glue.model.Partition;
import software.amazon.awssdk.services.glue.model.PartitionInput;

/** What a partition says of its date, for people: nothing is ever concluded from it. */
final class PartitionRecord {
  /** What others have counted is of other files now, and Hive answers by it. */
  private static final Set<String> COUNTED =
      Set.of(
          "COLUMN_STATS_ACCURATE",
          "numRows",
          "numFiles",
          "totalSize",
          "rawDataSize",
          "recordCount");

  private PartitionRecord() {}

  /**
   * The partition of a date.
   *
   * @param now as it is there
   * @param columns of the table
   */
  static PartitionInput of(
      PublishedDate live, Optional<Partition> now, FileLists lists, List<Column> columns) {
    Map<String, String> parameters = new TreeMap<>(now.map(Partition::parameters).orElse(Map.of()));
    parameters.keySet().removeAll(COUNTED);
    parameters.put("sluice.manifest", String.valueOf(live.version()));
    parameters.put("sluice.files", String.valueOf(live.files().size()));
    parameters.put("sluice.rows", sum(live.files().stream().map(Manifest.DataFile::rows).toList()));
    parameters.put(
        "sluice.bytes", sum(live.files().stream().map(Manifest.DataFile::bytes).toList()));
    parameters.put("sluice.list.sha256", sha256(lists.content(live)));
    return PartitionInput.builder()
        .values(live.date().toString())
        .parameters(parameters)
        .storageDescriptor(TableShape.storage(lists.place(live.date()), columns))
        .build();
  }

  private static String sum(List<Long> values) {
    return String.valueOf(values.stream().mapToLong(Long::longValue).sum());
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
