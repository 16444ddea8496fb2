package io.sluice.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;

/**
 * The JSON Schema of contracts, with what the sources, formats and functions on the class path
 * declare.
 */
final class ContractSchema {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ContractSchema() {}

  /**
   * @param schema the schema without them
   */
  static String of(String schema) {
    try {
      ObjectNode root = (ObjectNode) JSON.readTree(schema);
      ObjectNode keys = root.withObject("/properties");
      addPlugIns(keys.withObject("/format"), ContractFormat.all().values(), ContractFormat.DEFAULT);
      addPlugIns(
          keys.withObject("/key_format"), ContractFormat.all().values(), ContractFormat.DEFAULT);
      keys.withObject("/key_format").remove("default");
      addPlugIns(keys.withObject("/source"), ContractSource.all().values(), ContractSource.DEFAULT);
      ContractSource.named(ContractSource.DEFAULT).ifPresent(kind -> addDefault(root, kind));
      ObjectNode functions = root.withObject("/$defs/function").putObject("properties");
      for (FunctionSpec function : Functions.all().values()) {
        ObjectNode node = functions.putObject(function.name());
        node.put("description", function.words());
        node.putArray("type").add("object").add("null");
        addKeys(node, function.keys());
      }
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the resource is JSON", e);
    }
  }

  /** Its keys stand beside the contract's own, or there is a {@code source}. */
  private static void addDefault(ObjectNode root, ContractSource kind) {
    ArrayNode either = root.putArray("oneOf");
    ObjectNode beside = either.addObject();
    beside.putObject("properties").put("source", false);
    ObjectNode section = either.addObject();
    section.putArray("required").add("source");
    for (KeySpec key : kind.keys()) {
      root.withObject("/properties").set(key.name(), key(key));
      section.withObject("/properties").put(key.name(), false);
      if (key.fallback() == null) {
        beside.withArray("required").add(key.name());
      }
    }
  }

  private static void addPlugIns(
      ObjectNode section, Collection<? extends ContractPlugIn> plugIns, String fallback) {
    ArrayNode either = section.putArray("oneOf");
    ArrayNode names = either.addObject().putArray("enum");
    for (ContractPlugIn one : plugIns) {
      if (one.keys().stream().allMatch(key -> key.fallback() != null)) {
        names.add(one.name());
      }
      ObjectNode node = either.addObject().put("type", "object");
      node.putObject("properties").putObject("name").put("const", one.name());
      node.putArray("required").add("name");
      addKeys(node, one.keys());
    }
    section.put("default", fallback);
  }

  private static void addKeys(ObjectNode node, List<KeySpec> keys) {
    node.put("additionalProperties", false);
    ObjectNode properties = node.withObject("/properties");
    for (KeySpec key : keys) {
      properties.set(key.name(), key(key));
      if (key.fallback() == null) {
        node.withArray("required").add(key.name());
      }
    }
  }

  private static ObjectNode key(KeySpec key) {
    ObjectNode node = JSON.createObjectNode();
    node.put("description", key.words());
    switch (key.type()) {
      case TEXT -> {
        if (key.choices().isEmpty()) {
          node.putArray("type").add("string").add("number").add("boolean");
        } else {
          key.choices().forEach(node.putArray("enum")::add);
        }
      }
      case NUMBER -> node.put("type", "integer");
      case FLAG -> node.put("type", "boolean");
      case TEXTS -> node.put("type", "array");
      case CONTENT -> {
        ArrayNode either = node.putArray("oneOf");
        either.addObject().put("type", "string");
        ObjectNode file = either.addObject().put("type", "object");
        file.put("additionalProperties", false).putArray("required").add("file");
        file.putObject("properties").putObject("file").put("type", "string");
      }
    }
    KeySpec.Form form = key.form();
    if (form != null) {
      node.put("pattern", "^(?:" + form.pattern() + ")$");
    }
    node.putArray("examples").add(key.example());
    if (key.fallback() != null) {
      node.set("default", JSON.valueToTree(key.fallback()));
    }
    return node;
  }
}
