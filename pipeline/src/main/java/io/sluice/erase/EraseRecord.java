package io.sluice.erase;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.contract.Table;
import io.sluice.lake.Format;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one run of an erasure did, for the record: {@code _sluice/TABLE/erasures/TIME-TOKEN.json}.
 * It is begun before anything is erased and written again after each date, so that of a run that
 * was killed it says what was done until then. No key is in it, nor anything that is made of keys.
 */
public final class EraseRecord {
  private static final int FORMAT = 1;
  private static final int TOKEN_DIGITS = 8;
  private static final int MOST_RANGES = 1000;
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String table;
  private final Where where;
  private final boolean dryRun;
  private final Instant begun = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private final List<Erase.Result> results = new ArrayList<>();
  private final List<DerivedTable.Result> derived = new ArrayList<>();
  private final TreeMap<LocalDate, Positions> undecided = new TreeMap<>();
  private final List<String> holders = new ArrayList<>();
  private int found;
  private @Nullable Instant finished;
  private @Nullable Store store;
  private String key = "";

  public EraseRecord(Table table, Where where, boolean dryRun) {
    this.table = table.name();
    this.where = where;
    this.dryRun = dryRun;
  }

  /**
   * Writes that an erasure has begun; not of a dry run.
   *
   * @param lake where it is written
   */
  public void begin(Store lake) throws IOException {
    if (dryRun) {
      return;
    }
    String token = UUID.randomUUID().toString();
    key = folder(table) + NAME.format(begun) + "-" + token.substring(0, TOKEN_DIGITS) + ".json";
    if (!lake.create(key, JSON.writeValueAsBytes(toTree()), token)) {
      throw new IOException(lake.root() + "/" + key + ": is there already");
    }
    store = lake;
  }

  private static String folder(String table) {
    return "_sluice/" + table + "/erasures/";
  }

  /**
   * What the records of all erasures of a table that have begun say: by their keys the SHA-256 of
   * their bytes, in hexadecimal digits. Where it is the same as before, no erasure has begun, taken
   * rows out of a date, or ended since.
   */
  public static SortedMap<String, String> digests(Store lake, String table) throws IOException {
    SortedMap<String, String> digests = new TreeMap<>();
    for (Store.Entry entry : lake.list(folder(table))) {
      lake.read(entry.key()).ifPresent(bytes -> digests.put(entry.key(), sha256(bytes)));
    }
    return digests;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("each Java has SHA-256", e);
    }
  }

  /** Where it is, below the lake's root; empty of a dry run. */
  public String key() {
    return key;
  }

  /** Adds what was done to a date. */
  public void add(Erase.Result result) throws IOException {
    results.add(result);
    if (result.rows() > 0 || result.why() != null) {
      write();
    }
  }

  /** Adds what was done to a table that is derived from this one. */
  public void add(DerivedTable.Result result) throws IOException {
    derived.add(result);
    result.holders().forEach(this::holder);
    write();
  }

  /** Adds letters of which nothing decides whether they are to go. */
  public void undecided(TreeMap<LocalDate, Positions> letters) {
    undecided.putAll(letters);
  }

  /** Adds who else still holds what was erased, in a sentence. */
  public void holder(String sentence) {
    if (!holders.contains(sentence)) {
      holders.add(sentence);
    }
  }

  /**
   * Writes that it is done.
   *
   * @param keysFound how many of the keys a row of the lake had
   */
  public void finish(int keysFound) throws IOException {
    found = keysFound;
    finished = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    write();
  }

  private void write() throws IOException {
    if (store != null) {
      store.replace(key, JSON.writeValueAsBytes(toTree()));
    }
  }

  public List<Erase.Result> results() {
    return List.copyOf(results);
  }

  /** What was done to the tables that are derived from this one. */
  public List<DerivedTable.Result> derived() {
    return List.copyOf(derived);
  }

  public List<String> holders() {
    return List.copyOf(holders);
  }

  /** How many letters may be of one of the keys, and stay. */
  public long undecided() {
    return undecided.values().stream().mapToLong(Positions::size).sum();
  }

  /** By date, those letters. */
  public TreeMap<LocalDate, Positions> undecidedLetters() {
    return new TreeMap<>(undecided);
  }

  /** How many keys there are. */
  public int keys() {
    return where.size();
  }

  /** How many of the keys a row of the lake had. */
  public int found() {
    return found;
  }

  /** How many rows are to go and stay for now. */
  public long left() {
    return results.stream().mapToLong(Erase.Result::left).sum()
        + derived.stream().mapToLong(DerivedTable.Result::left).sum();
  }

  /** Whether all is gone that is to go, as far as this run has seen. */
  public boolean isDone() {
    return undecided.isEmpty()
        && results.stream().allMatch(Erase.Result::isDone)
        && derived.stream().allMatch(DerivedTable.Result::isDone);
  }

  /** The record as JSON, in one line. */
  public String toJson() throws IOException {
    return JSON.writeValueAsString(toTree());
  }

  private ObjectNode toTree() {
    ObjectNode json = Format.begin(FORMAT);
    json.put("table", table).put("begun", begun.toString());
    if (finished != null) {
      json.put("finished", finished.toString());
    }
    json.put("dry_run", dryRun);
    json.putObject("where").put("column", where.path()).put("keys", where.size());
    json.put("keys_found", found).put("done", finished != null && isDone());
    ArrayNode dates = json.putArray("dates");
    for (Erase.Result result : results) {
      if (result.rows() == 0 && result.isDone() && result.kept() == null && result.removed() == 0) {
        continue;
      }
      ObjectNode node = dates.addObject();
      node.put("table", result.table()).put("date", result.date().toString());
      node.put("files", result.files()).put("rewritten", result.rewritten());
      node.put("rows", result.rows()).put("records", result.records());
      node.put("left", result.left()).put("unsettled", result.unsettled());
      node.put("removed", result.removed());
      if (result.kept() != null) {
        node.put("replaced_files_until", result.kept().toString());
      }
      if (result.why() != null) {
        node.put("why", result.why());
      }
    }
    ArrayNode tables = json.putArray("derived");
    derived.forEach(result -> put(tables.addObject(), result));
    ObjectNode letters = json.putObject("undecided");
    letters.put("letters", undecided());
    ObjectNode byDate = letters.putObject("dates");
    undecided.forEach((date, positions) -> ranges(byDate.putObject(date.toString()), positions));
    holders.forEach(json.putArray("still_held_by")::add);
    return json;
  }

  private static void put(ObjectNode node, DerivedTable.Result result) {
    node.put("table", result.table());
    node.put("files", result.files()).put("rewritten", result.rewritten());
    node.put("rows", result.rows()).put("left", result.left());
    if (result.kept() != null) {
      node.put("replaced_files_until", result.kept().toString());
    }
    if (result.why() != null) {
      node.put("why", result.why());
    }
  }

  /** The first ranges of each partition, by source. */
  private static void ranges(ObjectNode node, Positions positions) {
    for (Positions.Partition partition : positions.partitions()) {
      ArrayNode array =
          node.withObjectProperty(partition.source()).putArray(String.valueOf(partition.number()));
      positions.ranges(partition).stream()
          .limit(MOST_RANGES)
          .forEach(range -> array.addArray().add(range.from()).add(range.to()));
    }
  }
}
