package io.sluice.replay;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * JSON that is changed in places and else stays what it was: fields keep their order, and numbers
 * the digits that they were written with.
 */
public final class JsonDocument {
  private static final int DEEPEST = 600;
  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              // Its table of names is shared by all documents: where names collide, what becomes of
              // one would depend on those before it.
              .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
              // What a tree cannot hold must not get lost in it.
              .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxNestingDepth(DEEPEST)
                      .maxStringLength(Integer.MAX_VALUE)
                      .maxNumberLength(Integer.MAX_VALUE)
                      .build())
              .build());

  private JsonDocument() {}

  /** Empty where the bytes are not one JSON object in UTF-8, without a name that is there twice. */
  public static Optional<ObjectNode> parse(byte[] bytes) {
    try {
      // A string, for the parser would guess other encodings from bytes.
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      try (JsonParser parser = JSON.createParser(text)) {
        parser.nextToken();
        JsonNode root = parser.currentToken() == null ? NullNode.instance : read(parser);
        return root instanceof ObjectNode object && parser.nextToken() == null
            ? Optional.of(object)
            : Optional.empty();
      }
    } catch (CharacterCodingException | JsonProcessingException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory", e);
    }
  }

  private static JsonNode read(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
          parser.nextToken();
          object.set(name, read(parser));
        }
        yield object;
      }
      case START_ARRAY -> {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        while (parser.nextToken() != com.fasterxml.jackson.core.JsonToken.END_ARRAY) {
          array.add(read(parser));
        }
        yield array;
      }
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser.getText());
      case VALUE_STRING -> TextNode.valueOf(parser.getText());
      case VALUE_TRUE -> BooleanNode.TRUE;
      case VALUE_FALSE -> BooleanNode.FALSE;
      default -> NullNode.instance;
    };
  }

  /** Empty where it has half of a surrogate pair, which UTF-8 cannot hold. */
  static Optional<byte[]> write(ObjectNode root) {
    try {
      return Optional.of(JSON.writeValueAsBytes(root));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** A number by its digits. */
  static JsonNode number(String digits) {
    return new POJONode(new RawValue(digits));
  }

  static boolean isNumber(@Nullable JsonNode node) {
    return node instanceof POJONode;
  }

  /** The text of a string, a number's digits, or true or false; empty of all else. */
  public static Optional<String> text(@Nullable JsonNode node) {
    if (node instanceof POJONode number && number.getPojo() instanceof RawValue raw) {
      return Optional.of(String.valueOf(raw.rawValue()));
    }
    return node != null && (node.isTextual() || node.isBoolean())
        ? Optional.of(node.asText())
        : Optional.empty();
  }
}
