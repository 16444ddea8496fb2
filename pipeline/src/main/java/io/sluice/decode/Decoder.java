package io.sluice.decode;

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
import io.sluice.Wording;
import io.sluice.contract.Column;
import io.sluice.contract.ColumnType;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.contract.Contract;
import io.sluice.contract.Contract.UnknownFields;
import io.sluice.contract.RowSchemas;
import io.sluice.contract.Table;
import io.sluice.deadletter.Reason;
import io.sluice.source.SourceRecord;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.jspecify.annotations.Nullable;

/**
 * Decodes records against a contract, in one pass of the JSON library's tokenizer over the bytes:
 * no tree is built. What the contract does not accept is a {@link Rejection}; the answer depends on
 * record and contract alone. Not safe for use by several threads.
 */
final class Decoder {
  private static final int LONGEST_NUMBER = 1000;

  /** Told of each field that the contract does not name. */
  interface UnknownFieldListener {
    void unknown(String path);
  }

  private final Contract contract;
  private final Table table;
  private final @Nullable Duration maxFuture;
  private final @Nullable Duration maxAge;
  private final UnknownFieldListener listener;
  private final Schema schema;
  private final ObjectPlan plan;
  private final JsonFactory json;

  /**
   * @param maxFuture how far an event time may be ahead of the record's Kafka timestamp, null for
   *     any
   * @param maxAge how far it may be behind, null for any
   */
  Decoder(
      Contract contract,
      @Nullable Duration maxFuture,
      @Nullable Duration maxAge,
      UnknownFieldListener listener) {
    this.contract = contract;
    this.table = contract.lakeTable();
    this.maxFuture = maxFuture;
    this.maxAge = maxAge;
    this.listener = listener;
    this.schema = contract.rowSchema();
    this.plan = ObjectPlan.of(contract);
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

  Row decode(SourceRecord record) throws Rejection {
    byte[] value = checked(record.value());
    int columns = contract.columns().size();
    @Nullable Object[] values = new Object[columns + 4];
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
    checkEventTime(
        java.util.Objects.requireNonNull((Instant) values[contract.eventTime()]), record);
    values[columns] = record.source();
    values[columns + 1] = record.partition();
    values[columns + 2] = record.offset();
    values[columns + 3] = record.recordTime();
    return Row.withSchema(schema).attachValues(values);
  }

  private byte[] checked(byte @Nullable [] value) throws Rejection {
    if (value == null) {
      throw new Rejection(Reason.EMPTY, "", "the record has no value (a tombstone)");
    }
    if (value.length > contract.maxBytes()) {
      throw new Rejection(
          Reason.TOO_LARGE,
          "",
          value.length + " bytes, the contract allows " + contract.maxBytes());
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
    long seen = 0;
    Set<String> others = null;
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      Member member = object.members.get(name);
      if (member != null && member.bit != 0) {
        if ((seen & member.bit) != 0) {
          throw duplicate(parser, name);
        }
        seen |= member.bit;
      } else {
        others = others == null ? new HashSet<>() : others;
        if (!others.add(name)) {
          throw duplicate(parser, name);
        }
      }
      parser.nextToken();
      if (member == null) {
        unknown(parser, depth);
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
      values[member.slot] = readValue(parser, member.type(), depth, member.eventTime);
    }
  }

  private void unknown(JsonParser parser, int depth) throws IOException, Rejection {
    String path = path(fieldContext(parser));
    skip(parser, depth);
    listener.unknown(path);
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
    if (type.scalar != null) {
      return readScalar(parser, type.scalar, token);
    }
    if (type.decimal != null) {
      return readDecimal(parser, type.decimal, token);
    }
    if (type.timestamp != null) {
      return readTimestamp(parser, type.timestamp, token, eventTime);
    }
    if (type.element != null) {
      return readList(parser, type.element, token, depth + 1);
    }
    return readStruct(parser, type, token, depth + 1);
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

  private Row readStruct(JsonParser parser, ValuePlan type, @Nullable JsonToken token, int depth)
      throws IOException, Rejection {
    if (token != JsonToken.START_OBJECT || type.fields == null || type.structSchema == null) {
      throw wrongType(parser, "an object");
    }
    String path = path(parser.getParsingContext().getParent());
    @Nullable Object[] values = new Object[type.structSchema.getFieldCount()];
    readObject(parser, type.fields, values, depth);
    for (Member member : type.fields.members.values()) {
      if (member.required && values[member.slot] == null) {
        throw missing(path.isEmpty() ? member.path : path + "." + member.path);
      }
    }
    return Row.withSchema(type.structSchema).attachValues(values);
  }

  private Object readScalar(JsonParser parser, Scalar type, @Nullable JsonToken token)
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
      };
    } catch (InputCoercionException e) {
      throw wrongType(
          parser, type == Scalar.INT32 ? "a whole number of 32 bits" : "a whole number of 64 bits");
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
    long kept = Math.floorDiv(micros.getAsLong(), unit) * unit;
    return Instant.ofEpochSecond(
        Math.floorDiv(kept, 1_000_000L), Math.floorMod(kept, 1_000_000L) * 1000L);
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

  private void checkEventTime(Instant eventTime, SourceRecord record) throws Rejection {
    String path = String.join(".", contract.columns().get(contract.eventTime()).path());
    if (!table.hasDate(eventTime)) {
      throw new Rejection(
          Reason.BAD_EVENT_TIME,
          path,
          eventTime + " is beyond the years 1 to 9999 in " + table.zone());
    }
    // A record without a timestamp has nothing to compare with.
    if (record.recordTime() < 0) {
      return;
    }
    Instant recordTime = Instant.ofEpochMilli(record.recordTime());
    if (maxFuture != null && Duration.between(recordTime, eventTime).compareTo(maxFuture) > 0) {
      throw new Rejection(
          Reason.FUTURE_EVENT_TIME,
          path,
          eventTime
              + " is more than "
              + Wording.duration(maxFuture)
              + " ahead of the record's time "
              + recordTime);
    }
    if (maxAge != null && Duration.between(eventTime, recordTime).compareTo(maxAge) > 0) {
      throw new Rejection(
          Reason.STALE_EVENT_TIME,
          path,
          eventTime
              + " is more than "
              + Wording.duration(maxAge)
              + " behind the record's time "
              + recordTime);
    }
  }

  private static void requireAll(ObjectPlan object, @Nullable Object[] values) throws Rejection {
    for (Member member : object.members.values()) {
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

  /** What to do with each name of an object. */
  private static final class ObjectPlan {
    final Map<String, Member> members = new HashMap<>();

    static ObjectPlan of(Contract contract) {
      ObjectPlan root = new ObjectPlan();
      for (int slot = 0; slot < contract.columns().size(); slot++) {
        Column column = contract.columns().get(slot);
        ObjectPlan at = root;
        for (String name : column.path().subList(0, column.path().size() - 1)) {
          Member member = at.members.computeIfAbsent(name, n -> Member.inner(new ObjectPlan()));
          at = java.util.Objects.requireNonNull(member.inner);
        }
        at.members.put(
            column.path().get(column.path().size() - 1),
            Member.leaf(
                slot,
                ValuePlan.of(column.type()),
                column.required(),
                String.join(".", column.path()),
                slot == contract.eventTime()));
      }
      root.numberMembers();
      return root;
    }

    static ObjectPlan of(ColumnType.StructOf struct) {
      ObjectPlan plan = new ObjectPlan();
      for (int slot = 0; slot < struct.fields().size(); slot++) {
        ColumnType.Field field = struct.fields().get(slot);
        plan.members.put(
            field.name(),
            Member.leaf(slot, ValuePlan.of(field.type()), field.required(), field.name(), false));
      }
      plan.numberMembers();
      return plan;
    }

    /** The first 64 members of an object are told apart by a bit each, the rest by name. */
    private void numberMembers() {
      int number = 0;
      for (Member member : members.values()) {
        member.bit = number < Long.SIZE ? 1L << number : 0;
        number++;
        if (member.inner != null) {
          member.inner.numberMembers();
        }
      }
    }
  }

  private static final class Member {
    final @Nullable ObjectPlan inner;
    final @Nullable ValuePlan type;
    final int slot;
    final boolean required;
    final String path;
    final boolean eventTime;
    long bit;

    private Member(
        @Nullable ObjectPlan inner,
        @Nullable ValuePlan type,
        int slot,
        boolean required,
        String path,
        boolean eventTime) {
      this.inner = inner;
      this.type = type;
      this.slot = slot;
      this.required = required;
      this.path = path;
      this.eventTime = eventTime;
    }

    static Member inner(ObjectPlan inner) {
      return new Member(inner, null, -1, false, "", false);
    }

    static Member leaf(int slot, ValuePlan type, boolean required, String path, boolean eventTime) {
      return new Member(null, type, slot, required, path, eventTime);
    }

    ValuePlan type() {
      return java.util.Objects.requireNonNull(type);
    }
  }

  /** A {@link ColumnType}, taken apart once so that no record pays for it. */
  private static final class ValuePlan {
    @Nullable Scalar scalar;
    ColumnType.@Nullable Decimal decimal;
    @Nullable Timestamp timestamp;
    @Nullable ValuePlan element;
    @Nullable ObjectPlan fields;
    @Nullable Schema structSchema;

    static ValuePlan of(ColumnType type) {
      ValuePlan plan = new ValuePlan();
      if (type instanceof Scalar scalar) {
        plan.scalar = scalar;
      } else if (type instanceof ColumnType.Decimal decimal) {
        plan.decimal = decimal;
      } else if (type instanceof Timestamp timestamp) {
        plan.timestamp = timestamp;
      } else if (type instanceof ColumnType.ListOf list) {
        plan.element = of(list.element());
      } else if (type instanceof ColumnType.StructOf struct) {
        plan.fields = ObjectPlan.of(struct);
        plan.structSchema = RowSchemas.structSchema(struct);
      }
      return plan;
    }
  }
}
