package io.sluice.json;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.sluice.contract.ColumnType;
import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.contract.Contract;
import io.sluice.contract.Contract.UnknownFields;
import io.sluice.deadletter.Reason;
import io.sluice.decode.Numbers;
import io.sluice.decode.Rejection;
import io.sluice.decode.Timestamps;
import io.sluice.json.JsonPlan.Member;
import io.sluice.json.JsonPlan.ObjectPlan;
import io.sluice.json.JsonPlan.ValuePlan;
import io.sluice.record.ColumnValues;
import io.sluice.record.EncodedValues;
import io.sluice.record.RowValues;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.beam.sdk.values.Row;
import org.jspecify.annotations.Nullable;

/**
 * Decodes any record against a contract, in one pass of the JSON library's tokenizer: no tree is
 * built. What the contract does not accept is a {@link Rejection}; the answer depends on record and
 * contract alone. Not safe for use by several threads.
 */
final class ExactDecoder implements JsonDecoder.Exact {
  private static final int LONGEST_NUMBER = 1000;

  /** Told of each field that the contract does not name, as {@code items[].price}. */
  interface UnknownFieldListener {
    void unknown(String path);
  }

  private final Contract contract;
  private final UnknownFieldListener listener;
  private final ObjectPlan plan;
  private final RowValues rows;
  private final JsonFactory json;

