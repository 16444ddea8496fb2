package io.sluice.delta;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.delta.Checkpoint.Rows;
import io.sluice.delta.Checkpoint.Transaction;
import io.sluice.lake.Parallel;
import io.sluice.lake.Store;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of a table, {@code _delta_log} in its folder: commits by number, each created where none
 * was, and checkpoints of some. It is read anew each time.
 */
final class DeltaLog {
  /** So many commits that a checkpoint has taken in are looked at for whose they are. */
  private static final int MOST_BEFORE = 10;

  private static final Logger LOG = LoggerFactory.getLogger(DeltaLog.class);
  private static final String FOLDER = "/_delta_log/";
  private static final String LAST = "_last_checkpoint";
  private static final Pattern NAME =
      Pattern.compile("(\\d{20})\\.(?:json|checkpoint(?:\\.(\\d{10})\\.(\\d{10}))?\\.parquet)");

  /** Names of so many versions have a beginning of their own, by which they are listed. */
  private static final long BLOCK = 100;

  private final Store store;
  private final String folder;

  /**
   * @param store the lake's
   * @param table the name of the table's folder
   */
  DeltaLog(Store store, String table) {
    this.store = store;
    this.folder = table + FOLDER;
  }

  /** Where it is, for messages. */
  String place() {
    return store.root() + "/" + folder;
  }

  private String key(long version, String end) {
    return folder + String.format("%020d", version) + end;
  }

  /** What a list of the log has: commits, and checkpoints of which all parts are there. */
  private static final class Listed {
    private final TreeMap<Long, Store.Entry> commits = new TreeMap<>();
    private final TreeMap<Long, Checkpoint> checkpoints = new TreeMap<>();

    static Listed of(List<Store.Entry> entries) {
      Listed listed = new Listed();
      Map<String, List<Store.Entry>> parts = new TreeMap<>();
      for (Store.Entry entry : entries) {
        Matcher name = NAME.matcher(entry.key().substring(entry.key().lastIndexOf('/') + 1));
        if (!name.matches()) {
          continue;
        }
        long version = Long.parseLong(name.group(1));
        if (name.group().endsWith(".json")) {
          listed.commits.put(version, entry);
        } else if (name.group(2) == null) {
          listed.checkpoints.put(version, new Checkpoint(version, List.of(entry)));
        } else {
          List<Store.Entry> all =
              parts.computeIfAbsent(version + "/" + name.group(3), any -> new ArrayList<>());
          all.add(entry);
          if (all.size() == Integer.parseInt(name.group(3))) {
            listed.checkpoints.putIfAbsent(version, new Checkpoint(version, all));
          }
        }
      }
      return listed;
    }

    boolean has(long version) {
      return commits.containsKey(version) || checkpoints.containsKey(version);
    }
  }

  /**
   * Reads the log.
   *
   * @throws IOException where it cannot be read, or has a gap
   */
  LogState read() throws IOException {
    Listed listed = list();
    Map.Entry<Long, Checkpoint> newest = listed.checkpoints.lastEntry();
    LogState state = LogState.of(store, newest == null ? null : newest.getValue());
    List<Store.Entry> commits = new ArrayList<>();
    for (Map.Entry<Long, Store.Entry> commit :
        listed.commits.tailMap(state.version(), false).entrySet()) {
      long next = state.version() + 1 + commits.size();
      if (commit.getKey() != next) {
        throw new IOException(
            place()
                + ": commit "
                + next
                + " is missing, and "
                + commit.getKey()
                + " is there: put it back, or delete those that came after it; or delete all of"
                + " _delta_log, which is made anew");
      }
      commits.add(commit.getValue());
    }
    List<byte[]> contents =
        Parallel.map(
            commits,
            Parallel.THREADS,
            "reading " + place(),
            commit ->
                store
                    .read(commit.key())
                    .orElseThrow(() -> new IOException(commit.key() + " was deleted just now")));
    for (byte[] content : contents) {
      accept(state, state.version() + 1, content);
    }
    if (state.version() >= 0 && (state.protocol() == null || state.metadata() == null)) {
      throw new IOException(
          place() + ": says nothing of the table's schema: delete it; it is made anew");
    }
    return state;
  }

  /**
   * The commits since Sluice's last one that add or remove files, in words. Spark writes a
   * checkpoint behind a restore at once, so the latest of those before it are looked at, too.
   */
  List<String> foreign(LogState state) throws IOException {
    List<String> foreign = new ArrayList<>(state.foreign());
    long version = state.version() - state.sinceCheckpoint();
    boolean isOurs = state.hasOurs();
    for (int i = 0; i < MOST_BEFORE && version >= 0 && !isOurs; i++) {
      Optional<byte[]> content = store.read(key(version, ".json"));
      if (content.isEmpty()) {
        break;
      }
      LogState one = LogState.of(store, null);
      accept(one, version, content.get());
      foreign.addAll(0, one.foreign());
      isOurs = one.hasOurs();
      version--;
    }
    return foreign;
  }

