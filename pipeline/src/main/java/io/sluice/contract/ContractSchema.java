package io.sluice.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The JSON Schema of contracts, with what the formats that are plugged in declare. */
final class ContractSchema {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ContractSchema() {}

  /**
   * @param schema the schema without formats
   */
  static String of(String schema) {
    try {
      ObjectNode root = (ObjectNode) JSON.readTree(schema);
      ObjectNode format = (ObjectNode) root.path("properties").path("format");
      List<ContractFormat> formats = ContractFormat.all();
      ArrayNode either = format.putArray("oneOf");
      ArrayNode names = either.addObject().putArray("enum");
      for (ContractFormat one : formats) {
        if (one.keys().stream().allMatch(key -> key.fallback() != null)) {
          names.add(one.name());
        }
        either.add(withKeys(one));
      }
      format.put("default", ContractFormat.DEFAULT);
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("reading the schema of contracts", e);
    }
  }

  private static ObjectNode withKeys(ContractFormat format) {
    ObjectNode object = JSON.createObjectNode().put("type", "object");
    ObjectNode properties = object.putObject("properties");
    properties.putObject("name").put("const", format.name());
    ArrayNode required = object.putArray("required").add("name");
    for (KeySpec key : format.keys()) {
      ObjectNode property = properties.putObject(key.name()).put("description", key.words());
      switch (key.kind()) {
        case TEXT -> {
          if (key.choices().isEmpty()) {
            property.put("type", "string");
          } else {
            key.choices().forEach(property.putArray("enum")::add);
          }
        }
        case INTEGER -> property.put("type", "integer");
        case FLAG -> property.put("type", "boolean");
      }
      property.putArray("examples").add(key.example());
      String fallback = key.fallback();
      if (fallback == null) {
        required.add(key.name());
      } else {
        property.put("default", fallback);
      }
    }
    object.put("additionalProperties", false);
    return object;
  }
}
