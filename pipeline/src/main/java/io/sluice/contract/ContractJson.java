package io.sluice.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.ColumnType.Timestamp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

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
    intake(json, contract.intake());
    ArrayNode columns = json.putArray("columns");
    for (Column column : contract.columns()) {
      ObjectNode node = columns.addObject();
      node.put("name", column.name());
      reading(node, column.reading());
      if (column.reading().hasPath(contract.intake().keyFormat() != null)) {
        path(node, column.path());
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

  /**
   * What a recorded contract says of its table and its source, whatever else it has that may not be
   * read here: a format whose jar is not there, a key of a newer version.
   *
   * @return empty where its source is of no kind that is on the class path
   * @throws IllegalArgumentException where it has not what each recorded contract has
   */
  public static Optional<Recorded> recorded(JsonNode json) {
    JsonNode section = json.path("source");
    String name =
        section.isMissingNode()
            ? ContractSource.DEFAULT
            : section.isObject() ? text(section, "name") : text(json, "source");
    String table = text(json, "table");
    JsonNode values = section.isObject() ? section : json;
    return ContractSource.named(name)
        .map(
            kind -> {
              Map<String, Object> keys = new LinkedHashMap<>();
              for (KeySpec key : kind.keys()) {
                keys.put(key.name(), value(values, key));
              }
              return new Recorded(table, new Plugged(name, new KeyValues(keys)));
            });
  }

  private static Object value(JsonNode values, KeySpec key) {
    JsonNode value = values.path(key.name());
    Object fallback = key.fallback();
    if (value.isMissingNode() && fallback != null) {
      return fallback;
    }
    return switch (key.type()) {
      case TEXT, CONTENT -> text(values, key.name());
      case NUMBER -> require(key.name(), value, value.canConvertToLong(), "number").longValue();
      case FLAG -> require(key.name(), value, value.isBoolean(), "flag").booleanValue();
      case TEXTS -> {
        List<String> texts = new ArrayList<>();
        for (JsonNode text : require(key.name(), value, value.isArray(), "list of texts")) {
          texts.add(require(key.name(), text, text.isTextual(), "list of texts").textValue());
        }
        yield texts;
      }
    };
  }

  private static String text(JsonNode json, String key) {
    JsonNode value = json.path(key);
    return require(key, value, value.isTextual(), "text").textValue();
  }

  private static JsonNode require(String key, JsonNode value, boolean holds, String what) {
    if (!holds) {
      throw new IllegalArgumentException(
          value.isMissingNode() ? "it has no " + key : key + " is no " + what);
    }
    return value;
  }

  /** What {@link #recorded} finds. */
  public record Recorded(String table, Plugged source) {}

  /** What an older version does not know stands there only where the contract has it. */
  private static void intake(ObjectNode json, Intake intake) {
    if (intake.keyFormat() != null) {
      plugged(json, "key_format", intake.keyFormat());
    }
    if (!intake.skips().isEmpty()) {
      ArrayNode skips = json.putArray("skip");
      intake.skips().forEach(skip -> skips.add(lower(skip)));
    }
    choice(json, intake.choice());
    if (!intake.explode().isEmpty()) {
      if (ContractPath.isPlain(intake.explode())) {
        json.put("explode", ContractPath.joined(intake.explode()));
      } else {
        intake.explode().forEach(json.putArray("explode")::add);
      }
    }
    if (intake.letters() != Intake.Letters.KEEP) {
      json.putObject("dead_letters").put("value", lower(intake.letters()));
    }
  }

  private static void choice(ObjectNode json, Choice choice) {
    if (!choice.when().isEmpty()) {
      conditions(json.putArray("when"), choice.when());
    }
    if (!choice.unless().isEmpty()) {
      ArrayNode unless = json.putArray("unless");
      choice.unless().forEach(one -> conditions(unless.addArray(), one));
    }
    if (choice.unrouted() != Choice.Unrouted.DEAD_LETTER) {
      json.put("unrouted", lower(choice.unrouted()));
    }
    if (choice.hidesOthers()) {
      json.put("hides_others", true);
    }
  }

  private static void conditions(ArrayNode list, List<Condition> conditions) {
    for (Condition condition : conditions) {
      ObjectNode node = list.addObject();
      switch (condition.from()) {
        case VALUE -> path(node, condition.path());
        case HEADER -> node.put("from", "headers." + condition.name());
        default -> node.put("from", lower(condition.from()));
      }
      switch (condition.test()) {
        case IN, NOT_IN -> condition.values().forEach(node.putArray(lower(condition.test()))::add);
        case STARTS_WITH -> node.put("starts_with", condition.values().get(0));
        case EXISTS -> node.put("exists", true);
        case ABSENT -> node.put("exists", false);
      }
    }
  }

  private static void path(ObjectNode node, List<String> path) {
    if (ContractPath.isPlain(path)) {
      node.put("path", ContractPath.joined(path));
    } else {
      path.forEach(node.putArray("path")::add);
    }
  }

  private static void reading(ObjectNode node, Reading reading) {
    switch (reading.from()) {
      case VALUE -> {}
      case HEADER -> node.put("from", "headers." + reading.name());
      case CONSTANT -> node.putObject("from").put("constant", reading.name());
      case KEY, TOPIC, ORDINAL, PARTITION, OFFSET, RECORD_TIME ->
          node.put("from", lower(reading.from()));
    }
    if (reading.fallback() != null) {
      node.put("default", reading.fallback());
    }
    if (!reading.nullValues().isEmpty()) {
      reading.nullValues().forEach(node.putArray("null_values")::add);
    }
    if (reading.coerces()) {
      node.put("coerce", true);
    }
    Mask mask = reading.mask();
    if (mask != null) {
      switch (mask.kind()) {
        case HASH, REDACT -> node.put("mask", lower(mask.kind()));
        case TRUNCATE -> node.putObject("mask").put("truncate", mask.length());
        case HMAC ->
            node.putObject("mask")
                .putObject("hmac")
                .put(mask.keyIn() == Mask.KeyIn.ENVIRONMENT ? "env" : "file", mask.key());
      }
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
    if (isListed(type) || isWritten(type)) {
      return type(type).toString();
    }
    if (type instanceof ColumnType.MapOf map) {
      return "{map: " + quoted(map.value()) + "}";
    }
    if (type instanceof ColumnType.StructOf struct) {
      StringBuilder text = new StringBuilder("{struct: [");
      for (ColumnType.Field field : struct.fields()) {
        text.append(text.charAt(text.length() - 1) == '[' ? "" : ", ")
            .append("{name: ")
            .append(field.name())
            .append(field.path().equals(field.name()) ? "" : ", path: " + field.pathText())
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
    if (type instanceof Timestamp timestamp && isListed(type)) {
      ObjectNode node = JSON.createObjectNode();
      ObjectNode keys = node.putObject("timestamp");
      if (timestamp.unit() != Timestamp.Unit.DEFAULT) {
        keys.put("unit", lower(timestamp.unit()));
      }
      ArrayNode formats = keys.putArray("formats");
      for (TimeFormat format : timestamp.formats()) {
        if (format.format() != null) {
          formats.add(lower(format.format()));
          continue;
        }
        ObjectNode pattern = formats.addObject().put("pattern", format.pattern());
        if (format.zone() != null) {
          pattern.put("zone", format.zone().getId());
        }
      }
      return node;
    }
    if (type instanceof ColumnType.Decimal decimal && isWritten(type)) {
      ObjectNode node = JSON.createObjectNode();
      node.putObject("decimal")
          .put("precision", decimal.precision())
          .put("scale", decimal.scale())
          .put("written", lower(decimal.written()));
      return node;
    }
    if (type instanceof ColumnType.MapOf map) {
      ObjectNode node = JSON.createObjectNode();
      node.set("map", type(map.value()));
      return node;
    }
    if (type instanceof ColumnType.StructOf struct) {
      ObjectNode node = JSON.createObjectNode();
      ArrayNode fields = node.putArray("struct");
      for (ColumnType.Field field : struct.fields()) {
        ObjectNode member = fields.addObject();
        member.put("name", field.name());
        if (!field.path().equals(field.name())) {
          path(member, List.of(field.path()));
        }
        member.set("type", type(field.type()));
        member.put("required", field.required());
      }
      return node;
    }
    return JsonNodeFactory.instance.textNode(scalar(type));
  }

  private static boolean isListed(ColumnType type) {
    return type instanceof Timestamp timestamp && timestamp.format() == Timestamp.Format.LISTED;
  }

  private static boolean isWritten(ColumnType type) {
    return type instanceof ColumnType.Decimal decimal
        && decimal.written() != ColumnType.Decimal.Written.DECIMAL;
  }

  private static String scalar(ColumnType type) {
    if (type instanceof Scalar scalar) {
      return lower(scalar);
    }
    if (type instanceof ColumnType.Decimal decimal) {
      return "decimal(" + decimal.precision() + "," + decimal.scale() + ")";
    }
    Timestamp timestamp = (Timestamp) type;
    if (timestamp.format() == Timestamp.Format.LISTED) {
      throw new IllegalArgumentException("formats that are listed are not in one word");
    }
    if (timestamp.unit() == Timestamp.Unit.DEFAULT) {
      return "timestamp";
    }
    return "timestamp(" + lower(timestamp.unit()) + ", " + lower(timestamp.format()) + ")";
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
