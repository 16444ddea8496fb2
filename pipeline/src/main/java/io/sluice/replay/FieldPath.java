package io.sluice.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Values of a document: names with a dot between, from the root. {@code items[*].price} is the
 * price of each element of the array {@code items}; single elements have no path.
 */
record FieldPath(List<Step> steps) {
  /**
   * @param each whether the name's value is an array of which each element is meant
   */
  record Step(String name, boolean each) {}

  /** Where a value is, or may be put. */
  interface Place {
    /** Null where there is none; {@link JsonNode#isNull} where it is null in JSON. */
    @Nullable JsonNode get();

    void set(JsonNode value);
  }

  /** What takes places; says whether it changed the value. */
  interface Visitor {
    boolean visit(Place place);
  }

  private static final String EACH = "[*]";

  /**
   * @throws IllegalArgumentException where it is none, with what is wrong
   */
  static FieldPath parse(String text) {
    List<Step> steps = new ArrayList<>();
    for (String part : text.split("\\.", -1)) {
      boolean each = part.endsWith(EACH);
      String name = each ? part.substring(0, part.length() - EACH.length()) : part;
      if (name.isEmpty() || name.contains("[") || name.contains("]")) {
        throw new IllegalArgumentException(
            "path '"
                + text
                + "': names with a . between, and [*] behind a name for each element of an array");
      }
      steps.add(new Step(name, each));
    }
    return new FieldPath(List.copyOf(steps));
  }

  /** Whether this path leads through the value of another. */
  boolean isWithin(FieldPath other) {
    return other.steps.size() < steps.size()
        && steps.subList(0, other.steps.size()).equals(other.steps);
  }

  boolean hasArrays() {
    return steps.stream().anyMatch(Step::each);
  }

  /**
   * Visits the places of a document, whether they have a value or not.
   *
   * @param create whether objects that the path goes through are made where they are missing or
   *     null
   * @return whether anything was changed
   */
  boolean visit(ObjectNode root, boolean create, Visitor visitor) {
    return visit(root, 0, create && !hasArrays(), visitor);
  }

  private boolean visit(@Nullable JsonNode node, int at, boolean create, Visitor visitor) {
    if (!(node instanceof ObjectNode object)) {
      return false;
    }
    Step step = steps.get(at);
    boolean last = at == steps.size() - 1;
    JsonNode child = object.get(step.name());
    if (step.each()) {
      boolean changed = false;
      if (child instanceof ArrayNode array) {
        for (int i = 0; i < array.size(); i++) {
          changed |=
              last
                  ? visitor.visit(new Element(array, i))
                  : visit(array.get(i), at + 1, create, visitor);
        }
      }
      return changed;
    }
    if (last) {
      return visitor.visit(new Field(object, step.name()));
    }
    if (create && (child == null || child.isNull())) {
      child = object.putObject(step.name());
    }
    return visit(child, at + 1, create, visitor);
  }

  private record Field(ObjectNode object, String name) implements Place {
    @Override
    public @Nullable JsonNode get() {
      return object.get(name);
    }

    @Override
    public void set(JsonNode value) {
      object.set(name, value);
    }
  }

  private record Element(ArrayNode array, int index) implements Place {
    @Override
    public @Nullable JsonNode get() {
      return array.get(index);
    }

    @Override
    public void set(JsonNode value) {
      array.set(index, value);
    }
  }
}
