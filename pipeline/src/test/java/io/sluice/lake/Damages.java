package io.sluice.lake;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What may become of a small JSON object of the lake that something else than Sluice touches. */
public final class Damages {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What stands in the place of a value of each type; none of them is of another's. */
  private static final List<JsonNode> OTHERS =
      List.of(
          JsonNodeFactory.instance.nullNode(),
          JsonNodeFactory.instance.objectNode(),
          JsonNodeFactory.instance.objectNode().put("x", "y"),
          JsonNodeFactory.instance.arrayNode(),
          JsonNodeFactory.instance.arrayNode().add("x"),
          JsonNodeFactory.instance.textNode("no such thing"),
          JsonNodeFactory.instance.booleanNode(true),
          JsonNodeFactory.instance.numberNode(5),
          JsonNodeFactory.instance.numberNode(-1),
          JsonNodeFactory.instance.numberNode(1.5),
          JsonNodeFactory.instance.numberNode(1e30));

  /** Texts whose form nobody looks at. */
  private static final Set<String> ANY_TEXT =
      Set.of("source", "by", "why", "version", "started", "rules", "topic", "table");

  /**
   * A damage.
   *
   * @param name what was done
   */
  public record Damage(String name, byte[] bytes) {
    @Override
    public String toString() {
      return name + ": " + new String(bytes, UTF_8);
    }
  }

  private Damages() {}

  /** What is done to an object as a whole. */
  public static List<Damage> whole(byte[] valid) {
    byte[] trimmed = new String(valid, UTF_8).strip().getBytes(UTF_8);
    List<Damage> all = new ArrayList<>();
    all.add(new Damage("empty", new byte[0]));
    all.add(new Damage("blank", new byte[] {' ', '\n'}));
    all.add(new Damage("zeros", new byte[valid.length]));
    all.add(new Damage("without its last byte", Arrays.copyOf(trimmed, trimmed.length - 1)));
    all.add(new Damage("half of it", Arrays.copyOf(trimmed, trimmed.length / 2)));
    all.add(new Damage("its first byte", Arrays.copyOf(trimmed, 1)));
    byte[] twice = Arrays.copyOf(trimmed, trimmed.length * 2);
    System.arraycopy(trimmed, 0, twice, trimmed.length, trimmed.length);
    all.add(new Damage("twice", twice));
    for (String text :
        List.of("<html>no</html>", "null", "[]", "{}", "5", "\"text\"", "true", "{'a': 1}")) {
      all.add(new Damage("another", text.getBytes(UTF_8)));
    }
    return all;
  }

  /**
   * The same, and what is done to each value of it.
   *
   * @param optional keys that some valid objects do not have
   * @param unread keys that no reader looks at
   */
  public static List<Damage> of(byte[] valid, Set<String> optional, Set<String> unread)
      throws IOException {
    List<Damage> all = whole(valid);
    ObjectNode json = (ObjectNode) JSON.readTree(valid);
    for (Map.Entry<String, JsonNode> one : json.properties()) {
      if (unread.contains(one.getKey())) {
        continue;
      }
      if (!optional.contains(one.getKey())) {
        ObjectNode without = json.deepCopy();
        without.remove(one.getKey());
        all.add(new Damage("without " + one.getKey(), JSON.writeValueAsBytes(without)));
      }
      for (JsonNode other : others(one.getKey(), one.getValue())) {
        ObjectNode changed = json.deepCopy();
        changed.set(one.getKey(), other);
        all.add(new Damage("another " + one.getKey(), JSON.writeValueAsBytes(changed)));
      }
    }
    return all;
  }

  /** What a value may have become, itself or something in it. */
  private static List<JsonNode> others(String key, JsonNode value) {
    List<JsonNode> others = new ArrayList<>();
    for (JsonNode other : OTHERS) {
      if (!isOfItsType(key, value, other)) {
        others.add(other);
      }
    }
    if (value instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        for (JsonNode other : others(field.getKey(), field.getValue())) {
          others.add(object.deepCopy().set(field.getKey(), other));
        }
      }
    } else if (value instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        for (JsonNode other : others(key, array.get(i))) {
          ArrayNode changed = array.deepCopy();
          changed.set(i, other);
          others.add(changed);
        }
      }
    }
    return others;
  }

  private static boolean isOfItsType(String key, JsonNode value, JsonNode other) {
    return switch (value.getNodeType()) {
      case OBJECT -> other.isObject() && other.isEmpty();
      case ARRAY -> other.isArray() && other.isEmpty();
      case STRING -> other.isTextual() && ANY_TEXT.contains(key);
      case NUMBER -> other.isIntegralNumber() && other.longValue() >= 0;
      case BOOLEAN -> other.isBoolean();
      default -> throw new IllegalStateException("Sluice writes no " + value.getNodeType());
    };
  }
}
