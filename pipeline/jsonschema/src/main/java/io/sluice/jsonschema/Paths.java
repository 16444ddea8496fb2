package io.sluice.jsonschema;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.ValidationMessage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** Places within a document. */
final class Paths {
  private Paths() {}

  /** As contracts spell it: {@code items[2].price}. */
  static String of(JsonNodePath location) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < location.getNameCount(); i++) {
      append(path, location.getElement(i));
    }
    return path.toString();
  }

  static String ofPointer(JsonPointer pointer) {
    StringBuilder path = new StringBuilder();
    for (JsonPointer at = pointer; !at.matches(); at = at.tail()) {
      append(path, at.getMatchingIndex() >= 0 ? at.getMatchingIndex() : at.getMatchingProperty());
    }
    return path.toString();
  }

  private static void append(StringBuilder path, Object element) {
    if (element instanceof Integer index) {
      path.append('[').append(index.intValue()).append(']');
    } else {
      path.append(path.isEmpty() ? "" : ".").append(element);
    }
  }

  /**
   * The first of some violations in the order of the document: what holds for an object before what
   * holds for its parts, and of one place the first that was found.
   */
  static ValidationMessage first(JsonNode document, Collection<ValidationMessage> violations) {
    List<ValidationMessage> within = new ArrayList<>(violations);
    JsonNode node = document;
    int depth = 0;
    while (true) {
      for (ValidationMessage violation : within) {
        if (violation.getInstanceLocation().getNameCount() <= depth) {
          return violation;
        }
      }
      Object child = firstChild(node, within, depth);
      int at = depth;
      List<ValidationMessage> below = new ArrayList<>();
      for (ValidationMessage violation : within) {
        if (violation.getInstanceLocation().getElement(at).equals(child)) {
          below.add(violation);
        }
      }
      within = below;
      node = child instanceof Integer index ? node.path(index) : node.path(child.toString());
      depth++;
    }
  }

  /** The first part of a node that a violation leads to. */
  private static Object firstChild(JsonNode node, List<ValidationMessage> within, int depth) {
    Set<Object> children = new HashSet<>();
    int lowest = Integer.MAX_VALUE;
    for (ValidationMessage violation : within) {
      Object child = violation.getInstanceLocation().getElement(depth);
      children.add(child);
      if (child instanceof Integer index) {
        lowest = Math.min(lowest, index);
      }
    }
    if (lowest < Integer.MAX_VALUE) {
      return lowest;
    }
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (children.contains(name)) {
        return name;
      }
    }
    return within.get(0).getInstanceLocation().getElement(depth);
  }
}
