package io.sluice.jsonschema;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.contract.ColumnType.Decimal;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.decode.SchemaType;
import io.sluice.jsonschema.SchemaDocument.Place;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the keywords of schemas that hold together say of texts and numbers. */
final class ScalarKeywords {
  private static final int MOST_VALUES = 8;

  private static final BigDecimal LEAST_INT = BigDecimal.valueOf(Integer.MIN_VALUE);
  private static final BigDecimal MOST_INT = BigDecimal.valueOf(Integer.MAX_VALUE);
  private static final BigDecimal LEAST_LONG = BigDecimal.valueOf(Long.MIN_VALUE);
  private static final BigDecimal MOST_LONG = BigDecimal.valueOf(Long.MAX_VALUE);

  private ScalarKeywords() {}

  static SchemaType text(List<Place> all, @Nullable Set<JsonNode> values) {
    if (values != null) {
      List<String> texts =
          values.stream().filter(JsonNode::isTextual).map(JsonNode::asText).toList();
      return SchemaType.of(
          Scalar.STRING,
          texts.size() > MOST_VALUES
              ? "one of " + texts.size() + " values"
              : "one of " + String.join(", ", texts));
    }
    for (Place one : all) {
      switch (one.schema().path("format").asText("")) {
        case "date-time" -> {
          return SchemaType.of(new Timestamp(Timestamp.Unit.DEFAULT, Timestamp.Format.ISO8601));
        }
        case "date" -> {
          return SchemaType.of(Scalar.DATE);
        }
        case "uuid" -> {
          return SchemaType.of(Scalar.UUID);
        }
        case "time" -> {
          return SchemaType.of(
              Scalar.STRING, "a time with an offset; without one it may be of type time");
        }
        default -> {}
      }
      if (one.schema().path("contentEncoding").asText("").equals("base64")) {
        return SchemaType.of(Scalar.BYTES);
      }
    }
    return SchemaType.of(Scalar.STRING);
  }

  static SchemaType integer(List<Place> all, @Nullable Set<JsonNode> values) {
    BigDecimal least = null;
    BigDecimal most = null;
    if (values != null) {
      for (JsonNode value : values) {
        if (value.isNumber()) {
          BigDecimal number = value.decimalValue();
          least = least == null ? number : least.min(number);
          most = most == null ? number : most.max(number);
        }
      }
    }
    for (Place one : all) {
      for (String keyword : List.of("minimum", "exclusiveMinimum")) {
        JsonNode bound = one.schema().path(keyword);
        if (bound.isNumber()) {
          least = least == null ? bound.decimalValue() : least.max(bound.decimalValue());
        }
      }
      for (String keyword : List.of("maximum", "exclusiveMaximum")) {
        JsonNode bound = one.schema().path(keyword);
        if (bound.isNumber()) {
          most = most == null ? bound.decimalValue() : most.min(bound.decimalValue());
        }
      }
    }
    if (least != null && least.compareTo(LEAST_LONG) < 0
        || most != null && most.compareTo(MOST_LONG) > 0) {
      return SchemaType.of(new Decimal(Decimal.MAX_PRECISION, 0));
    }
    return SchemaType.of(
        least != null
                && most != null
                && least.compareTo(LEAST_INT) >= 0
                && most.compareTo(MOST_INT) <= 0
            ? Scalar.INT32
            : Scalar.INT64);
  }

  /** Multiples of a power of ten have so many digits behind the point, and no double is exact. */
  static SchemaType number(List<Place> all) {
    for (Place one : all) {
      JsonNode step = one.schema().path("multipleOf");
      if (step.isNumber()) {
        BigDecimal number = step.decimalValue().stripTrailingZeros();
        if (number.scale() > 0 && number.scale() <= Decimal.MAX_PRECISION / 2) {
          return SchemaType.of(new Decimal(Decimal.MAX_PRECISION, number.scale()));
        }
      }
    }
    return SchemaType.of(Scalar.DOUBLE);
  }
}
