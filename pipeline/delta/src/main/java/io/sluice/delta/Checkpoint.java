package io.sluice.delta;

import io.sluice.delta.AddFile.DeletionVector;
import io.sluice.lake.Store;
import io.sluice.lake.StoreInputFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.InitContext;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint of a log: all that is true of a version, in Parquet, so that nobody has to read the
 * commits before it.
 *
 * @param parts the files that it consists of
 */
record Checkpoint(long version, List<Store.Entry> parts) {
  Checkpoint {
    parts = List.copyOf(parts);
  }

  /** Gets what a checkpoint has. */
  interface Rows {
    default void protocol(Protocol protocol) {}

    default void metadata(Metadata metadata) {}

    /** How far an application has come that writes into the table. */
    default void transaction(Transaction transaction) {}

    default void file(AddFile file) throws IOException {}
  }

  /**
   * How far an application has come that writes into the table.
   *
   * @param updated in milliseconds since the epoch
   */
  record Transaction(String application, long version, @Nullable Long updated) {}

  /**
   * Reads all but files.
   *
   * @throws IOException where it cannot be read
   */
  void readHead(Store store, Rows rows) throws IOException {
    read(store, Set.of("protocol", "metaData", "txn"), Set.of(), rows);
  }

  /**
   * Reads the files, one after the other.
   *
   * @param withStats whether they are to have statistics, which are most of a checkpoint
   */
  void readFiles(Store store, boolean withStats, Rows rows) throws IOException {
    read(store, Set.of("add"), withStats ? Set.of() : Set.of("stats"), rows);
  }

  private void read(Store store, Set<String> actions, Set<String> without, Rows rows)
      throws IOException {
    for (Store.Entry part : parts) {
      StoreInputFile file = new StoreInputFile(store, part);
      try (ParquetReader<Group> reader = new Opening(file, actions, without).build()) {
        for (Group row = reader.read(); row != null; row = reader.read()) {
          accept(row, rows);
        }
      } catch (IOException | RuntimeException e) {
        file.throwFailure();
        throw new IOException(
            store.root()
                + "/"
                + part.key()
                + ": the checkpoint cannot be read ("
                + String.valueOf(e.getMessage()).lines().findFirst().orElse("")
                + "): delete it and _last_checkpoint beside it; where the commits before it are"
                + " gone, delete all of _delta_log, which is made anew",
            e);
      }
    }
  }

  private static void accept(Group row, Rows rows) throws IOException {
    Group add = group(row, "add");
    if (add != null) {
      rows.file(
          new AddFile(
              add.getString("path", 0),
              texts(group(add, "partitionValues")),
              number(add, "size"),
              number(add, "modificationTime"),
              text(add, "stats"),
              texts(group(add, "tags")),
              deletes(group(add, "deletionVector"))));
    }
    Group metadata = group(row, "metaData");
    if (metadata != null) {
      rows.metadata(
          new Metadata(
              metadata.getString("id", 0),
              text(metadata, "name"),
              text(metadata, "description"),
              metadata.getString("schemaString", 0),
              list(group(metadata, "partitionColumns")),
              texts(group(metadata, "configuration")),
              has(metadata, "createdTime") ? Long.valueOf(number(metadata, "createdTime")) : null));
    }
    Group protocol = group(row, "protocol");
    if (protocol != null) {
      rows.protocol(
          new Protocol(
              protocol.getInteger("minReaderVersion", 0),
              protocol.getInteger("minWriterVersion", 0),
              Set.copyOf(list(group(protocol, "readerFeatures"))),
              Set.copyOf(list(group(protocol, "writerFeatures")))));
    }
    Group transaction = group(row, "txn");
    if (transaction != null) {
      rows.transaction(
          new Transaction(
              transaction.getString("appId", 0),
              number(transaction, "version"),
              has(transaction, "lastUpdated")
                  ? Long.valueOf(number(transaction, "lastUpdated"))
                  : null));
    }
  }

  private static @Nullable DeletionVector deletes(@Nullable Group group) {
    return group == null
        ? null
        : new DeletionVector(
            group.getString("storageType", 0),
            group.getString("pathOrInlineDv", 0),
            has(group, "offset") ? Integer.valueOf(group.getInteger("offset", 0)) : null,
            group.getInteger("sizeInBytes", 0),
            number(group, "cardinality"));
  }

  private static boolean has(Group group, String field) {
    return group.getType().containsField(field) && group.getFieldRepetitionCount(field) > 0;
  }

  private static @Nullable Group group(Group of, String field) {
    return has(of, field) ? of.getGroup(field, 0) : null;
  }

  private static @Nullable String text(Group of, String field) {
    return has(of, field) ? of.getString(field, 0) : null;
  }

  private static long number(Group of, String field) {
    return has(of, field) ? of.getLong(field, 0) : 0;
  }

  /** The texts of a list: writers call the fields within it differently. */
  private static List<String> list(@Nullable Group list) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; list != null && i < list.getFieldRepetitionCount(0); i++) {
      texts.add(list.getGroup(0, i).getString(0, 0));
    }
    return texts;
  }

  private static Map<String, @Nullable String> texts(@Nullable Group map) {
    Map<String, @Nullable String> texts = new TreeMap<>();
    for (int i = 0; map != null && i < map.getFieldRepetitionCount(0); i++) {
      Group entry = map.getGroup(0, i);
      texts.put(
          entry.getString(0, 0),
          entry.getFieldRepetitionCount(1) > 0 ? entry.getString(1, 0) : null);
    }
    return texts;
  }

  /** Opens a file for what is asked of it: it may have less, and more. */
  private static final class Opening extends ParquetReader.Builder<Group> {
    private static final Set<String> OF_A_FILE =
        Set.of(
            "path",
            "partitionValues",
            "size",
            "modificationTime",
            "stats",
            "tags",
            "deletionVector");

    private final Set<String> actions;
    private final Set<String> without;

    Opening(InputFile file, Set<String> actions, Set<String> without) {
      super(file, new PlainParquetConfiguration());
      this.actions = actions;
      this.without = without;
    }

    @Override
    protected ReadSupport<Group> getReadSupport() {
      return new GroupReadSupport() {
        @Override
        public ReadContext init(InitContext context) {
          return new ReadContext(asked(context.getFileSchema()));
        }
      };
    }

    private MessageType asked(MessageType has) {
      List<Type> fields = new ArrayList<>();
      for (Type action : has.getFields()) {
        if (actions.contains(action.getName())) {
          fields.add(action.getName().equals("add") ? asked(action.asGroupType()) : action);
        }
      }
      return new MessageType(has.getName(), fields);
    }

    private GroupType asked(GroupType add) {
      return add.withNewFields(
          add.getFields().stream()
              .filter(
                  field ->
                      OF_A_FILE.contains(field.getName()) && !without.contains(field.getName()))
              .toList());
    }
  }
}