  ExactDecoder(Contract contract, ObjectPlan plan, UnknownFieldListener listener) {
    this.contract = contract;
    this.listener = listener;
    this.plan = plan;
    this.rows = new RowValues(contract.columns());
    // Our own limits come first; the library's are set so that they cannot. Its table of names is
    // shared by all documents: where names collide, one would be read by what came before it.
    this.json =
        JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(contract.maxDepth() + 10)
                    .maxStringLength(contract.maxBytes() + 1)
                    .maxNameLength(contract.maxBytes() + 1)
                    .maxNumberLength(LONGEST_NUMBER)
                    .build())
            .build();
  }

  @Override
  public ColumnValues decode(byte @Nullable [] document) throws Rejection {
    byte[] value = checked(document);
    @Nullable Object[] values = new Object[contract.columns().size()];
    // From bytes, the library reads names by that table alone.
    char[] text = new String(value, StandardCharsets.UTF_8).toCharArray();
    try (JsonParser parser = json.createParser(text)) {
      readDocument(parser, values);
    } catch (StreamConstraintsException e) {
      throw new Rejection(
          Reason.TOO_LARGE, "", "a number of more than " + LONGEST_NUMBER + " digits");
    } catch (JsonProcessingException e) {
      throw new Rejection(Reason.MALFORMED_JSON, "", JsonFault.of(value));
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory", e);
    }
    requireAll(plan, values);
    return rows.of(values);
  }

  private byte[] checked(byte @Nullable [] value) throws Rejection {
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

  private void readDocument(JsonParser parser, @Nullable Object[] values)
      throws IOException, Rejection {
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
    readObject(parser, plan, values, 1);
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

  private void readObject(
      JsonParser parser, ObjectPlan object, @Nullable Object[] values, int depth)
      throws IOException, Rejection {
    checkDepth(parser, depth);
    Set<String> seen = new HashSet<>();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      Member member = object.member(name);
      if (!seen.add(name)) {
        throw duplicate(parser, name);
      }
      parser.nextToken();
      if (member == null) {
        unknown(parser, object, name, depth);
      } else {
        readMember(parser, member, values, depth);
      }
    }
    if (parser.currentToken() != JsonToken.END_OBJECT) {
      throw new JsonParseException(parser, "an object without an end");
    }
  }

  private void readMember(JsonParser parser, Member member, @Nullable Object[] values, int depth)
      throws IOException, Rejection {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    if (member.inner != null) {
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        throw wrongType(parser, "an object");
      }
      readObject(parser, member.inner, values, depth + 1);
    } else {
      values[member.slot] = readValue(parser, member.value(), depth, member.eventTime);
    }
  }

  private void unknown(JsonParser parser, ObjectPlan object, String name, int depth)
      throws IOException, Rejection {
    String path = path(fieldContext(parser));
    skip(parser, depth);
    listener.unknown(object.pathOf(name));
    if (contract.unknownFields() == UnknownFields.DEAD_LETTER) {
      throw new Rejection(Reason.UNKNOWN_FIELD, path, "the contract does not name this field");
    }
  }

  /** Passes a value that nobody asked for, with the checks that hold for the whole document. */
  private void skip(JsonParser parser, int depth) throws IOException, Rejection {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      checkDepth(parser, depth + 1);
      Set<String> names = new HashSet<>();
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        if (!names.add(name)) {
          throw duplicate(parser, name);
        }
        parser.nextToken();
        skip(parser, depth + 1);
      }
    } else if (token == JsonToken.START_ARRAY) {
      checkDepth(parser, depth + 1);
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        skip(parser, depth + 1);
      }
    } else if (token == null) {
      throw new JsonParseException(parser, "the document ends too early");
    } else if (token == JsonToken.VALUE_STRING) {
      // A string is tokenized when it is asked for; what is wrong in it is wrong in the document.
      checkSurrogates(parser);
    }
  }

  private @Nullable Object readValue(
      JsonParser parser, ValuePlan type, int depth, boolean eventTime)
      throws IOException, Rejection {
    JsonToken token = parser.currentToken();
    return switch (type.kind) {
      case DECIMAL -> readDecimal(parser, type.decimal(), token);
      case TIMESTAMP -> readTimestamp(parser, type.timestamp(), token, eventTime);
      case LIST -> readList(parser, type.element(), token, depth + 1);
      case STRUCT -> readStruct(parser, type.fields(), token, depth + 1);
      default -> readScalar(parser, type.kind, token);
    };
  }

  private List<@Nullable Object> readList(
      JsonParser parser, ValuePlan element, @Nullable JsonToken token, int depth)
      throws IOException, Rejection {
    if (token != JsonToken.START_ARRAY) {
      throw wrongType(parser, "a list");
    }
    checkDepth(parser, depth);
    List<@Nullable Object> values = new ArrayList<>();
    for (JsonToken next = parser.nextToken();
        next != JsonToken.END_ARRAY;
        next = parser.nextToken()) {
      values.add(next == JsonToken.VALUE_NULL ? null : readValue(parser, element, depth, false));
    }
    return values;
  }

  private Row readStruct(JsonParser parser, ObjectPlan struct, @Nullable JsonToken token, int depth)
      throws IOException, Rejection {
    if (token != JsonToken.START_OBJECT) {
      throw wrongType(parser, "an object");
    }
    String path = path(parser.getParsingContext().getParent());
    @Nullable Object[] values = new Object[struct.members.size()];
    readObject(parser, struct, values, depth);
    for (Member member : struct.members) {
      if (member.required && values[member.slot] == null) {
        throw missing(path.isEmpty() ? member.path : path + "." + member.path);
      }
    }
    return Row.withSchema(Objects.requireNonNull(struct.schema)).attachValues(values);
  }

  private Object readScalar(JsonParser parser, ValuePlan.Kind type, @Nullable JsonToken token)
      throws IOException, Rejection {
    try {
      return switch (type) {
        case STRING -> {
          expect(parser, token == JsonToken.VALUE_STRING, "a string");
          checkSurrogates(parser);
          yield parser.getText();
        }
        case BOOLEAN -> {
          expect(
              parser,
              token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE,
              "true or false");
          yield token == JsonToken.VALUE_TRUE;
        }
        case INT32 -> {
          expect(parser, isNumber(token), "a whole number");
          yield token == JsonToken.VALUE_NUMBER_INT
              ? parser.getIntValue()
              : (int) readWhole(parser, Integer.SIZE);
        }
        case INT64 -> {
          expect(parser, isNumber(token), "a whole number");
          yield token == JsonToken.VALUE_NUMBER_INT
              ? parser.getLongValue()
              : readWhole(parser, Long.SIZE);
        }
        case FLOAT -> {
          expect(parser, isNumber(token), "a number");
          float value = parser.getFloatValue();
          expect(parser, Float.isFinite(value), "a number that a float can hold");
          yield value;
        }
        case DOUBLE -> {
          expect(parser, isNumber(token), "a number");
          double value = parser.getDoubleValue();
          expect(parser, Double.isFinite(value), "a number that a double can hold");
          yield value;
        }
        case DATE -> {
          expect(parser, token == JsonToken.VALUE_STRING, "a date as YYYY-MM-DD");
          LocalDate date = LocalDate.parse(parser.getText());
          expect(
              parser,
              date.getYear() >= 1 && date.getYear() <= 9999,
              "a date of the years 1 to 9999");
          yield date;
        }
        case BYTES -> {
          expect(parser, token == JsonToken.VALUE_STRING, "base64");
          yield Base64Variants.MIME_NO_LINEFEEDS.decode(parser.getText());
        }
        default -> throw new IllegalStateException(type + " is no scalar");
      };
    } catch (InputCoercionException e) {
      throw wrongType(
          parser,
          type == ValuePlan.Kind.INT32 ? "a whole number of 32 bits" : "a whole number of 64 bits");
    } catch (DateTimeException e) {
      throw wrongType(parser, "a date as YYYY-MM-DD");
    } catch (IllegalArgumentException e) {
      throw wrongType(parser, "base64");
    }
  }

  /** A number with a fraction or an exponent that is whole all the same: 1.0, 1e3. */
  private static long readWhole(JsonParser parser, int bits) throws IOException, Rejection {
    BigDecimal value = Numbers.decimal(parser.getText());
    String fitting = "a whole number of " + bits + " bits";
    if (value == null) {
      throw wrongType(parser, fitting);
    }
    expect(parser, value.stripTrailingZeros().scale() <= 0, "a whole number");
    expect(parser, value.toBigInteger().bitLength() < bits, fitting);
    return value.longValue();
  }

  private static boolean isNumber(@Nullable JsonToken token) {
    return token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT;
  }

  private BigDecimal readDecimal(
      JsonParser parser, ColumnType.Decimal type, @Nullable JsonToken token)
      throws IOException, Rejection {
    expect(
        parser,
        isNumber(token)
            || token == JsonToken.VALUE_STRING && parser.getTextLength() <= LONGEST_NUMBER,
        "a decimal number");
    BigDecimal value = Numbers.decimal(parser.getText());
    if (value == null) {
      throw wrongType(parser, "a decimal number");
    }
    value = value.stripTrailingZeros();
    // Nothing is rounded: a digit too many is the record's fault, and dropping it would be ours.
    long whole = (long) value.precision() - value.scale();
    expect(
        parser,
        value.scale() <= type.scale()
            && (value.signum() == 0 || whole <= type.precision() - type.scale()),
        "a decimal(" + type.precision() + "," + type.scale() + ")");
    return value.setScale(type.scale());
  }

  private Instant readTimestamp(
      JsonParser parser, Timestamp type, @Nullable JsonToken token, boolean eventTime)
      throws IOException, Rejection {
    OptionalLong micros = OptionalLong.empty();
    if (type.format() == Timestamp.Format.ISO8601) {
      if (token == JsonToken.VALUE_STRING) {
        micros =
            Timestamps.iso8601(
                parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
      }
    } else if (isNumber(token)) {
      long perSecond = type.format().perSecond();
      if (token == JsonToken.VALUE_NUMBER_INT
          && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
        micros = Timestamps.epoch(parser.getLongValue(), perSecond);
      } else {
        BigDecimal units = Numbers.decimal(parser.getText());
        micros = units == null ? micros : Timestamps.epoch(units, perSecond);
      }
    }
    if (micros.isEmpty()) {
      String expected =
          type.format() == Timestamp.Format.ISO8601
              ? "an ISO-8601 time with offset"
              : "a time as " + type.format().name().toLowerCase(java.util.Locale.ROOT);
      Rejection wrong = wrongType(parser, expected);
      throw eventTime ? new Rejection(Reason.BAD_EVENT_TIME, wrong.path(), wrong.text()) : wrong;
    }
    long unit = type.unit() == Timestamp.Unit.MILLIS ? 1000 : 1;
    return EncodedValues.instant(Math.floorDiv(micros.getAsLong(), unit) * unit);
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
          throw new Rejection(
              Reason.MALFORMED_JSON,
              path(parser.getParsingContext()),
              "half of a surrogate pair is escaped");
        }
        i++;
      }
    }
  }

  private void checkDepth(JsonParser parser, int depth) throws Rejection {
    if (depth > contract.maxDepth()) {
      throw new Rejection(
          Reason.TOO_DEEP,
          path(parser.getParsingContext().getParent()),
          "deeper than " + contract.maxDepth());
    }
  }

  private static void requireAll(ObjectPlan object, @Nullable Object[] values) throws Rejection {
    for (Member member : object.members) {
      if (member.inner != null) {
        requireAll(member.inner, values);
      } else if (member.required && values[member.slot] == null) {
        throw missing(member.path);
      }
    }
  }

  private static Rejection missing(String path) {
    return new Rejection(Reason.MISSING_FIELD, path, "required, and absent or null");
  }

  private static Rejection duplicate(JsonParser parser, String name) {
    return new Rejection(
        Reason.DUPLICATE_KEY,
        path(parser.getParsingContext()),
        "the name '" + name + "' stands twice in one object");
  }

  private static void expect(JsonParser parser, boolean condition, String expected)
      throws IOException, Rejection {
    if (!condition) {
      throw wrongType(parser, expected);
    }
  }

  private static Rejection wrongType(JsonParser parser, String expected) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw new JsonParseException(parser, "the document ends too early");
    }
    return new Rejection(
        Reason.WRONG_TYPE,
        path(fieldContext(parser)),
        "expected " + expected + ", found " + describe(parser, token));
  }

  /** The context of the value that the parser stands at, not of what that value opens. */
  private static @Nullable JsonStreamContext fieldContext(JsonParser parser) {
    JsonToken token = parser.currentToken();
    JsonStreamContext context = parser.getParsingContext();
    return token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY
        ? context.getParent()
        : context;
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

  private static String path(@Nullable JsonStreamContext context) {
    StringBuilder path = new StringBuilder();
    for (JsonStreamContext at = context; at != null && !at.inRoot(); at = at.getParent()) {
      if (at.inArray()) {
        path.insert(0, "[" + at.getCurrentIndex() + "]");
      } else if (at.getCurrentName() != null) {
        path.insert(
            0,
            (at.getParent() != null && !at.getParent().inRoot() ? "." : "") + at.getCurrentName());
      }
    }
    return path.toString();
  }
}
