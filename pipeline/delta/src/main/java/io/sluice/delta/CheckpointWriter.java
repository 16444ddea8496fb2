package io.sluice.delta;

import io.sluice.delta.AddFile.DeletionVector;
import io.sluice.delta.Checkpoint.Transaction;
import io.sluice.write.StreamOutputFile;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.jspecify.annotations.Nullable;

/**
 * Writes a checkpoint. Files that were removed are not in it: the lake deletes what is replaced, so
 * nobody waits with that for readers of older versions.
 */
final class CheckpointWriter implements AutoCloseable {
  private static final String TEXTS =
      " (MAP) { repeated group key_value { required binary key (STRING); optional binary value"
          + " (STRING); } }";
  private static final String LIST =
      " (LIST) { repeated group list { optional binary element (STRING); } }";

  /** The column of removed files is empty, and there for readers that ask for it. */
  private static final MessageType TYPE =
      MessageTypeParser.parseMessageType(
          "message checkpoint { optional group txn { required binary appId (STRING); required int64"
              + " version; optional int64 lastUpdated; } optional group add { required binary path"
              + " (STRING); required group partitionValues"
              + TEXTS
              + " required int64 size; required int64 modificationTime; required boolean"
              + " dataChange; optional binary stats (STRING); optional group tags"
              + TEXTS
              + " optional group deletionVector { required binary storageType (STRING); required"
              + " binary pathOrInlineDv (STRING); optional int32 offset; required int32"
              + " sizeInBytes; required int64 cardinality; } } optional group remove { required"
              + " binary path (STRING); optional int64 deletionTimestamp; required boolean"
              + " dataChange; } optional group metaData { required binary id (STRING); optional"
              + " binary name (STRING); optional binary description (STRING); required group format"
              + " { required binary provider (STRING); required group options"
              + TEXTS
              + " } required binary schemaString (STRING); required group partitionColumns"
              + LIST
              + " required group configuration"
              + TEXTS
              + " optional int64 createdTime; } optional group protocol { required int32"
              + " minReaderVersion; required int32 minWriterVersion; optional group readerFeatures"
              + LIST
              + " optional group writerFeatures"
              + LIST
              + " } }");

  private final ParquetWriter<Group> writer;
  private long actions;

  /**
   * @param out stays open
   */
  CheckpointWriter(OutputStream out) throws IOException {
    writer =
        ExampleParquetWriter.builder(new StreamOutputFile(out))
            .withType(TYPE)
            .withConf(new PlainParquetConfiguration())
            .withCompressionCodec(CompressionCodecName.SNAPPY)
            .build();
  }

  /** How many actions were written. */
  long actions() {
    return actions;
  }

  void write(Protocol protocol) throws IOException {
    Group row = row();
    Group group =
        row.addGroup("protocol")
            .append("minReaderVersion", protocol.reader())
            .append("minWriterVersion", protocol.writer());
    putFeatures(group, "readerFeatures", protocol.readerFeatures());
    putFeatures(group, "writerFeatures", protocol.writerFeatures());
    writer.write(row);
  }

  /** Versions before features have none, not even an empty list. */
  private static void putFeatures(Group to, String field, Set<String> features) {
    if (!features.isEmpty()) {
      put(to, field, features.stream().sorted().toList());
    }
  }

  void write(Metadata metadata) throws IOException {
    Group row = row();
    Group group = row.addGroup("metaData").append("id", metadata.id());
    put(group, "name", metadata.name());
    put(group, "description", metadata.description());
    group.addGroup("format").append("provider", "parquet").addGroup("options");
    group.append("schemaString", metadata.schemaString());
    put(group, "partitionColumns", metadata.partitionColumns());
    put(group, "configuration", metadata.configuration());
    putNumber(group, "createdTime", metadata.created());
    writer.write(row);
  }

  void write(Transaction transaction) throws IOException {
    Group row = row();
    Group group =
        row.addGroup("txn")
            .append("appId", transaction.application())
            .append("version", transaction.version());
    putNumber(group, "lastUpdated", transaction.updated());
    writer.write(row);
  }

  void write(AddFile file) throws IOException {
    Group row = row();
    Group add = row.addGroup("add").append("path", file.path());
    put(add, "partitionValues", file.partitionValues());
    add.append("size", file.size())
        .append("modificationTime", file.modified())
        .append("dataChange", false);
    put(add, "stats", file.stats());
    if (!file.tags().isEmpty()) {
      put(add, "tags", file.tags());
    }
    DeletionVector deletes = file.deletes();
    if (deletes != null) {
      Group vector =
          add.addGroup("deletionVector")
              .append("storageType", deletes.storageType())
              .append("pathOrInlineDv", deletes.pathOrInlineDv());
      Integer offset = deletes.offset();
      if (offset != null) {
        vector.append("offset", offset.intValue());
      }
      vector
          .append("sizeInBytes", deletes.sizeInBytes())
          .append("cardinality", deletes.cardinality());
    }
    writer.write(row);
  }

  private Group row() {
    actions++;
    return new SimpleGroup(TYPE);
  }

  private static void put(Group to, String field, @Nullable String value) {
    if (value != null) {
      to.append(field, value);
    }
  }

  private static void putNumber(Group to, String field, @Nullable Long value) {
    if (value != null) {
      to.append(field, value.longValue());
    }
  }

  private static void put(Group to, String field, List<String> values) {
    Group list = to.addGroup(field);
    values.forEach(value -> list.addGroup(0).append("element", value));
  }

  private static void put(Group to, String field, Map<String, @Nullable String> values) {
    Group map = to.addGroup(field);
    values.forEach((key, value) -> put(map.addGroup(0).append("key", key), "value", value));
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
