package io.sluice.delta;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.delta.Checkpoint.Rows;
import io.sluice.delta.Checkpoint.Transaction;
import io.sluice.lake.Store;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a log says at one version. The files of its checkpoint are read when they are asked for, and
 * held by nobody: so memory grows with the commits since, and not with the table.
 */
final class LogState {
  private static final String NO_WORDS = "which does not say whose";

  private final Store store;
  private final @Nullable Checkpoint checkpoint;
  private long version;
  private @Nullable Protocol protocol;
  private @Nullable Metadata metadata;
  private @Nullable Instant committed;

  /** Of the commit that is being taken in. */
  private boolean isOurs;

  private boolean hasOurs;
  private boolean hasFiles;
  private String words = NO_WORDS;
  private final List<String> foreign = new ArrayList<>();
  private final Map<String, Transaction> transactions = new TreeMap<>();

  /** What the commits since have added, or removed. */
  private final Map<String, Optional<AddFile>> since = new LinkedHashMap<>();

  private LogState(Store store, @Nullable Checkpoint checkpoint) {
    this.store = store;
    this.checkpoint = checkpoint;
    this.version = checkpoint == null ? -1 : checkpoint.version();
  }

  /** The state of a log without commits since its checkpoint; without one it is that of no log. */
  static LogState of(Store store, @Nullable Checkpoint checkpoint) throws IOException {
    LogState state = new LogState(store, checkpoint);
    if (checkpoint != null) {
      checkpoint.readHead(
          store,
          new Rows() {
            @Override
            public void protocol(Protocol protocol) {
              state.protocol = protocol;
            }

            @Override
            public void metadata(Metadata metadata) {
              state.metadata = metadata;
            }

            @Override
            public void transaction(Transaction transaction) {
              state.transactions.put(transaction.application(), transaction);
            }
          });
    }
    return state;
  }

  /** Takes the next commit's action in; those that say nothing of the state are passed over. */
  void accept(JsonNode action) {
    JsonNode add = action.path("add");
    if (add.isObject()) {
      AddFile file = ActionJson.add(add);
      since.put(file.key(), Optional.of(file));
    }
    JsonNode remove = action.path("remove");
    if (remove.isObject()) {
      since.put(
          AddFile.key(
              remove.path("path").asText(), ActionJson.deletes(remove.path("deletionVector"))),
          Optional.empty());
    }
    hasFiles |= add.isObject() || remove.isObject();
    JsonNode info = action.path("commitInfo");
    if (info.isObject()) {
      String engine = info.path("engineInfo").asText("");
      isOurs |= engine.startsWith(CommitActions.ENGINE);
      words = info.path("operation").asText("?") + (engine.isEmpty() ? "" : " by " + engine);
    }
    JsonNode timestamp = info.path("timestamp");
    if (timestamp.isIntegralNumber()) {
      committed = Instant.ofEpochMilli(timestamp.asLong());
    }
    Transaction transaction = ActionJson.transaction(action.path("txn"));
    if (transaction != null) {
      transactions.put(transaction.application(), transaction);
    }
    if (action.path("metaData").isObject()) {
      metadata = ActionJson.metadata(action.path("metaData"));
    }
    if (action.path("protocol").isObject()) {
      protocol = ActionJson.protocol(action.path("protocol"));
    }
  }

  /** The commit was taken in. */
  void accepted(long commit) {
    version = commit;
    if (isOurs) {
      foreign.clear();
      hasOurs = true;
    } else if (hasFiles) {
      foreign.add("commit " + commit + ", " + words);
    }
    isOurs = false;
    hasFiles = false;
    words = NO_WORDS;
  }

  /**
   * The commits since Sluice's last one that add or remove files, in words; those that a checkpoint
   * has taken in are not among them.
   */
  List<String> foreign() {
    return foreign;
  }

  /** Whether one of the commits that were taken in is Sluice's. */
  boolean hasOurs() {
    return hasOurs;
  }

  /** The number of the last commit; -1 where there is none. */
  long version() {
    return version;
  }

  /**
   * When the last commit was made, by the clock of who made it; null where it does not say, and
   * where there is none since the checkpoint.
   */
  @Nullable Instant committed() {
    return committed;
  }

  /** The commits that readers have to read one by one. */
  long sinceCheckpoint() {
    return version - (checkpoint == null ? -1 : checkpoint.version());
  }

  /** The files of these commits, which are held in memory. */
  int filesSinceCheckpoint() {
    return since.size();
  }

  @Nullable Protocol protocol() {
    return protocol;
  }

  @Nullable Metadata metadata() {
    return metadata;
  }

  Iterable<Transaction> transactions() {
    return transactions.values();
  }

  /**
   * Gives out the files of the table.
   *
   * @param withStats whether those of the checkpoint are to have statistics
   */
  void forEachFile(boolean withStats, Rows to) throws IOException {
    if (checkpoint != null) {
      checkpoint.readFiles(
          store,
          withStats,
          new Rows() {
            @Override
            public void file(AddFile file) throws IOException {
              if (!since.containsKey(file.key())) {
                to.file(file);
              }
            }
          });
    }
    for (Optional<AddFile> file : since.values()) {
      if (file.isPresent()) {
        to.file(file.get());
      }
    }
  }
}
