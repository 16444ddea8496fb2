package io.sluice.complete;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.contract.Table;
import io.sluice.lake.Footer;
import io.sluice.lake.Format;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.PartFile;
import io.sluice.lake.Positions;
import io.sluice.lake.Replaced;
import io.sluice.lake.Rounds;
import io.sluice.lake.Seal;
import io.sluice.lake.Store;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The manifest of a date: {@code _manifest-NNNNNN.json} beside its files, and {@code _SUCCESS},
 * which names the newest. Derived from the files' footers, each of which is read once, so it can be
 * made again at any time: remove the manifests. A version is never changed, a late file makes the
 * next one, and so does a rewrite: which of the folder's files are the date's rows is for the
 * newest manifest to say, see {@link DateFiles}.
 */
public final class DateManifest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int FORMAT = 1;
  private static final String PREFIX = "_manifest-";
  static final String SUCCESS = "_SUCCESS";

  /** When a file was written, by the store's clock; manifests of before do not say it. */
  static final String WRITTEN = "written";

  private static final Pattern NAME = Pattern.compile("/_manifest-(\\d{6,9})\\.json$");

  private DateManifest() {}

  /** What became of a change that was to be published. */
  public enum Outcome {
    /** There is a version more, and it has the change. */
    PUBLISHED,
    /** There was nothing to change. */
    CURRENT,
    /**
     * What it rests on is not so any more: files that were to be replaced were by another rewrite,
     * or the rewrite was given up for dead. Nothing was changed, nor will be.
     */
    OVERTAKEN
  }

  /**
   * What a new version is to have beyond what is there.
   *
   * @param added names of pending files that are to be live
   * @param replaced names of live files that they stand for
   * @param abandoned names of pending files that are never to be live
   */
  private record Change(Set<String> added, Set<String> replaced, Set<String> abandoned) {
    static final Change NONE = new Change(Set.of(), Set.of(), Set.of());

    boolean isNone() {
      return added.isEmpty() && abandoned.isEmpty();
    }
  }

  /**
   * Writes the next version, unless the newest names exactly the files that are there.
   *
   * @param sha256 what is known of new files' digests, by name; the others are read whole
   * @return whether a version was written
   */
  public static boolean publish(
      Store store, Table table, LocalDate date, Map<String, String> sha256) throws IOException {
    return publish(store, table, date, sha256, Change.NONE) == Outcome.PUBLISHED;
  }

  /**
   * Switches to rewritten files: from the version on that this writes they are live, and what they
   * replace is not.
   *
   * @param added their digests, by name
   * @param replaced names of the files that they stand for
   * @throws IOException where it is not known whether they are live
   */
  public static Outcome swap(
      Store store, Table table, LocalDate date, Map<String, String> added, Set<String> replaced)
      throws IOException {
    return publish(store, table, date, added, new Change(added.keySet(), replaced, Set.of()));
  }

  /**
   * Makes sure that the rewrites of pending files never become live, whoever wrote them and may
   * still be about to name them. Then all files of these may be deleted.
   */
  public static void abandon(Store store, Table table, LocalDate date, Set<String> names)
      throws IOException {
    publish(store, table, date, Map.of(), new Change(Set.of(), Set.of(), names));
  }

  private static Outcome publish(
      Store store, Table table, LocalDate date, Map<String, String> sha256, Change change)
      throws IOException {
    String folder = PartFile.folder(table.name(), table.dateColumn(), date);
    int seen = -1;
    for (Rounds rounds = new Rounds(store, folder);
        ;
        rounds.next(
            "a new version of its manifest cannot be written, for the name is taken or files vanish")) {
      DateFiles now = DateFiles.read(store, table, date);
      if (now.version() > seen) {
        seen = now.version();
        rounds.reset();
      }
      if (now.live().isEmpty() && change.isNone()) {
        return Outcome.CURRENT;
      }
      if (!DateFiles.names(now.pending()).containsAll(change.added())
          || !DateFiles.names(now.live()).containsAll(change.replaced())) {
        return Outcome.OVERTAKEN;
      }
      if (!change.added().isEmpty() && !now.replaced().isEmpty()) {
        // The next version would not know any more what these were replaced by.
        store.delete(now.replaced().stream().map(Store.Entry::key).toList());
        continue;
      }
      if (change.isNone() && now.isNamed()) {
        succeed(store, folder, now.version());
        return Outcome.CURRENT;
      }
      List<Store.Entry> live = new ArrayList<>(now.live());
      live.removeIf(entry -> change.replaced().contains(DateFiles.name(entry)));
      now.pending().stream()
          .filter(entry -> change.added().contains(DateFiles.name(entry)))
          .forEach(live::add);
      Abandoned dead =
          now.dead().since().isEmpty() && change.abandoned().isEmpty()
              ? Abandoned.NONE
              : now.dead().with(change.abandoned(), store.now());
      Map<String, JsonNode> files = files(store, live, now.manifest().orElse(null), sha256);
      if (files.size() < live.size()) {
        // One vanished: a rewrite was faster.
        continue;
      }
      int version = now.version() + 1;
      byte[] manifest = manifest(table, date, version, files, now, dead);
      if (store.create(folder + name(version), manifest, UUID.randomUUID().toString())) {
        succeed(store, folder, version);
        return Outcome.PUBLISHED;
      }
    }
  }

  /** Whether {@code _SUCCESS} names the newest manifest of a date, and this exactly its files. */
  public static boolean isCurrent(Store store, Table table, LocalDate date) throws IOException {
    DateFiles now = DateFiles.read(store, table, date);
    String folder = PartFile.folder(table.name(), table.dateColumn(), date);
    return now.isNamed() && succeeded(store, folder).equals(Optional.of(success(now.version())));
  }

  /** Whether the newest manifest names exactly the files that are there. */
  public static boolean namesFiles(Store store, Table table, LocalDate date) throws IOException {
    return DateFiles.read(store, table, date).isNamed();
  }

  /**
   * Makes {@code _SUCCESS} name the newest manifest, where a crash or an unlucky order of two
   * writers has left it behind. A date that has none stays as it is.
   */
  public static void repairSuccess(Store store, Table table, LocalDate date) throws IOException {
    String folder = PartFile.folder(table.name(), table.dateColumn(), date);
    List<Store.Entry> versions = versions(store, folder);
    if (!versions.isEmpty()) {
      succeed(store, folder, number(versions.get(versions.size() - 1)));
    }
  }

  /** The newest manifest of a date; empty where there is none, or it cannot be read. */
  public static Optional<JsonNode> newest(Store store, Table table, LocalDate date)
      throws IOException {
    List<Store.Entry> versions = versions(store, table, date);
    return versions.isEmpty() ? Optional.empty() : read(store, versions.get(versions.size() - 1));
  }

  /** The manifests of a date, the oldest first. */
  public static List<Store.Entry> versions(Store store, Table table, LocalDate date)
      throws IOException {
    return versions(store, PartFile.folder(table.name(), table.dateColumn(), date));
  }

  static List<Store.Entry> versions(Store store, String folder) throws IOException {
    // Some servers list their own temporary objects too.
    return store.list(folder + PREFIX).stream()
        .filter(entry -> NAME.matcher(entry.key()).find())
        .toList();
  }

  /**
   * Reads one of {@link #versions}; empty where its bytes are no manifest. Such a date is one
   * without a manifest: its files are known by their footers, and the next version says so.
   *
   * @throws io.sluice.UserException where a newer version of Sluice wrote it
   */
  public static Optional<JsonNode> read(Store store, Store.Entry manifest) throws IOException {
    byte[] json =
        store
            .read(manifest.key())
            .orElseThrow(
                () ->
                    new IOException(
                        store.root() + "/" + manifest.key() + " was listed and is not there"));
    try {
      JsonNode read = JSON.readTree(json);
      Format.require(store, manifest.key(), "manifest", read, FORMAT);
      return read.path("files").isArray() && read.path("positions").isObject()
          ? Optional.of(read)
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /**
   * The rewrites that were declared dead, as the newest manifest says; where that cannot be read,
   * the newest that can.
   */
  static Abandoned abandoned(Store store, List<Store.Entry> versions, Optional<JsonNode> newest)
      throws IOException {
    int last = versions.size() - 1;
    Optional<JsonNode> manifest = newest;
    while (manifest.isEmpty() && last > 0) {
      last--;
      manifest = read(store, versions.get(last));
    }
    return manifest.isEmpty()
        ? Abandoned.NONE
        : Abandoned.of(manifest.get(), versions.get(last).modified());
  }

  /** The number of one of {@link #versions}. */
  static int number(Store.Entry manifest) {
    Matcher matcher = NAME.matcher(manifest.key());
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
  }

  /** What a manifest says of a file's footer; empty where it does not name the file. */
  public static Optional<Footer> footer(JsonNode manifest, PartFile part) {
    for (JsonNode file : manifest.path("files")) {
      if (file.path("name").asText().equals(part.name())) {
        return Optional.of(
            new Footer(
                file.path("rows").asLong(),
                positions(file),
                file.path("contract_version").asText(),
                new Footer.TimeRange(
                    Instant.parse(file.path("event_time_min").asText()),
                    Instant.parse(file.path("event_time_max").asText())),
                null,
                file.path("recovered").asBoolean(),
                file.has(DateFiles.REPLACES)
                    ? new Replaced(file.path(DateFiles.REPLACES).asText())
                    : null));
      }
    }
    return Optional.empty();
  }

  /** The positions of all rows that a manifest knows of. */
  public static Positions positions(JsonNode manifest) {
    Positions positions = new Positions();
    addRanges(positions, manifest.path("positions"));
    return positions;
  }

  static String name(int version) {
    return PREFIX + String.format("%06d.json", version);
  }

  /** What {@code _SUCCESS} is to say. */
  static String success(int version) {
    return "{\"manifest\":\"" + name(version) + "\"}\n";
  }

  /** What {@code _SUCCESS} says; empty where it is not there. */
  static Optional<String> succeeded(Store store, String folder) throws IOException {
    return store.read(folder + SUCCESS).map(content -> new String(content, UTF_8));
  }

  private static void succeed(Store store, String folder, int version) throws IOException {
    String content = success(version);
    if (!succeeded(store, folder).equals(Optional.of(content))) {
      store.replace(folder + SUCCESS, content.getBytes(UTF_8));
      // Whoever wrote a version since may have been faster with this object, too.
      List<Store.Entry> versions = versions(store, folder);
      int newest = versions.isEmpty() ? 0 : number(versions.get(versions.size() - 1));
      if (newest > version) {
        succeed(store, folder, newest);
      }
    }
  }

  /**
   * The files by name, without those that are not there any more. Those that the manifest before
   * names are taken from there, for they do not change; the footers of the others are read.
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
    List<LakeFiles.DataFile> read = new ArrayList<>();
    LakeFiles.forEach(store, unknown, read::add);
    for (LakeFiles.DataFile file : read) {
      String digest = sha256.get(file.part().name());
      try {
        files.put(
            file.part().name(),
            describe(file, digest != null ? digest : Seal.check(store, file.entry()).sha256()));
      } catch (NoSuchFileException e) {
        // Replaced meanwhile.
        continue;
      }
    }
    return files;
  }

  private static ObjectNode describe(LakeFiles.DataFile file, String sha256) {
    Footer footer = file.footer();
    ObjectNode node = JSON.createObjectNode();
    node.put("name", file.part().name());
    node.put("rows", footer.rows()).put("bytes", file.entry().size());
    node.put("sha256", sha256).put(WRITTEN, file.entry().modified().toString());
    node.put("contract_version", footer.contractVersion());
    node.put("event_time_min", footer.eventTimes().from().toString());
    node.put("event_time_max", footer.eventTimes().to().toString());
    if (footer.recovered()) {
      node.put("recovered", true);
    }
    Replaced replaces = footer.replaces();
    if (replaces != null) {
      node.put(DateFiles.REPLACES, replaces.text());
    }
    node.set("positions", ranges(footer.positions()));
    return node;
  }

  private static byte[] manifest(
      Table table,
      LocalDate date,
      int version,
      Map<String, JsonNode> files,
      DateFiles before,
      Abandoned dead)
      throws IOException {
    ObjectNode manifest = Format.begin(FORMAT).put("table", table.name());
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
    if (!files.isEmpty()) {
      manifest.put("event_time_min", first.toString()).put("event_time_max", last.toString());
    }
    manifest.set("positions", ranges(all));
    manifest.set("files", list);
    TreeSet<String> abandoned = DateFiles.names(before.abandoned());
    before.pending().stream()
        .filter(entry -> dead.contains(DateFiles.part(entry)))
        .forEach(entry -> abandoned.add(DateFiles.name(entry)));
    dead.writeTo(manifest, abandoned);
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
