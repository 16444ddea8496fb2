package io.sluice.delta;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.delta.AddFile.DeletionVector;
import io.sluice.delta.Checkpoint.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Actions of the log as its commits have them. */
final class ActionJson {
  private ActionJson() {}

  static AddFile add(JsonNode add) {
    return new AddFile(
        add.path("path").asText(),
        texts(add.path("partitionValues")),
        add.path("size").asLong(),
        add.path("modificationTime").asLong(),
        text(add.path("stats")),
        texts(add.path("tags")),
        deletes(add.path("deletionVector")));
  }

  static @Nullable DeletionVector deletes(JsonNode node) {
    return node.isObject()
        ? new DeletionVector(
            node.path("storageType").asText(),
            node.path("pathOrInlineDv").asText(),
            node.path("offset").isNumber() ? Integer.valueOf(node.path("offset").asInt()) : null,
            node.path("sizeInBytes").asInt(),
            node.path("cardinality").asLong())
        : null;
  }

  static Protocol protocol(JsonNode node) {
    return new Protocol(
        node.path("minReaderVersion").asInt(),
        node.path("minWriterVersion").asInt(),
        Set.copyOf(list(node.path("readerFeatures"))),
        Set.copyOf(list(node.path("writerFeatures"))));
  }

  static Metadata metadata(JsonNode node) {
    return new Metadata(
        node.path("id").asText(),
        text(node.path("name")),
        text(node.path("description")),
        node.path("schemaString").asText(),
        list(node.path("partitionColumns")),
        texts(node.path("configuration")),
        node.path("createdTime").isNumber()
            ? Long.valueOf(node.path("createdTime").asLong())
            : null);
  }

  private static @Nullable String text(JsonNode node) {
    return node.isTextual() ? node.asText() : null;
  }

  private static List<String> list(JsonNode node) {
    List<String> list = new ArrayList<>();
    node.forEach(one -> list.add(one.asText()));
    return list;
  }

  private static Map<String, @Nullable String> texts(JsonNode node) {
    Map<String, @Nullable String> texts = new TreeMap<>();
    node.properties()
        .forEach(
            one ->
                texts.put(one.getKey(), one.getValue().isNull() ? null : one.getValue().asText()));
    return texts;
  }

  private static ObjectNode action(String name, ObjectNode content) {
    return DeltaType.JSON.createObjectNode().set(name, content);
  }

  static ObjectNode of(AddFile file, boolean dataChange) {
    ObjectNode add = DeltaType.JSON.createObjectNode().put("path", file.path());
    put(add.putObject("partitionValues"), file.partitionValues());
    add.put("size", file.size())
        .put("modificationTime", file.modified())
        .put("dataChange", dataChange);
    if (file.stats() != null) {
      add.put("stats", file.stats());
    }
    return action("add", add);
  }

  /**
   * Takes a file out of the table.
   *
   * @param millis when, since the epoch
   */
  static ObjectNode remove(AddFile file, long millis, boolean dataChange) {
    ObjectNode remove =
        DeltaType.JSON
            .createObjectNode()
            .put("path", file.path())
            .put("deletionTimestamp", millis)
            .put("dataChange", dataChange)
            .put("extendedFileMetadata", true);
    put(remove.putObject("partitionValues"), file.partitionValues());
    remove.put("size", file.size());
    DeletionVector deletes = file.deletes();
    if (deletes != null) {
      ObjectNode vector =
          remove
              .putObject("deletionVector")
              .put("storageType", deletes.storageType())
              .put("pathOrInlineDv", deletes.pathOrInlineDv());
      Integer offset = deletes.offset();
      if (offset != null) {
        vector.put("offset", offset.intValue());
      }
      vector.put("sizeInBytes", deletes.sizeInBytes()).put("cardinality", deletes.cardinality());
    }
    return action("remove", remove);
  }

  static ObjectNode of(Transaction transaction) {
    ObjectNode node =
        DeltaType.JSON
            .createObjectNode()
            .put("appId", transaction.application())
            .put("version", transaction.version());
    if (transaction.updated() != null) {
      node.put("lastUpdated", transaction.updated());
    }
    return action("txn", node);
  }

  static @Nullable Transaction transaction(JsonNode txn) {
    if (!txn.isObject()) {
      return null;
    }
    JsonNode updated = txn.path("lastUpdated");
    return new Transaction(
        txn.path("appId").asText(),
        txn.path("version").asLong(),
        updated.isNumber() ? Long.valueOf(updated.asLong()) : null);
  }

  static ObjectNode of(Protocol protocol) {
    ObjectNode node =
        DeltaType.JSON
            .createObjectNode()
            .put("minReaderVersion", protocol.reader())
            .put("minWriterVersion", protocol.writer());
    return action("protocol", node);
  }

  static ObjectNode of(Metadata metadata) {
    ObjectNode node =
        DeltaType.JSON.createObjectNode().put("id", metadata.id()).put("name", metadata.name());
    if (metadata.description() != null) {
      node.put("description", metadata.description());
    }
    node.putObject("format").put("provider", "parquet").putObject("options");
    node.put("schemaString", metadata.schemaString());
    ArrayNode partitions = node.putArray("partitionColumns");
    metadata.partitionColumns().forEach(partitions::add);
    put(node.putObject("configuration"), metadata.configuration());
    return action("metaData", node.put("createdTime", metadata.created()));
  }

  private static void put(ObjectNode node, Map<String, @Nullable String> values) {
    new TreeSet<>(values.keySet()).forEach(key -> node.put(key, values.get(key)));
  }
}
