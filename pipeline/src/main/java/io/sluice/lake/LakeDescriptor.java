package io.sluice.lake;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.UserException;
import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.contract.Contract;
import io.sluice.contract.Table;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is fixed for a table once: the object {@code _sluice/TABLE.json}. Its format is that of the
 * table as a whole: a version that writes what older ones would take for something else raises it
 * first, so that these refuse to start.
 *
 * @param shards into how many logs each date is divided
 * @param resharded whether there ever was another number
 * @param timestamps what {@code timestamp} alone means in its contracts
 */
public record LakeDescriptor(int shards, boolean resharded, Timestamp.Unit timestamps)
    implements java.io.Serializable {
  public static final int DEFAULT_SHARDS = 4;
  private static final int FORMAT = 1;

  /** Of a lake that may have rewritten files, whose names an older version does not know. */
  private static final int FORMAT_WITH_REWRITES = 2;

  /**
   * Of a lake whose timestamps are microseconds, where an older version would write another unit.
   */
  private static final int FORMAT_WITH_MICROS = 3;

  private static final String TIMESTAMPS = "timestamps";

  private static final String MICROS = "micros";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final LakeObject.Kind KIND =
      new LakeObject.Kind(
          "table",
          FORMAT_WITH_MICROS,
          "restore it from a backup; without one, stop the jobs that write there, delete it and"
              + " start one with --reshard, which writes it anew and looks for each row in all"
              + " files");

  /** That of a table which this version begins. */
  public LakeDescriptor(int shards, boolean resharded) {
    this(shards, resharded, Timestamp.Unit.MICROS);
  }

  /**
   * Opens a table's descriptor, writing it where there is none, and lets no version start there any
   * more that does not know rewritten files: whoever rewrites them need not have the right to.
   *
   * @param shards the number asked for; null for what the lake has
   * @param reshard whether a changed number is meant; safe only while no other job writes
   * @throws UserException where the lake has another number, or lacks the descriptor and not the
   *     files: with other shards their rows would be appended once more
   */
  static LakeDescriptor open(Store store, Table table, @Nullable Integer shards, boolean reshard)
      throws IOException {
    String key = key(table);
    Optional<byte[]> found = read(store, table, reshard);
    if (found.isEmpty()) {
      // Where there are files all the same, their shards are not known: each log looks at all.
      LakeDescriptor fresh = new LakeDescriptor(shards == null ? DEFAULT_SHARDS : shards, reshard);
      byte[] json = fresh.toJson(table);
      if (store.create(key, json, Token.next())) {
        return fresh;
      }
      found = store.read(key);
      if (found.isEmpty()) {
        throw new IOException(
            store.root()
                + "/"
                + key
                + ": another was faster to write it, and it is not there; see what the store says of it");
      }
    }
    LakeDescriptor lake = parse(found.get(), store, key);
    if (shards == null || shards == lake.shards()) {
      if (format(found.get(), store, key) == FORMAT) {
        store.replace(key, lake.toJson(table));
      }
      return lake;
    }
    lake.require(store, table, shards, reshard);
    LakeDescriptor changed = new LakeDescriptor(shards, true, lake.timestamps());
    store.replace(key, changed.toJson(table));
    return changed;
  }

  /**
   * Says what {@link #open} would refuse, and writes nothing.
   *
   * @return what it would open
   */
  static LakeDescriptor look(Store store, Table table, @Nullable Integer shards, boolean reshard)
      throws IOException {
    Optional<byte[]> found = read(store, table, reshard);
    if (found.isEmpty()) {
      return new LakeDescriptor(shards == null ? DEFAULT_SHARDS : shards, reshard);
    }
    LakeDescriptor lake = parse(found.get(), store, key(table));
    lake.require(store, table, shards, reshard);
    return lake;
  }

  private static String key(Table table) {
    return "_sluice/" + table.name() + ".json";
  }

  /**
   * A table's descriptor, where the table was begun.
   *
   * @throws UserException where a newer version has changed the table's format, or the descriptor
   *     is gone and the table's files are not
   */
  public static Optional<LakeDescriptor> find(Store store, Table table) throws IOException {
    return read(store, table, false).map(json -> parse(json, store, key(table)));
  }

  /**
   * Makes sure that this version can read a table.
   *
   * @throws UserException where a newer version has changed its format
   */
  public static void requireReadable(Store store, Table table) throws IOException {
    store.read(key(table)).ifPresent(json -> parse(json, store, key(table)));
  }

  /**
   * The descriptor of a table that has to be there.
   *
   * @throws UserException where it is not, or as {@link #find}
   */
  static LakeDescriptor existing(Store store, Table table) throws IOException {
    return find(store, table)
        .orElseThrow(
            () ->
                new UserException(
                    store.root()
                        + " has no table "
                        + table.name()
                        + ": check "
                        + (table.dateColumn().equals(Contract.DATE_COLUMN)
                            ? "--lake"
                            : "--deadLetters")
                        + " and --contract"));
  }

  private static Optional<byte[]> read(Store store, Table table, boolean reshard)
      throws IOException {
    Optional<byte[]> found = store.read(key(table));
    if (found.isPresent() || reshard) {
      return found;
    }
    List<Store.Entry> files = LakeFiles.list(store, table);
    // A job that has just begun the table writes the descriptor first.
    found = files.isEmpty() ? found : store.read(key(table));
    if (found.isEmpty() && !files.isEmpty()) {
      throw new UserException(
          store.root()
              + "/"
              + key(table)
              + " is gone, and files of the table are there, such as "
              + files.get(0).key()
              + ": restore it from a backup; without one, stop the jobs that write there and start"
              + " one with --reshard, which writes it anew and looks for each row in all files");
    }
    return found;
  }

  /**
   * Makes sure that a number of shards is the lake's, or is meant to become it.
   *
   * @param wanted the number asked for; null for what the lake has
   * @throws UserException where it is another
   */
  public void require(Store store, Table table, @Nullable Integer wanted, boolean reshard) {
    if (wanted != null && wanted != shards && !reshard) {
      throw new UserException(
          store.root()
              + " was begun with "
              + shards
              + " shards for "
              + table.name()
              + ", --shards="
              + wanted
              + " differs: drop the flag, or add --reshard while no other job writes there");
    }
  }

  /**
   * Makes sure that no job that starts on a table takes rewritten files for none of its own.
   *
   * @throws UserException where an older version may still start there
   */
  public static void requireRewrites(Store store, Table table) throws IOException {
    String key = key(table);
    Optional<byte[]> found = store.read(key);
    if (found.isPresent() && format(found.get(), store, key) == FORMAT) {
      throw new UserException(
          store.root()
              + ": no job of this version has written "
              + table.name()
              + " yet, and one of an older version would duplicate rewritten files: upgrade the job first");
    }
  }

  private static int format(byte[] json, Store store, String key) {
    return LakeObject.of(store, key, KIND, json, node -> node.smallNumber(Format.FORMAT));
  }

  private byte[] toJson(Table table) throws IOException {
    boolean micros = timestamps == Timestamp.Unit.MICROS;
    ObjectNode json = Format.begin(micros ? FORMAT_WITH_MICROS : FORMAT_WITH_REWRITES);
    json.put("table", table.name()).put("dateColumn", table.dateColumn());
    json.put("shards", shards).put("resharded", resharded);
    if (micros) {
      json.put(TIMESTAMPS, MICROS);
    }
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
  }

  private static LakeDescriptor parse(byte[] json, Store store, String key) {
    return LakeObject.of(store, key, KIND, json, LakeDescriptor::of);
  }

  private static LakeDescriptor of(LakeObject json) {
    int shards = json.smallNumber("shards");
    if (shards < 1) {
      throw new IllegalArgumentException("there are no tables with 0 shards");
    }
    boolean resharded = json.flag("resharded");
    if (!json.has(TIMESTAMPS)) {
      return new LakeDescriptor(shards, resharded, Timestamp.Unit.MILLIS);
    }
    if (!json.text(TIMESTAMPS).equals(MICROS)) {
      throw new IllegalArgumentException(TIMESTAMPS + " is not " + MICROS);
    }
    return new LakeDescriptor(shards, resharded, Timestamp.Unit.MICROS);
  }
}
