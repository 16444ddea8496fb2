package io.sluice.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One repair of a record's value. Where it does not apply the bytes stay as they are. */
sealed interface Fix {
  /** A function of the bytes alone. */
  byte[] apply(byte[] value);

  /** Takes bytes away that stand before the document. */
  record StripPrefix(byte[] prefix) implements Fix {
    static final StripPrefix BYTE_ORDER_MARK =
        new StripPrefix(new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF});

    @Override
    public byte[] apply(byte[] value) {
      return value.length >= prefix.length
              && Arrays.equals(value, 0, prefix.length, prefix, 0, prefix.length)
          ? Arrays.copyOfRange(value, prefix.length, value.length)
          : value;
    }
  }

  /** A repair of the document; bytes that are not a JSON object stay as they are. */
  sealed interface OfDocument extends Fix {
    /** Returns whether it changed anything. */
    boolean edit(ObjectNode root);

    @Override
    default byte[] apply(byte[] value) {
      return JsonDocument.parse(value)
          .filter(this::edit)
          .flatMap(JsonDocument::write)
          .orElse(value);
    }
  }

  /**
   * Moves a value; where the new name has one that is not null, nothing. A name in the same object
   * keeps its place, another goes to the end.
   */
  record Rename(FieldPath from, FieldPath to) implements OfDocument {
    @Override
    public boolean edit(ObjectNode root) {
      ObjectNode parent = parent(root, from);
      String name = last(from);
      if (parent == null || !parent.has(name)) {
        return false;
      }
      if (from.steps()
          .subList(0, from.steps().size() - 1)
          .equals(to.steps().subList(0, to.steps().size() - 1))) {
        return renameIn(parent, name, last(to));
      }
      JsonNode moved = parent.remove(name);
      return to.visit(
          root,
          true,
          place -> {
            JsonNode there = place.get();
            boolean free = there == null || there.isNull();
            if (free) {
              place.set(moved);
            }
            return free;
          });
    }

    private static boolean renameIn(ObjectNode parent, String name, String newName) {
      JsonNode there = parent.get(newName);
      if (there != null && !there.isNull()) {
        return false;
      }
      Map<String, JsonNode> fields = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> field : parent.properties()) {
        if (field.getKey().equals(name)) {
          fields.put(newName, field.getValue());
        } else if (!field.getKey().equals(newName)) {
          fields.put(field.getKey(), field.getValue());
        }
      }
      parent.removeAll();
      parent.setAll(fields);
      return true;
    }

    private static @Nullable ObjectNode parent(ObjectNode root, FieldPath path) {
      JsonNode node = root;
      for (FieldPath.Step step : path.steps().subList(0, path.steps().size() - 1)) {
        node = node.path(step.name());
      }
      return node instanceof ObjectNode object ? object : null;
    }

    private static String last(FieldPath path) {
      return path.steps().get(path.steps().size() - 1).name();
    }
  }

  /** Gives a value to what is missing or null. */
  record Default(FieldPath path, JsonNode value) implements OfDocument {
    @Override
    public boolean edit(ObjectNode root) {
      return path.visit(
          root,
          true,
          place -> {
            JsonNode there = place.get();
            if (there != null && !there.isNull()) {
              return false;
            }
            place.set(value);
            return true;
          });
    }
  }

  /**
   * Writes a time as ISO-8601 in UTC.
   *
   * @param format how it is written
   * @param zone of times that do not say theirs
   */
  record TimeFormat(FieldPath path, TimePattern format, ZoneId zone) implements OfDocument {
    @Override
    public boolean edit(ObjectNode root) {
      return path.visit(
          root,
          false,
          place -> {
            Optional<Instant> time =
                JsonDocument.text(place.get()).flatMap(text -> format.parse(text.strip(), zone));
            time.ifPresent(
                at -> place.set(TextNode.valueOf(DateTimeFormatter.ISO_INSTANT.format(at))));
            return time.isPresent();
          });
    }
  }

  /** How a time is written. */
  interface TimePattern {
    /** Empty where the text is not so written. */
    Optional<Instant> parse(String text, ZoneId zone);

    /** Numbers since 1970-01-01T00:00:00Z. */
    static TimePattern epoch(long perSecond) {
      int digits = String.valueOf(perSecond).length() - 1;
      return (text, zone) -> {
        try {
          if (text.length() > 40 || !Cast.NUMBER.matcher(text).matches()) {
            return Optional.empty();
          }
          BigDecimal seconds = new BigDecimal(text).movePointLeft(digits);
          if (seconds.precision() - seconds.scale() > 12 || seconds.scale() > 40) {
            return Optional.empty();
          }
          BigInteger whole = seconds.setScale(0, java.math.RoundingMode.FLOOR).toBigInteger();
          long nanos = seconds.subtract(new BigDecimal(whole)).movePointRight(9).longValue();
          return Optional.of(Instant.ofEpochSecond(whole.longValueExact(), nanos));
        } catch (ArithmeticException | DateTimeException e) {
          return Optional.empty();
        }
      };
    }

    /** A pattern of {@link DateTimeFormatter}; without a time of day the date's begin is meant. */
    static TimePattern of(DateTimeFormatter formatter) {
      return (text, zone) -> {
        try {
          TemporalAccessor time =
              formatter.parseBest(text, OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
          if (time instanceof OffsetDateTime withOffset) {
            return Optional.of(withOffset.toInstant());
          }
          return Optional.of(
              time instanceof LocalDateTime local
                  ? local.atZone(zone).toInstant()
                  : ((LocalDate) time).atStartOfDay(zone).toInstant());
        } catch (DateTimeException e) {
          return Optional.empty();
        }
      };
    }
  }

  /** Writes a value as one of another type, where it says the same in that. */
  record Cast(FieldPath path, To to) implements OfDocument {
    /** A number in JSON. */
    static final Pattern NUMBER = Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d{1,3})?");

    /** The types, as contracts name them. */
    enum To {
      STRING,
      BOOLEAN,
      INT32,
      INT64,
      FLOAT,
      DOUBLE,
      DECIMAL
    }

    @Override
    public boolean edit(ObjectNode root) {
      return path.visit(
          root,
          false,
          place -> {
            JsonNode before = place.get();
            Optional<JsonNode> after =
                JsonDocument.text(before).flatMap(text -> cast(before, text.strip()));
            after.ifPresent(place::set);
            return after.isPresent();
          });
    }

    private Optional<JsonNode> cast(@Nullable JsonNode before, String text) {
      boolean isText = before != null && before.isTextual();
      return switch (to) {
        case STRING -> isText ? Optional.empty() : Optional.of(TextNode.valueOf(text));
        case BOOLEAN ->
            before != null && before.isBoolean()
                ? Optional.empty()
                : switch (text.toLowerCase(Locale.ROOT)) {
                  case "true", "1" -> Optional.of(BooleanNode.TRUE);
                  case "false", "0" -> Optional.of(BooleanNode.FALSE);
                  default -> Optional.empty();
                };
        case INT32 -> whole(before, text, 31);
        case INT64 -> whole(before, text, 63);
        case FLOAT, DOUBLE, DECIMAL ->
            isText && NUMBER.matcher(unsigned(text)).matches()
                ? Optional.of(JsonDocument.number(unsigned(text)))
                : Optional.empty();
      };
    }

    private static Optional<JsonNode> whole(@Nullable JsonNode before, String text, int bits) {
      String digits = unsigned(text);
      if (before != null && before.isBoolean() || !NUMBER.matcher(digits).matches()) {
        return Optional.empty();
      }
      BigDecimal number = new BigDecimal(digits).stripTrailingZeros();
      // Before it is written out, which may take a thousand digits.
      if (number.scale() > 0 || number.precision() - number.scale() > 20) {
        return Optional.empty();
      }
      BigInteger whole = number.toBigIntegerExact();
      boolean same = JsonDocument.isNumber(before) && whole.toString().equals(text);
      return same || whole.bitLength() > bits
          ? Optional.empty()
          : Optional.of(JsonDocument.number(whole.toString()));
    }

    private static String unsigned(String text) {
      return text.startsWith("+") ? text.substring(1) : text;
    }
  }
}
