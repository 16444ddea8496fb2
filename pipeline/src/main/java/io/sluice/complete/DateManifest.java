package io.sluice.complete;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.contract.Table;
import io.sluice.lake.Footer;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.PartFile;
import io.sluice.lake.Positions;
import io.sluice.lake.Seal;
import io.sluice.lake.Store;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The manifest of a date: {@code _manifest-NNNNNN.json} beside its files, and {@code _SUCCESS},
 * which names the newest. Derived from the files alone, so it can be made again at any time; a
 * version is never changed, a late file makes the next one.
 */
public final class DateManifest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PREFIX = "_manifest-";
  private static final Pattern NAME = Pattern.compile("/_manifest-\\d{6,}\\.json$");

  private DateManifest() {}

  /**
   * Writes the next version, unless the newest names exactly the files that are there.
   *
   * @param sha256 what is known of the files' digests, by name; the others are read
   * @return whether a version was written
   */
  public static boolean publish(
      Store store, Table table, LocalDate date, Map<String, String> sha256) throws IOException {
    String folder = PartFile.folder(table.name(), table.dateColumn(), date);
    while (true) {
      Optional<JsonNode> newest = newest(store, folder);
      List<Store.Entry> entries = LakeFiles.list(store, folder);
      if (entries.isEmpty()) {
        return false;
      }
      if (newest.isPresent() && names(newest.get()).equals(names(entries))) {
        succeed(store, folder, newest.get().path("version").asInt());
        return false;
      }
      int version = newest.map(manifest -> manifest.path("version").asInt()).orElse(0) + 1;
      Map<String, String> digests = new HashMap<>();
      newest.ifPresent(
          manifest ->
              manifest
                  .path("files")
                  .forEach(f -> digests.put(f.path("name").asText(), f.path("sha256").asText())));
      digests.putAll(sha256);
      byte[] manifest =
          manifest(store, table, date, version, LakeFiles.read(store, entries), digests);
      if (store.create(folder + name(version), manifest, UUID.randomUUID().toString())) {
        succeed(store, folder, version);
        return true;
      }
    }
  }

  /** Whether the newest manifest of a date names exactly the files that are there. */
  public static boolean isCurrent(Store store, Table table, LocalDate date) throws IOException {
    String folder = PartFile.folder(table.name(), table.dateColumn(), date);
    Optional<JsonNode> newest = newest(store, folder);
    return newest.isPresent()
        && names(newest.get()).equals(names(LakeFiles.list(store, folder)))
        && store.read(folder + "_SUCCESS").isPresent();
  }

  /** The newest manifest of a date. */
  public static Optional<JsonNode> newest(Store store, Table table, LocalDate date)
      throws IOException {
    return newest(store, PartFile.folder(table.name(), table.dateColumn(), date));
  }

  private static Optional<JsonNode> newest(Store store, String folder) throws IOException {
    // Some servers list their own temporary objects too.
    List<String> manifests =
        store.list(folder + PREFIX).stream()
            .map(Store.Entry::key)
            .filter(key -> NAME.matcher(key).find())
            .toList();
    if (manifests.isEmpty()) {
      return Optional.empty();
    }
    String key = manifests.get(manifests.size() - 1);
    byte[] json =
        store
            .read(key)
            .orElseThrow(
                () -> new IOException(store.root() + "/" + key + " was listed and is not there"));
    return Optional.of(JSON.readTree(json));
  }

  private static String name(int version) {
    return PREFIX + String.format("%06d.json", version);
  }

  private static TreeSet<String> names(JsonNode manifest) {
    TreeSet<String> names = new TreeSet<>();
    manifest.path("files").forEach(file -> names.add(file.path("name").asText()));
    return names;
  }

  private static TreeSet<String> names(List<Store.Entry> entries) {
    TreeSet<String> names = new TreeSet<>();
    entries.forEach(entry -> names.add(PartFile.parse(entry.key()).orElseThrow().name()));
    return names;
  }

  private static void succeed(Store store, String folder, int version) throws IOException {
    byte[] content =
        ("{\"manifest\":\"" + name(version) + "\"}\n")
            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    Optional<byte[]> before = store.read(folder + "_SUCCESS");
    if (before.isEmpty() || !java.util.Arrays.equals(before.get(), content)) {
      store.replace(folder + "_SUCCESS", content);
    }
  }

  private static byte[] manifest(
      Store store,
      Table table,
      LocalDate date,
      int version,
      List<LakeFiles.DataFile> files,
      Map<String, String> digests)
      throws IOException {
    ObjectNode manifest = JSON.createObjectNode();
    manifest.put("format", 1).put("table", table.name());
    manifest.put(table.dateColumn(), date.toString()).put("version", version);
    Positions all = new Positions();
    long rows = 0;
    long bytes = 0;
    Instant first = Instant.MAX;
    Instant last = Instant.MIN;
    ArrayNode list = JSON.createArrayNode();
    for (LakeFiles.DataFile file : files) {
      Footer footer = file.footer();
      all.addAll(footer.positions());
      rows += footer.rows();
      bytes += file.entry().size();
      first = first.isBefore(footer.eventTimes().from()) ? first : footer.eventTimes().from();
      last = last.isAfter(footer.eventTimes().to()) ? last : footer.eventTimes().to();
      String known = digests.get(file.part().name());
      ObjectNode node = list.addObject();
      node.put("name", file.part().name())
          .put("rows", footer.rows())
          .put("bytes", file.entry().size());
      node.put("sha256", known != null ? known : Seal.check(store, file.entry()).sha256());
      node.put("contract_version", footer.contractVersion());
      node.put("event_time_min", footer.eventTimes().from().toString());
      node.put("event_time_max", footer.eventTimes().to().toString());
      node.set("positions", ranges(footer.positions()));
    }
    manifest.put("rows", rows).put("bytes", bytes);
    manifest.put("event_time_min", first.toString()).put("event_time_max", last.toString());
    manifest.set("positions", ranges(all));
    manifest.set("files", list);
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest);
  }

  private static ObjectNode ranges(Positions positions) {
    ObjectNode sources = JSON.createObjectNode();
    for (Positions.Partition partition : positions.partitions()) {
      ArrayNode ranges =
          sources
              .withObjectProperty(partition.source())
              .putArray(String.valueOf(partition.number()));
      positions
          .ranges(partition)
          .forEach(range -> ranges.addArray().add(range.from()).add(range.to()));
    }
    return sources;
  }
}
