package io.sluice.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.sluice.contract.Column;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractPath;
import io.sluice.contract.Mask;
import io.sluice.convert.Masking;
import io.sluice.decode.ValueMask;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Masks what masked columns read in documents. What stands there that is no text is masked as the
 * JSON that it is.
 */
final class JsonMask implements ValueMask {
  private final Function<byte[], Optional<JsonNode>> documents;
  private final List<Masked> columns = new ArrayList<>();

  private record Masked(List<String> path, Masking masking) {}

  /**
   * @param documents reads a value; empty where it is no document
   */
  JsonMask(Contract contract, Function<byte[], Optional<JsonNode>> documents) {
    this.documents = documents;
    for (Column column : contract.columns()) {
      Mask mask = column.reading().mask();
      if (column.reading().isOfValue() && mask != null) {
        columns.add(new Masked(column.path(), new Masking(column)));
      }
    }
  }

  @Override
  public byte @Nullable [] mask(byte[] value) {
    JsonNode document = documents.apply(value).orElse(null);
    if (document == null) {
      return null;
    }
    for (Masked column : columns) {
      mask(document, column, 0);
    }
    return document.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void mask(JsonNode in, Masked column, int depth) {
    String step = column.path().get(depth);
    int index = ContractPath.index(step);
    JsonNode at = index < 0 ? in.get(step) : in.get(index);
    if (at == null || at.isNull()) {
      return;
    }
    if (depth + 1 < column.path().size() && leadsOn(at, column.path().get(depth + 1))) {
      mask(at, column, depth + 1);
      return;
    }
    // The value, or something else in a place where only objects or lists are meant to be.
    JsonNode masked = masked(at, column.masking());
    if (in instanceof ObjectNode object) {
      object.set(step, masked);
    } else if (in instanceof ArrayNode list) {
      list.set(index, masked);
    }
  }

  private static boolean leadsOn(JsonNode node, String step) {
    return ContractPath.index(step) < 0 ? node.isObject() : node.isArray();
  }

  private static JsonNode masked(JsonNode value, Masking masking) {
    if (value instanceof ArrayNode list) {
      ArrayNode masked = list.arrayNode();
      list.forEach(element -> masked.add(element.isNull() ? element : masked(element, masking)));
      return masked;
    }
    byte[] text =
        (value.isTextual() ? value.textValue() : value.toString()).getBytes(StandardCharsets.UTF_8);
    return TextNode.valueOf(new String(masking.text(text, 0, text.length), StandardCharsets.UTF_8));
  }
}
