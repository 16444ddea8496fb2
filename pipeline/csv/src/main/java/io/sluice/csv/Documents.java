package io.sluice.csv;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.sluice.convert.Rejection;
import java.util.Optional;
import java.util.regex.Pattern;

/** Rows as documents: a text that is a number as JSON has it, true or false, is one. */
final class Documents {
  private static final Pattern VALUE =
      Pattern.compile("true|false|-?(0|[1-9]\\d{0,99})(\\.\\d{1,100})?([eE][+-]?\\d{1,4})?");

  private static final ObjectReader VALUES =
      JsonMapper.builder()
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build()
          .reader()
          .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private Documents() {}

  static Optional<JsonNode> of(byte[] value, Messages messages) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    try {
      RowReader reader = messages.take(value, 0, value.length);
      Cells row = messages.row();
      if (row.count() != reader.count()) {
        return Optional.empty();
      }
      for (int i = 0; i < row.count(); i++) {
        if (reader.isNull(row, i)) {
          document.putNull(reader.name(i));
        } else {
          document.set(reader.name(i), node(row.text(i)));
        }
      }
    } catch (Rejection e) {
      return Optional.empty();
    }
    return Optional.of(document);
  }

  private static JsonNode node(String text) {
    try {
      return VALUE.matcher(text).matches() ? VALUES.readTree(text) : TextNode.valueOf(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a number, true or false", e);
    }
  }
}
