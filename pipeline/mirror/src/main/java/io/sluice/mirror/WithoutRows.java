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

  /** The store did not take what is left: it says nothing of the file that was read. */
  static final class NotWrittenException extends IOException {
    private static final long serialVersionUID = 1L;

    NotWrittenException(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

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
   * @throws NotWrittenException where that cannot be written; all else is of the file that is read
   */
  static Left write(
      Store store, String folder, Store.Entry file, BitSet gone, String name, int zstdLevel)
      throws IOException {
    MessageType schema = MirrorFile.schema(store, file);
    try (WithoutRows copy = new WithoutRows(store, folder, name, zstdLevel, gone, schema)) {
      MirrorFile.read(store, file, schema, copy::take);
      return new Left(copy.finish(), copy.unknown);
    }
  }

  private BucketFiles.@Nullable DataFile finish() throws NotWrittenException {
    try {
      return writer == null ? null : writer.finish(name);
    } catch (IOException e) {
      throw new NotWrittenException(e);
    }
  }

  private void take(Group group) throws IOException {
    boolean isGone = gone.get(row);
    row++;
    if (isGone) {
      unknown += unknown(group);
      return;
    }
    try {
      MirrorFile.Writer to = writer;
      if (to == null) {
        to = new MirrorFile.Writer(store, folder + "/" + name, schema, zstdLevel);
        writer = to;
      }
      to.add(group);
    } catch (IOException e) {
      throw new NotWrittenException(e);
    }
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
