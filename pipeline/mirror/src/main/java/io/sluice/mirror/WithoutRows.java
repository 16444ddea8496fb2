package io.sluice.mirror;

import io.sluice.lake.Store;
import java.io.IOException;
import java.util.BitSet;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/** Writes a file of a bucket anew without some of its rows, in the schema that it has. */
final class WithoutRows implements AutoCloseable {
  /**
   * What is left.
   *
   * @param file null where no row is left
   * @param unknown how many values of the rows that went were not known
   */
  record Left(BucketFiles.@Nullable DataFile file, long unknown) {}

  private final Store store;
  private final String folder;
  private final String name;
  private final int zstdLevel;
  private final BitSet gone;
  private final MessageType schema;
  private MirrorFile.@Nullable Writer writer;
  private int row;
  private long unknown;

  private WithoutRows(
      Store store, String folder, String name, int zstdLevel, BitSet gone, MessageType schema) {
    this.store = store;
    this.folder = folder;
    this.name = name;
    this.zstdLevel = zstdLevel;
    this.gone = gone;
    this.schema = schema;
  }

  /**
   * Writes one.
   *
   * @param folder of the mirror
   * @param name of the new file, which nobody else writes
   */
  static Left write(
      Store store, String folder, Store.Entry file, BitSet gone, String name, int zstdLevel)
      throws IOException {
    MessageType schema = MirrorFile.schema(store, file);
    try (WithoutRows copy = new WithoutRows(store, folder, name, zstdLevel, gone, schema)) {
      MirrorFile.read(store, file, schema, copy::take);
      MirrorFile.Writer writer = copy.writer;
      return new Left(writer == null ? null : writer.finish(name), copy.unknown);
    }
  }

  private void take(Group group) throws IOException {
    boolean isGone = gone.get(row);
    row++;
    if (isGone) {
      unknown += unknown(group);
      return;
    }
    MirrorFile.Writer to = writer;
    if (to == null) {
      to = new MirrorFile.Writer(store, folder + "/" + name, schema, zstdLevel);
      writer = to;
    }
    to.add(group);
  }

  private long unknown(Group group) throws IOException {
    if (!schema.containsField(MirrorTable.MISSING)) {
      return 0;
    }
    int field = schema.getFieldIndex(MirrorTable.MISSING);
    return group.getFieldRepetitionCount(field) == 0
        ? 0
        : KeyState.decodeMissing(group.getBinary(field, 0).getBytes()).values().stream()
            .filter(fill -> !fill.isKnown())
            .count();
  }

  @Override
  public void close() {
    if (writer != null) {
      writer.close();
    }
  }
}
