package io.sluice.infer;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.contract.ColumnType.Timestamp.Format;
import io.sluice.convert.Numbers;
import io.sluice.convert.Timestamps;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a sample's documents have at one path. */
final class FieldProfile {
  enum Kind {
    STRING,
    BOOLEAN,
    NUMBER,
    OBJECT,
    ARRAY,
    /** Bytes, of a format that has them. */
    BYTES
  }

  /** An object with more names may be a map: its names are values. */
  static final int MANY_NAMES = 200;

  /** More are not looked at: a producer that puts identifiers into names must not fill the heap. */
  static final int MOST_NAMES = 5_000;

  private static final long EARLIEST_EPOCH = Instant.parse("2000-01-01T00:00:00Z").getEpochSecond();
  private static final long LATEST_EPOCH = Instant.parse("2100-01-01T00:00:00Z").getEpochSecond();
  private static final BigDecimal MOST_LONG = BigDecimal.valueOf(Long.MAX_VALUE);
  private static final int LONGEST_EXAMPLE = 40;

  private final Map<Kind, Integer> kinds = new EnumMap<>(Kind.class);
  private final Map<String, FieldProfile> fields = new LinkedHashMap<>();
  private final Map<Format, List<Long>> distances = new EnumMap<>(Format.class);
  private final Map<Format, Integer> times = new EnumMap<>(Format.class);
  private final Set<Integer> distinct = new HashSet<>();
  private @Nullable FieldProfile element;

  /** The values of names that are not among the fields. */
  private @Nullable FieldProfile others;

  private @Nullable String example;
  private long namesSeen;
  private int seen;
  private int nulls;
  private int dates;
  private int timesOfDay;
  private int uuids;
  private int timesWithoutOffset;
  private int finerThanMicros;
  private int decimalTexts;
  private int fractions;
  private int beyondInt64;
  private int beyondDouble;
  private int integerDigits;
  private int scale;
  private long largest;

  /**
   * @param recordTime of the record that the value is in, in milliseconds since the epoch; negative
   *     where it has none
   */
  void add(JsonNode value, long recordTime) {
    seen++;
    if (value.isNull()) {
      nulls++;
      return;
    }
    Kind kind = kind(value);
    kinds.merge(kind, 1, Integer::sum);
    if (example == null) {
      example = cut(value.toString());
    }
    switch (kind) {
      case STRING -> text(value.textValue(), recordTime);
      case NUMBER -> {
        beyondDouble += Double.isFinite(value.doubleValue()) ? 0 : 1;
        // Written as a fraction it may be one the next time.
        fractions += value.isIntegralNumber() ? 0 : 1;
        number(value.decimalValue(), recordTime);
      }
      case OBJECT -> object(value, recordTime);
      case ARRAY -> {
        for (JsonNode one : value) {
          if (element == null) {
            element = new FieldProfile();
          }
          element.add(one, recordTime);
        }
      }
      case BOOLEAN, BYTES -> {}
    }
    if (value.isValueNode()) {
      distinct.add(value.hashCode());
    }
  }