  private void accept(LogState state, long version, byte[] content) throws IOException {
    actions(version, content).forEach(state::accept);
    state.accepted(version);
  }

  private List<JsonNode> actions(long version, byte[] content) throws IOException {
    List<JsonNode> actions = new ArrayList<>();
    for (String line : new String(content, UTF_8).split("\n", -1)) {
      if (!line.isBlank()) {
        try {
          actions.add(DeltaType.JSON.readTree(line));
        } catch (JsonProcessingException e) {
          throw new IOException(
              place()
                  + ": commit "
                  + version
                  + " is no JSON: delete it with those that came after it, or delete all of"
                  + " _delta_log, which is made anew",
              e);
        }
      }
    }
    return actions;
  }

  /**
   * How far an application said it was in the commits that were the last one at any time since
   * then; in commits of others since it was where it was before.
   *
   * @param since by the store's clock
   * @throws IOException where a commit cannot be read
   */
  Set<Long> transactions(String application, Instant since) throws IOException {
    Set<Long> versions = new TreeSet<>();
    for (Map.Entry<Long, Store.Entry> commit :
        Listed.of(store.list(folder)).commits.descendingMap().entrySet()) {
      Optional<byte[]> content = store.read(commit.getValue().key());
      if (content.isEmpty()) {
        break;
      }
      boolean isThere = false;
      for (JsonNode action : actions(commit.getKey(), content.get())) {
        Transaction transaction = ActionJson.transaction(action.path("txn"));
        if (transaction != null && transaction.application().equals(application)) {
          versions.add(transaction.version());
          isThere = true;
        }
      }
      if (isThere && commit.getValue().modified().isBefore(since)) {
        break;
      }
    }
    return versions;
  }

  /** Lists from the last checkpoint on; all, where nobody says which it is. */
  private Listed list() throws IOException {
    OptionalLong last = lastCheckpoint();
    if (last.isPresent()) {
      List<Store.Entry> entries = new ArrayList<>();
      long block = last.getAsLong() / BLOCK;
      Listed listed;
      do {
        entries.addAll(store.list(folder + String.format("%018d", block)));
        listed = Listed.of(entries);
        block++;
      } while (listed.has(block * BLOCK - 1));
      if (listed.checkpoints.containsKey(last.getAsLong())) {
        return listed;
      }
    }
    return Listed.of(store.list(folder));
  }

  private OptionalLong lastCheckpoint() throws IOException {
    Optional<byte[]> last = store.read(folder + LAST);
    if (last.isPresent()) {
      try {
        JsonNode version = DeltaType.JSON.readTree(last.get()).path("version");
        if (version.isIntegralNumber() && version.asLong() >= 0) {
          return OptionalLong.of(version.asLong());
        }
      } catch (IOException e) {
        LOG.warn("{}{} is no JSON: the log is listed from its beginning", place(), LAST);
      }
    }
    return OptionalLong.empty();
  }

  /**
   * Writes a commit.
   *
   * @return whether it is this one that is there; else another has the number
   * @throws IOException where that is not known
   */
  boolean commit(long version, List<ObjectNode> actions) throws IOException {
    StringBuilder text = new StringBuilder();
    actions.forEach(action -> text.append(action).append('\n'));
    return store.create(
        key(version, ".json"), text.toString().getBytes(UTF_8), UUID.randomUUID().toString());
  }

  /** Writes a checkpoint of what the log says now; one that is there already stays. */
  void checkpoint() throws IOException {
    LogState state = read();
    if (state.sinceCheckpoint() == 0) {
      return;
    }
    long actions;
    try (Store.Upload upload =
        store.begin(key(state.version(), ".checkpoint.parquet"), UUID.randomUUID().toString())) {
      actions = write(state, upload.stream());
      if (upload.commit() != Store.Outcome.COMMITTED) {
        // Another one was faster, and says which it is.
        return;
      }
    }
    ObjectNode last =
        DeltaType.JSON.createObjectNode().put("version", state.version()).put("size", actions);
    store.replace(folder + LAST, last.toString().getBytes(UTF_8), "application/json");
  }

  private static long write(LogState state, OutputStream out) throws IOException {
    CheckpointWriter writer = new CheckpointWriter(out);
    try (writer) {
      writer.write(Objects.requireNonNull(state.protocol()));
      writer.write(Objects.requireNonNull(state.metadata()));
      for (Transaction transaction : state.transactions()) {
        writer.write(transaction);
      }
      state.forEachFile(
          true,
          new Rows() {
            @Override
            public void file(AddFile file) throws IOException {
              writer.write(file);
            }
          });
    }
    return writer.actions();
  }
}
