package io.sluice.jsonschema;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ValueNode;
import io.sluice.convert.Rejection;
import io.sluice.deadletter.Reason;
import java.io.IOException;
import java.math.BigDecimal;

/** Documents as trees, for a validator: numbers have all their digits. */
final class Documents {
  /** What is beyond would become millions of digits as soon as anybody calculates with it. */
  private static final int GREATEST_EXPONENT = 2_000;

  private static final ObjectReader READER =
      JsonMapper.builder(
              JsonFactory.builder()
                  // Its table of names is shared by all documents: where names collide, what
                  // becomes of one would depend on those before it.
                  .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                  // The decoder of JSON has been there before, with bounds of its own.
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(Integer.MAX_VALUE)
                          .maxStringLength(Integer.MAX_VALUE)
                          .maxNameLength(Integer.MAX_VALUE)
                          .maxNumberLength(Integer.MAX_VALUE)
                          .build())
                  .build())
          .nodeFactory(new Nodes())
          .build()
          .readerFor(JsonNode.class)
          .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private Documents() {}

  /** An exponent that nobody should calculate with. */
  private static final class TooGreatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooGreatException() {
      super("", null, false, false);
    }
  }

  private static final class Nodes extends JsonNodeFactory {
    private static final long serialVersionUID = 1L;

    Nodes() {
      super(true);
    }

    @Override
    public ValueNode numberNode(BigDecimal value) {
      if (Math.abs((long) value.scale()) > GREATEST_EXPONENT) {
        throw new TooGreatException();
      }
      return super.numberNode(value);
    }
  }

  /**
   * The tree of a document that the format JSON has accepted.
   *
   * @throws Rejection where a number's exponent is too great to be validated
   */
  static JsonNode parse(byte[] json, int start, int length) throws Rejection {
    try (JsonParser parser = READER.createParser(json, start, length)) {
      try {
        return READER.readTree(parser);
      } catch (TooGreatException e) {
        throw new Rejection(
            Reason.TOO_LARGE,
            Paths.ofPointer(parser.getParsingContext().pathAsPointer()),
            "a number with an exponent beyond "
                + GREATEST_EXPONENT
                + ", of which no schema can be asked");
      }
    } catch (JsonProcessingException | NumberFormatException e) {
      // The last of an exponent that the library has no room for.
      throw new Rejection(
          Reason.MALFORMED_JSON, "", "a document that no schema can be asked of: " + reason(e));
    } catch (IOException e) {
      throw new IllegalStateException("reading an array", e);
    }
  }

  private static String reason(Exception e) {
    return e instanceof JsonProcessingException json
        ? json.getOriginalMessage()
        : String.valueOf(e.getMessage());
  }
}