  private static Kind kind(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> Kind.STRING;
      case BOOLEAN -> Kind.BOOLEAN;
      case NUMBER -> Kind.NUMBER;
      case OBJECT -> Kind.OBJECT;
      case ARRAY -> Kind.ARRAY;
      case BINARY -> Kind.BYTES;
      case NULL, MISSING, POJO -> throw new IllegalStateException("not of JSON: " + value);
    };
  }

  /** One line of printable characters. */
  private static String cut(String json) {
    String cut =
        json.codePointCount(0, json.length()) <= LONGEST_EXAMPLE
            ? json
            : json.substring(0, json.offsetByCodePoints(0, LONGEST_EXAMPLE)) + "…";
    return cut.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
  }

  private void object(JsonNode value, long recordTime) {
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      namesSeen++;
      fieldOrOthers(field.getKey()).add(field.getValue(), recordTime);
    }
  }

  private void text(String text, long recordTime) {
    if (TextForms.isDate(text)) {
      dates++;
    } else if (TextForms.isUuid(text)) {
      uuids++;
    } else if (TextForms.isTimeOfDay(text)) {
      timesOfDay++;
    } else if (TextForms.mayBeInstant(text)) {
      instant(text, recordTime);
    } else if (TextForms.isDecimal(text)) {
      decimalTexts++;
      digits(new BigDecimal(text));
    }
  }

  private void instant(String text, long recordTime) {
    OptionalLong micros = Timestamps.iso8601(text);
    if (micros.isPresent()) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      finerThanMicros += Timestamps.nanosOfMicro(utf8, 0, utf8.length) == 0 ? 0 : 1;
      time(Format.ISO8601, Math.floorDiv(micros.getAsLong(), 1000L), recordTime);
    } else if (Timestamps.iso8601(text + "Z").isPresent()) {
      timesWithoutOffset++;
    }
  }

  private void number(BigDecimal number, long recordTime) {
    if (!Numbers.isModest(number)) {
      // Nothing but a double is near to it.
      fractions++;
      return;
    }
    digits(number);
    boolean small = Math.abs((long) number.precision() - number.scale()) <= 19;
    if (number.scale() <= 0) {
      if (small && number.toBigIntegerExact().bitLength() < Long.SIZE) {
        largest = Math.max(largest, number.abs().min(MOST_LONG).longValueExact());
      } else {
        beyondInt64++;
      }
    }
    if (!small) {
      return;
    }
    for (Format format :
        List.of(Format.EPOCH_S, Format.EPOCH_MS, Format.EPOCH_US, Format.EPOCH_NS)) {
      long units = number.longValue();
      if (units >= EARLIEST_EPOCH * format.perSecond()
          && units < LATEST_EPOCH * format.perSecond()) {
        BigDecimal millis =
            number
                .multiply(BigDecimal.valueOf(1000))
                .divide(BigDecimal.valueOf(format.perSecond()));
        time(format, millis.longValue(), recordTime);
        finerThanMicros += isFinerThanMicros(number, format) ? 1 : 0;
      }
    }
  }

  private static boolean isFinerThanMicros(BigDecimal number, Format format) {
    BigDecimal micros =
        number
            .multiply(BigDecimal.valueOf(1_000_000))
            .divide(BigDecimal.valueOf(format.perSecond()));
    return micros.stripTrailingZeros().scale() > 0;
  }

  private void digits(BigDecimal number) {
    scale = Math.max(scale, Math.max(0, number.stripTrailingZeros().scale()));
    integerDigits = Math.max(integerDigits, Math.max(0, number.precision() - number.scale()));
  }

  private void time(Format format, long millis, long recordTime) {
    times.merge(format, 1, Integer::sum);
    if (recordTime >= 0) {
      distances.computeIfAbsent(format, f -> new ArrayList<>()).add(Math.abs(millis - recordTime));
    }
  }

  /** What the values of all names have together, of an object whose names are values themselves. */
  FieldProfile anyField() {
    FieldProfile any = new FieldProfile();
    fields.values().forEach(any::merge);
    if (others != null) {
      any.merge(others);
    }
    return any;
  }

  private void merge(FieldProfile more) {
    more.kinds.forEach((kind, count) -> kinds.merge(kind, count, Integer::sum));
    more.distances.forEach(
        (format, all) -> distances.computeIfAbsent(format, f -> new ArrayList<>()).addAll(all));
    more.times.forEach((format, count) -> times.merge(format, count, Integer::sum));
    distinct.addAll(more.distinct);
    example = example == null ? more.example : example;
    namesSeen += more.namesSeen;
    seen += more.seen;
    nulls += more.nulls;
    dates += more.dates;
    timesOfDay += more.timesOfDay;
    uuids += more.uuids;
    timesWithoutOffset += more.timesWithoutOffset;
    finerThanMicros += more.finerThanMicros;
    decimalTexts += more.decimalTexts;
    fractions += more.fractions;
    beyondInt64 += more.beyondInt64;
    beyondDouble += more.beyondDouble;
    integerDigits = Math.max(integerDigits, more.integerDigits);
    scale = Math.max(scale, more.scale);
    largest = Math.max(largest, more.largest);
    more.fields.forEach((name, field) -> fieldOrOthers(name).merge(field));
    if (more.element != null) {
      element = element == null ? new FieldProfile() : element;
      element.merge(more.element);
    }
    if (more.others != null) {
      others = others == null ? new FieldProfile() : others;
      others.merge(more.others);
    }
  }

  private FieldProfile fieldOrOthers(String name) {
    FieldProfile field = fields.get(name);
    if (field == null) {
      if (fields.size() == MOST_NAMES) {
        others = others == null ? new FieldProfile() : others;
        return others;
      }
      field = new FieldProfile();
      fields.put(name, field);
    }
    return field;
  }

  /** How often the path is there, null or not. */
  int seen() {
    return seen;
  }

  /** How often it has a value. */
  int values() {
    return seen - nulls;
  }

  /** What most values are; null where there is none. */
  @Nullable Kind kind() {
    return kinds.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse(null);
  }

  /** Whether there are objects or lists, and not nearly all values are of one kind. */
  boolean isMixed(double nearlyAll) {
    Kind most = kind();
    return most != null
        && count(Kind.OBJECT) + count(Kind.ARRAY) > 0
        && count(most) < nearlyAll * values();
  }

  int count(Kind kind) {
    return kinds.getOrDefault(kind, 0);
  }

  Map<String, FieldProfile> fields() {
    return fields;
  }

  @Nullable FieldProfile element() {
    return element;
  }

  /**
   * Whether an object's names are values themselves: there are many, and hardly any object has as
   * many as half of them.
   */
  boolean isMap() {
    return hasTooManyNames()
        || fields.size() > MANY_NAMES && namesSeen * 2 < (long) fields.size() * count(Kind.OBJECT);
  }

  /** Whether there are more names than there are fields here. */
  boolean hasTooManyNames() {
    return others != null;
  }

  /** How many values are times of a format. */
  int times(Format format) {
    return times.getOrDefault(format, 0);
  }

  /** The median distance to the records' Kafka timestamps in milliseconds; -1 where unknown. */
  long medianDistance(Format format) {
    List<Long> all = new ArrayList<>(distances.getOrDefault(format, List.of()));
    Collections.sort(all);
    return all.isEmpty() ? -1 : all.get(all.size() / 2);
  }

  int dates() {
    return dates;
  }

  int timesOfDay() {
    return timesOfDay;
  }

  int uuids() {
    return uuids;
  }

  int timesWithoutOffset() {
    return timesWithoutOffset;
  }

  /** How many values are times whose digits go on behind the microsecond. */
  int finerThanMicros() {
    return finerThanMicros;
  }

  /** How many texts are decimal numbers. */
  int decimalTexts() {
    return decimalTexts;
  }

  /** How many numbers are written with a fraction or an exponent. */
  int fractions() {
    return fractions;
  }

  /** How many numbers no double holds. */
  int beyondDouble() {
    return beyondDouble;
  }

  /** How many whole numbers no int64 holds. */
  int beyondInt64() {
    return beyondInt64;
  }

  int integerDigits() {
    return integerDigits;
  }

  int scale() {
    return scale;
  }

  /** The largest whole number, its sign aside. */
  long largest() {
    return largest;
  }

  int distinct() {
    return distinct.size();
  }

  /** A value as JSON, cut to be short. */
  String example() {
    return example == null ? "null" : example;
  }
}
