package io.sluice.cli;

import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.Wording;
import io.sluice.contract.Contract;
import io.sluice.erase.Erase;
import io.sluice.erase.EraseRecord;
import io.sluice.follow.FollowerKind;
import io.sluice.lake.Store;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** Says who may still hold what was erased from a lake, and what ends that. */
final class Holders {
  private final SluiceOptions options;
  private final Contract contract;
  private final EraseRecord record;

  Holders(SluiceOptions options, Contract contract, EraseRecord record) {
    this.options = options;
    this.contract = contract;
    this.record = record;
  }

  /** Adds what the lake's store holds, and all that is beside the lake. */
  void addLake(Store lake) throws IOException {
    replaced();
    versions(lake);
    followers();
    record.holder(
        "the topic of "
            + contract.table()
            + ": Kafka has the records until its retention is over, and a compacted topic until a"
            + " later record of the same key, or a tombstone, is cleaned");
    String deadLetterTopic = options.getDeadLetterTopic();
    if (deadLetterTopic != null) {
      record.holder(
          "the topic "
              + deadLetterTopic
              + ": the dead letters that were sent there, until its"
              + " retention is over");
    }
    if (options.getDeadLetters() == null) {
      record.holder("the dead letters, which were not looked at: name them with --deadLetters");
    }
    record.holder(
        "the job's checkpoints and savepoints: rows that it has read and not written yet. What"
            + " comes later is not erased: run this again once it is older than --settle");
    record.holder(
        "what was copied from the lake: backups, replicas of the bucket, exports, results of"
            + " queries");
  }

  private void replaced() {
    List<Erase.Result> kept =
        record.results().stream().filter(result -> result.kept() != null).toList();
    if (!kept.isEmpty()) {
      Instant until =
          kept.stream()
              .map(Erase.Result::kept)
              .filter(Objects::nonNull)
              .max(Comparator.naturalOrder())
              .orElseThrow();
      record.holder(
          "the replaced files of "
              + Wording.count(kept.size(), "date")
              + ": they stay until "
              + until
              + " for readers of old snapshots (--grace); run this again then, which deletes them");
    }
  }

  /** Adds what a store of one of the tables holds. */
  void versions(Store store) throws IOException {
    switch (store.versions()) {
      case NONE -> {
        // What is deleted is gone.
      }
      case KEPT ->
          record.holder(
              store.root()
                  + ": its bucket has versions, so deleted files stay as noncurrent ones: a"
                  + " lifecycle rule with NoncurrentVersionExpiration, or s3:DeleteObjectVersion"
                  + " by hand, ends that");
      case NOT_SAID ->
          record.holder(
              store.root()
                  + ": it does not say whether its bucket has versions, in which deleted files"
                  + " would stay: allow s3:GetBucketVersioning, or look");
    }
  }

  private void followers() {
    List<String> names = SluiceConfig.followers(options);
    for (String name : names) {
      if (FollowerKind.named("publish", name).hasSnapshots()) {
        record.holder(
            "old snapshots of follower "
                + name
                + ": they lead to the replaced files while these are there, and have the least and"
                + " greatest value of each column of them in their metadata until they expire: see"
                + " docs/operations.md, Erasure");
      }
    }
    if (names.isEmpty()) {
      record.holder(
          "what follows the table, if something does: it was not told; name it with --publish");
    }
  }
}
