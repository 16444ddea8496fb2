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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The manifest of a date: {@code _manifest-NNNNNN.json} beside its files, and {@code _SUCCESS},
 * which names the newest. Derived from the files' footers, each of which is read once, so it can be
 * made again at any time: remove the manifests. A version is never changed, a late file makes the
 * next one.
 */
public final class DateManifest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PREFIX = "_manifest-";
  private static final Pattern NAME = Pattern.compile("/_manifest-\\d{6,}\\.json$");

  private DateManifest() {}

  /**
   * Writes the next version, unless the newest names exactly the files that are there.
   *
   * @param sha256 what is known of new files' digests, by name; the others are read whole
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
      byte[] manifest =
          manifest(table, date, version, files(store, entries, newest.orElse(null), sha256));
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
    List<Store.Entry> manifests = versions(store, folder);
    return manifests.isEmpty()
        ? Optional.empty()
        : Optional.of(read(store, manifests.get(manifests.size() - 1)));
  }

  /** The manifests of a date, the oldest first. */
  public static List<Store.Entry> versions(Store store, Table table, LocalDate date)
      throws IOException {
    return versions(store, PartFile.folder(table.name(), table.dateColumn(), date));
  }

  private static List<Store.Entry> versions(Store store, String folder) throws IOException {
    // Some servers list their own temporary objects too.
    return store.list(folder + PREFIX).stream()
        .filter(entry -> NAME.matcher(entry.key()).find())
        .toList();
  }

  /** Reads one of {@link #versions}. */
  public static JsonNode read(Store store, Store.Entry manifest) throws IOException {
    byte[] json =
        store
            .read(manifest.key())
            .orElseThrow(
                () ->
                    new IOException(
                        store.root() + "/" + manifest.key() + " was listed and is not there"));
    return JSON.readTree(json);
  }

  /** The positions of all rows that a manifest knows of. */
  public static Positions positions(JsonNode manifest) {
    Positions positions = new Positions();
    addRanges(positions, manifest.path("positions"));
    return positions;
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

  /**
   * The files by name. Those that the manifest before names are taken from there, for they do not
   * change; the footers of the others are read.
   */
  private static Map<String, JsonNode> files(
      Store store, List<Store.Entry> entries, @Nullable JsonNode before, Map<String, String> sha256)
      throws IOException {
    Map<String, JsonNode> known = new HashMap<>();
    if (before != null) {
      before.path("files").forEach(file -> known.put(file.path("name").asText(), file));
    }
    Map<String, JsonNode> files = new TreeMap<>();
    List<Store.Entry> unknown = new ArrayList<>();
    for (Store.Entry entry : entries) {
      String name = PartFile.parse(entry.key()).orElseThrow().name();
      JsonNode file = known.get(name);
      if (file != null && file.path("bytes").asLong() == entry.size()) {
        files.put(name, file);
      } else {
        unknown.add(entry);
      }
    }
    for (LakeFiles.DataFile file : LakeFiles.read(store, unknown)) {
      String digest = sha256.get(file.part().name());
      files.put(
          file.part().name(),
          describe(file, digest != null ? digest : Seal.check(store, file.entry()).sha256()));
    }
    return files;
  }

  private static ObjectNode describe(LakeFiles.DataFile file, String sha256) {
    Footer footer = file.footer();
    ObjectNode node = JSON.createObjectNode();
    node.put("name", file.part().name());
    node.put("rows", footer.rows()).put("bytes", file.entry().size());
    node.put("sha256", sha256);
    node.put("contract_version", footer.contractVersion());
    node.put("event_time_min", footer.eventTimes().from().toString());
    node.put("event_time_max", footer.eventTimes().to().toString());
    if (footer.recovered()) {
      node.put("recovered", true);
    }
    node.set("positions", ranges(footer.positions()));
    return node;
  }

  private static byte[] manifest(
      Table table, LocalDate date, int version, Map<String, JsonNode> files) throws IOException {
    ObjectNode manifest = JSON.createObjectNode();
    manifest.put("format", 1).put("table", table.name());
    manifest.put(table.dateColumn(), date.toString()).put("version", version);
    Positions all = new Positions();
    long rows = 0;
    long bytes = 0;
    Instant first = Instant.MAX;
    Instant last = Instant.MIN;
    ArrayNode list = JSON.createArrayNode();
    for (JsonNode file : files.values()) {
      addRanges(all, file.path("positions"));
      rows += file.path("rows").asLong();
      bytes += file.path("bytes").asLong();
      Instant from = Instant.parse(file.path("event_time_min").asText());
      Instant to = Instant.parse(file.path("event_time_max").asText());
      first = first.isBefore(from) ? first : from;
      last = last.isAfter(to) ? last : to;
      list.add(file);
    }
    manifest.put("rows", rows).put("bytes", bytes);
    manifest.put("event_time_min", first.toString()).put("event_time_max", last.toString());
    manifest.set("positions", ranges(all));
    manifest.set("files", list);
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest);
  }

  private static void addRanges(Positions to, JsonNode sources) {
    sources
        .properties()
        .forEach(
            source ->
                source
                    .getValue()
                    .properties()
                    .forEach(
                        partition -> {
                          int number = Integer.parseInt(partition.getKey());
                          for (JsonNode range : partition.getValue()) {
                            long end = range.path(1).asLong() + 1;
                            to.addRange(source.getKey(), number, range.path(0).asLong(), end);
                          }
                        }));
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
