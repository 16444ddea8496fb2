package io.sluice.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.sluice.convert.Converter;
import io.sluice.convert.Elements;
import io.sluice.convert.Field;
import io.sluice.convert.Fields;
import io.sluice.convert.JsonFault;
import io.sluice.convert.Rejection;
import io.sluice.deadletter.Reason;
import io.sluice.record.Utf8;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a document of JSON into the {@link Fields} that somebody wants of it, in one pass of the
 * JSON library's tokenizer: no tree is built. What is no JSON object in UTF-8, or beyond the
 * limits, is a {@link Rejection}; the answer depends on the document alone. Not safe for use by
 * several threads.
 */
public final class JsonReader {
  private static final int LONGEST_NUMBER = 1000;

  /** Stands for a value that is not read. */
  private static final String OMITTED = "0";

  private final int maxDepth;
  private final boolean refusesUnknown;
  private final Consumer<String> unknownFields;
  private final JsonFactory json;

  /**
   * @param maxDepth a document that is nested deeper is {@link Reason#TOO_DEEP}
   * @param maxBytes the most that a document has
   * @param refusesUnknown whether a field that nobody wants is {@link Reason#UNKNOWN_FIELD}
   * @param unknownFields told of each such field, as {@code items[].price}
   */
  public JsonReader(
      int maxDepth, int maxBytes, boolean refusesUnknown, Consumer<String> unknownFields) {
    this.maxDepth = maxDepth;
    this.refusesUnknown = refusesUnknown;
    this.unknownFields = unknownFields;
    // Our own limits come first; the library's are set so that they cannot. Its table of names is
    // shared by all documents: where names collide, one would be read by what came before it.
    this.json =
        JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(maxDepth + 10)
                    .maxStringLength(maxBytes + 1)
                    .maxNameLength(maxBytes + 1)
                    .maxNumberLength(LONGEST_NUMBER)
                    .build())
            .build();
  }

  /**
   * Reads a document.
   *
   * @param document null for none
   * @throws Rejection where it is none, or a converter refuses what it holds
   */
  public void read(byte @Nullable [] document, Fields to) throws Rejection {
    byte[] value = checked(document);
    read(new String(value, StandardCharsets.UTF_8), value, to);
  }

  /**
   * The same without a value in it, of which it is known that it is a value of JSON: to whoever
   * wants it, it is the number 0.
   *
   * @param from where it begins
   * @param end where it ends
   */
  public void readWithout(byte[] document, int from, int end, Fields to) throws Rejection {
    byte[] value = checked(document);
    String text =
        new String(value, 0, from, StandardCharsets.UTF_8)
            + OMITTED
            + new String(value, end, value.length - end, StandardCharsets.UTF_8);
    read(text, value, to);
  }

  private void read(String text, byte[] value, Fields to) throws Rejection {
    // From bytes, the library reads names by that table alone.
    try (JsonParser parser = json.createParser(text.toCharArray())) {
      readDocument(parser, to);
    } catch (StreamConstraintsException e) {
      throw tooLong();
    } catch (JsonProcessingException e) {
      throw new Rejection(Reason.MALFORMED_JSON, "", JsonFault.of(value));
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory", e);
    }
  }

  /**
   * Reads a text that is a value of JSON by itself, of any kind.
   *
   * @param utf8 valid UTF-8
   * @throws Rejection where it is none, or the converter refuses what it holds
   */
  public void readValue(byte[] utf8, Converter to) throws Rejection {
    try (JsonParser parser =
        json.createParser(new String(utf8, StandardCharsets.UTF_8).toCharArray())) {
      parser.nextToken();
      readValue(parser, to, 0);
      requireEnd(parser);
    } catch (StreamConstraintsException e) {
      throw tooLong();
    } catch (JsonProcessingException e) {
      throw new Rejection(Reason.MALFORMED_JSON, "", "in the text: " + JsonFault.of(utf8));
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory", e);
    }
  }

  private static byte[] checked(byte @Nullable [] value) throws Rejection {
    if (value == null) {
      throw new Rejection(Reason.EMPTY, "", "the record has no value (a tombstone)");
    }
    if (!Utf8.isValid(value)) {
      throw new Rejection(Reason.NOT_UTF8, "", "the value is not UTF-8");
    }
    if (isBlank(value)) {
      throw new Rejection(Reason.EMPTY, "", "the record's value is empty");
    }
    // The parser would take these for UTF-16 or UTF-32, or skip the mark: JSON on the wire is UTF-8
    // without one (RFC 8259, 8.1).
    if (value.length >= 2 && (value[0] == 0 || value[1] == 0)) {
      throw new Rejection(
          Reason.MALFORMED_JSON, "", "a NUL byte at the start: UTF-16 or UTF-32, not UTF-8");
    }
    if (value[0] == (byte) 0xEF
        && value.length >= 3
        && value[1] == (byte) 0xBB
        && value[2] == (byte) 0xBF) {
      throw new Rejection(Reason.MALFORMED_JSON, "", "a byte order mark before the document");
    }
    return value;
  }

  private static boolean isBlank(byte[] value) {
    for (byte b : value) {
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return false;
      }
    }
    return true;
  }

  private void readDocument(JsonParser parser, Fields to) throws IOException, Rejection {
    JsonToken first = parser.nextToken();
    if (first != JsonToken.START_OBJECT) {
      // What is not even JSON is to be called so.
      if (first == JsonToken.START_ARRAY) {
        skip(parser, 1);
      }
      throw new Rejection(
          Reason.NOT_AN_OBJECT,
          "",
          "the document is " + describe(parser, first) + ", not an object");
    }
    readFields(parser, to, 1);
    requireEnd(parser);
  }

  private static void requireEnd(JsonParser parser) throws IOException, Rejection {
    boolean more;
    try {
      more = parser.nextToken() != null;
    } catch (JsonParseException e) {
      more = true;
    }
    if (more) {
      throw new Rejection(Reason.TRAILING_DATA, "", "something follows the document");
    }
  }

  private void readFields(JsonParser parser, Fields fields, int depth)
      throws IOException, Rejection {
    checkDepth(depth);
    Set<String> seen = new HashSet<>();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      Field field = fields.field(name);
      requireFirst(seen, name);
      parser.nextToken();
      try {
        if (field == null) {
          unknown(parser, fields.pathOf(name), depth);
        } else {
          readValue(parser, field.converter(), depth);
        }
      } catch (Rejection e) {
        throw e.within(name);
      }
    }
    if (parser.currentToken() != JsonToken.END_OBJECT) {
      throw new JsonParseException(parser, "an object without an end");
    }
  }

  private void unknown(JsonParser parser, String path, int depth) throws IOException, Rejection {
    skip(parser, depth);
    unknownFields.accept(path);
    if (refusesUnknown) {
      throw new Rejection(Reason.UNKNOWN_FIELD, "", "the contract does not name this field");
    }
  }

  /** Passes a value that nobody asked for, with the checks that hold for the whole document. */
  private void skip(JsonParser parser, int depth) throws IOException, Rejection {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      checkDepth(depth + 1);
      Set<String> names = new HashSet<>();
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        requireFirst(names, name);
        parser.nextToken();
        try {
          skip(parser, depth + 1);
        } catch (Rejection e) {
          throw e.within(name);
        }
      }
    } else if (token == JsonToken.START_ARRAY) {
      checkDepth(depth + 1);
      for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
        try {
          skip(parser, depth + 1);
        } catch (Rejection e) {
          throw e.within("[" + i + "]");
        }
      }
    } else if (token == null) {
      throw endsTooEarly(parser);
    } else if (token == JsonToken.VALUE_STRING) {
      // A string is tokenized when it is asked for; what is wrong in it is wrong in the document.
      checkSurrogates(parser);
    }
  }

  private void readValue(JsonParser parser, Converter to, int depth) throws IOException, Rejection {
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw endsTooEarly(parser);
    }
    switch (token) {
      case VALUE_NULL -> to.nothing();
      case VALUE_TRUE -> to.flag(true);
      case VALUE_FALSE -> to.flag(false);
      case VALUE_STRING -> {
        checkSurrogates(parser);
        byte[] utf8 = parser.getText().getBytes(StandardCharsets.UTF_8);
        to.text(utf8, 0, utf8.length);
      }
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> readNumber(parser, to, token);
      case START_ARRAY -> {
        Elements elements = to.list();
        checkDepth(depth + 1);
        for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
          try {
            readValue(parser, elements.element(), depth + 1);
          } catch (Rejection e) {
            throw e.within("[" + i + "]");
          }
        }
        elements.end();
      }
      case START_OBJECT -> {
        Fields fields = to.object();
        readFields(parser, fields, depth + 1);
        fields.end();
      }
      default -> throw new JsonParseException(parser, "no value");
    }
  }

  private static void readNumber(JsonParser parser, Converter to, JsonToken token)
      throws IOException, Rejection {
    if (parser.getTextLength() > LONGEST_NUMBER) {
      throw tooLong();
    }
    if (token == JsonToken.VALUE_NUMBER_INT
        && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
      to.integer(parser.getLongValue());
    } else {
      to.number(parser.getText());
    }
  }

  private static Rejection tooLong() {
    return new Rejection(
        Reason.TOO_LARGE, "", "a number of more than " + LONGEST_NUMBER + " digits");
  }

  /**
   * A lone surrogate is no character: UTF-8, and so Parquet, cannot hold it, and a replacement
   * would alter the data.
   */
  private static void checkSurrogates(JsonParser parser) throws IOException, Rejection {
    char[] text = parser.getTextCharacters();
    int end = parser.getTextOffset() + parser.getTextLength();
    for (int i = parser.getTextOffset(); i < end; i++) {
      if (Character.isSurrogate(text[i])) {
        if (i + 1 == end || !Character.isSurrogatePair(text[i], text[i + 1])) {
          throw new Rejection(Reason.MALFORMED_JSON, "", "half of a surrogate pair is escaped");
        }
        i++;
      }
    }
  }

  private void checkDepth(int depth) throws Rejection {
    if (depth > maxDepth) {
      throw new Rejection(Reason.TOO_DEEP, "", "deeper than " + maxDepth);
    }
  }

  private static void requireFirst(Set<String> seen, String name) throws Rejection {
    if (!seen.add(name)) {
      throw new Rejection(
          Reason.DUPLICATE_KEY, name, "the name '" + name + "' stands twice in one object");
    }
  }

  private static JsonParseException endsTooEarly(JsonParser parser) {
    return new JsonParseException(parser, "the document ends too early");
  }

  private static String describe(JsonParser parser, @Nullable JsonToken token) throws IOException {
    if (token == null) {
      return "nothing";
    }
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY, END_ARRAY -> "a list";
      case VALUE_STRING -> "the string \"" + shortened(parser.getText()) + "\"";
      default -> shortened(parser.getText());
    };
  }

  private static String shortened(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }
}
