package io.sluice.mirror;

import io.sluice.lake.Store;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * Puts the changes of a bucket to what it has: the changes are held, each key's once, and the
 * present rows go by one at a time. For one bucket.
 */
final class BucketMerge {
  /**
   * What every merge of a run is told.
   *
   * @param folder of the mirror
   * @param run that tells this run's files apart
   * @param truncated the last truncate that is known of; null for none
   * @param keptSince deletes before this time, in microseconds since the epoch, are not kept
   */
  record Settings(
      MirrorTable table,
      String folder,
      String run,
      @Nullable Order truncated,
      long keptSince,
      int zstdLevel)
      implements java.io.Serializable {}

  /**
   * What became of a bucket.
   *
   * @param changed how many keys had changes
   * @param late changes that came after the delete of their key may have been forgotten, and were
   *     left out
   */
  record Merged(BucketFiles files, long changed, long late, long newest, @Nullable Order truncated)
      implements java.io.Serializable {}

  private final Store store;
  private final Settings settings;
  private final int bucket;
  private final BucketFiles before;
  private final MessageType schema;
  private final MessageType fileSchema;
  private final ChangeReader reader;
  private final Map<KeyBytes, KeyState> changes = new HashMap<>();
  private @Nullable Order truncated;
  private @Nullable Order forgotten;
  private long newest = Long.MIN_VALUE;
  private long changed;
  private long late;
  private long unknown;
  private MirrorFile.@Nullable Writer rows;
  private MirrorFile.@Nullable Writer deleted;

  BucketMerge(Store store, Settings settings, int bucket, BucketFiles before) {
    this.store = store;
    this.settings = settings;
    this.bucket = bucket;
    this.before = before;
    this.schema = settings.table().schema();
    this.fileSchema = settings.table().fileSchema();
    this.reader = new ChangeReader(settings.table());
    this.truncated = settings.truncated();
    this.forgotten = before.forgotten();
  }

  void add(KeyState change) {
    newest = Math.max(newest, change.order().micros());
    changes.merge(new KeyBytes(change.key()), change, this::merge);
  }

  void truncate(Order order) {
    newest = Math.max(newest, order.micros());
    if (truncated == null || order.compare(truncated) > 0) {
      truncated = order;
    }
  }

  private KeyState merge(KeyState one, KeyState other) {
    return KeyState.merge(
        one, other, (to, from, columns) -> ChangeReader.fill(schema, to, from, columns));
  }

  private boolean isTruncated(KeyState state) {
    return truncated != null && state.order().compare(truncated) < 0;
  }

  /** Writes the bucket anew, as files that nobody names yet. */
  Merged write() throws IOException {
    changes.values().removeIf(this::isTruncated);
    changed = changes.size();
    String suffix = settings.run() + "-" + UUID.randomUUID().toString().substring(0, 8);
    try {
      readBefore(before.rows(), false, suffix);
      readBefore(before.deleted(), true, suffix);
      for (KeyState change : changes.values()) {
        Order lost = before.forgotten();
        if (lost != null && change.order().compare(lost) < 0) {
          late += change.isDeleted() ? 0 : 1;
        } else {
          put(change, Groups.decode(schema, change.row()), suffix);
        }
      }
      return new Merged(
          new BucketFiles(
              rows == null ? null : rows.finish(rowsName(suffix)),
              deleted == null ? null : deleted.finish(deletedName(suffix)),
              unknown,
              forgotten),
          changed,
          late,
          newest,
          truncated);
    } finally {
      if (rows != null) {
        rows.close();
      }
      if (deleted != null) {
        deleted.close();
      }
    }
  }

  private String rowsName(String suffix) {
    return BucketFiles.rowsName(bucket, suffix);
  }

  private String deletedName(String suffix) {
    return BucketFiles.deletedName(bucket, suffix);
  }

  private void readBefore(BucketFiles.@Nullable DataFile file, boolean isDeleted, String suffix)
      throws IOException {
    if (file == null) {
      return;
    }
    Store.Entry entry =
        new Store.Entry(settings.folder() + "/" + file.name(), file.bytes(), Instant.EPOCH);
    MirrorFile.read(
        store,
        entry,
        fileSchema,
        row -> {
          KeyState present = reader.present(row, isDeleted);
          KeyState change = changes.remove(new KeyBytes(present.key()));
          if (change == null) {
            if (!isTruncated(present)) {
              put(present, row, suffix);
            }
            return;
          }
          KeyState whole =
              new KeyState(
                  present.key(),
                  present.order(),
                  isDeleted,
                  Groups.encode(Groups.in(schema, row)),
                  present.missing());
          KeyState merged = merge(whole, change);
          if (!isTruncated(merged)) {
            put(merged, Groups.decode(schema, merged.row()), suffix);
          }
        });
  }

  private void put(KeyState state, Group row, String suffix) throws IOException {
    if (state.isDeleted()) {
      putDeleted(state, row, suffix);
      return;
    }
    unknown += state.unknown();
    MirrorFile.Writer to = rows;
    if (to == null) {
      to = writer(rowsName(suffix));
      rows = to;
    }
    to.add(whole(row, KeyState.encodeMissing(state.missing())));
  }

  private void putDeleted(KeyState state, Group row, String suffix) throws IOException {
    if (state.order().micros() < settings.keptSince()) {
      if (forgotten == null || state.order().compare(forgotten) > 0) {
        forgotten = state.order();
      }
      return;
    }
    MirrorFile.Writer to = deleted;
    if (to == null) {
      to = writer(deletedName(suffix));
      deleted = to;
    }
    to.add(whole(row, null));
  }

  private MirrorFile.Writer writer(String name) throws IOException {
    return new MirrorFile.Writer(
        store, settings.folder() + "/" + name, fileSchema, settings.zstdLevel());
  }

  private Group whole(Group row, byte @Nullable [] missing) {
    Group whole = Groups.in(fileSchema, row);
    int field = fileSchema.getFieldIndex(MirrorTable.MISSING);
    if (missing != null && whole.getFieldRepetitionCount(field) == 0) {
      whole.add(field, Binary.fromConstantByteArray(missing));
    }
    return whole;
  }
}
