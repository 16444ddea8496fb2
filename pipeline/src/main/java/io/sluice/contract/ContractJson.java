package io.sluice.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.ColumnType.Timestamp;
import java.util.Locale;

/**
 * A contract as JSON, with every key and always the same text. JSON is YAML, so {@link
 * ContractParser} reads it back into an equal contract.
 */
public final class ContractJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ContractJson() {}

  /** The contract in some lines of JSON. */
  public static String of(Contract contract) {
    ObjectNode json = JSON.createObjectNode();
    json.put("version", contract.version());
    json.put("table", contract.table());
    if (ContractSource.isDefault(contract.source())) {
      // An older version knows no other way to write it.
      json.setAll(JSON.<ObjectNode>valueToTree(contract.source().keys().byName()));
    } else {
      plugged(json, "source", contract.source());
    }
    plugged(json, "format", contract.format());
    json.put("event_time", contract.columns().get(contract.eventTime()).name());
    json.put("zone", contract.zone().getId());
    json.put("unknown_fields", lower(contract.unknownFields()));
    json.put("max_bytes", contract.maxBytes());
    json.put("max_depth", contract.maxDepth());
    json.put("position_columns", contract.positionColumns());
    ArrayNode columns = json.putArray("columns");
    for (Column column : contract.columns()) {
      ObjectNode node = columns.addObject();
      node.put("name", column.name());
      if (ContractPath.isPlain(column.path())) {
        node.put("path", String.join(".", column.path()));
      } else {
        column.path().forEach(node.putArray("path")::add);
      }
      node.set("type", type(column.type()));
      node.put("required", column.required());
      node.put("dictionary", column.dictionary());
      node.put("bloom_filter", column.bloomFilter());
    }
    if (!contract.transform().isNone()) {
      // Without it an older version reads the contract.
      ArrayNode transform = json.putArray("transform");
      for (Transform.Call call : contract.transform().calls()) {
        transform.addObject().set(call.function(), JSON.valueToTree(call.keys().byName()));
      }
    }
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("writing a tree", e);
    }
  }

  private static void plugged(ObjectNode json, String section, Plugged plugged) {
    if (plugged.keys().byName().isEmpty()) {
      json.put(section, plugged.name());
    } else {
      json.putObject(section)
          .put("name", plugged.name())
          .setAll(JSON.<ObjectNode>valueToTree(plugged.keys().byName()));
    }
  }

  /** A type as a contract spells it, in flow style where it is nested. */
  public static String text(ColumnType type) {
    if (type instanceof ColumnType.ListOf list) {
      return "{list: " + quoted(list.element()) + "}";
    }
    if (type instanceof ColumnType.StructOf struct) {
      StringBuilder text = new StringBuilder("{struct: [");
      for (ColumnType.Field field : struct.fields()) {
        text.append(text.charAt(text.length() - 1) == '[' ? "" : ", ")
            .append("{name: ")
            .append(field.name())
            .append(", type: ")
            .append(quoted(field.type()))
            .append(field.required() ? ", required: true}" : "}");
      }
      return text.append("]}").toString();
    }
    return scalar(type);
  }

  /** The same, to stand in YAML's flow style, where a comma ends a value. */
  public static String quoted(ColumnType type) {
    String text = text(type);
    return text.contains(",") && !text.startsWith("{") ? "\"" + text + "\"" : text;
  }

  private static JsonNode type(ColumnType type) {
    if (type instanceof ColumnType.ListOf list) {
      ObjectNode node = JSON.createObjectNode();
      node.set("list", type(list.element()));
      return node;
    }
    if (type instanceof ColumnType.StructOf struct) {
      ObjectNode node = JSON.createObjectNode();
      ArrayNode fields = node.putArray("struct");
      for (ColumnType.Field field : struct.fields()) {
        ObjectNode member = fields.addObject();
        member.put("name", field.name());
        member.set("type", type(field.type()));
        member.put("required", field.required());
      }
      return node;
    }
    return JsonNodeFactory.instance.textNode(scalar(type));
  }

  private static String scalar(ColumnType type) {
    if (type instanceof Scalar scalar) {
      return lower(scalar);
    }
    if (type instanceof ColumnType.Decimal decimal) {
      return "decimal(" + decimal.precision() + "," + decimal.scale() + ")";
    }
    Timestamp timestamp = (Timestamp) type;
    if (timestamp.unit() == Timestamp.Unit.DEFAULT) {
      return "timestamp";
    }
    return "timestamp(" + lower(timestamp.unit()) + ", " + lower(timestamp.format()) + ")";
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
