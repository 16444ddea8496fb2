package io.sluice.infer;

import io.sluice.contract.ColumnType;
import io.sluice.contract.ColumnType.Decimal;
import io.sluice.contract.ColumnType.Field;
import io.sluice.contract.ColumnType.ListOf;
import io.sluice.contract.ColumnType.MapOf;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.ColumnType.StructOf;
import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.contract.ColumnType.Timestamp.Format;
import io.sluice.contract.ColumnType.Timestamp.Unit;
import io.sluice.contract.ContractJson;
import io.sluice.contract.ContractLint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The type that most values at a path have.
 *
 * @param misfits how many values are of another type, and so make dead letters of their records
 * @param remarks what is worth knowing of the guess
 */
record TypeGuess(ColumnType type, int misfits, List<String> remarks) {
  /** The share of texts or numbers from which on their special form is taken for the rule. */
  static final double RULE = 0.95;

  /** A number that may grow a thousandfold and still fit an int32. */
  private static final long MOST_FOR_INT32 = 1_000_000;

  private static final int DIGITS = 18;
  private static final long NEAR = Duration.ofDays(2).toMillis();

  TypeGuess {
    remarks = List.copyOf(remarks);
  }

  /** The guess; null where there is nothing to go by, or no column can hold it. */
  static @Nullable TypeGuess of(String name, FieldProfile profile) {
    FieldProfile.Kind kind = profile.kind();
    if (kind == null) {
      return null;
    }
    int others = profile.values() - profile.count(kind);
    if (profile.isMixed(RULE)) {
      return new TypeGuess(
          Scalar.JSON, 0, List.of("of several kinds: the JSON text of each value"));
    }
    return switch (kind) {
      case BYTES -> new TypeGuess(Scalar.BYTES, others, List.of());
      case BOOLEAN -> new TypeGuess(Scalar.BOOLEAN, others, List.of());
      case STRING -> text(ContractLint.snakeCase(name), profile);
      case NUMBER -> number(ContractLint.snakeCase(name), profile);
      case ARRAY -> list(name, profile, others);
      case OBJECT -> profile.isMap() ? map(name, profile, others) : struct(profile, others);
    };
  }

  /** The format of what are instants, if these are. */
  private static @Nullable Format format(String name, FieldProfile profile, int of) {
    for (Format format : Format.values()) {
      if (profile.times(format) >= RULE * of && profile.times(format) > 0) {
        long distance = profile.medianDistance(format);
        if (format == Format.ISO8601
            || ContractLint.isTime(name)
            || distance >= 0 && distance < NEAR) {
          return format;
        }
      }
    }
    return null;
  }

  private static TypeGuess timestamp(FieldProfile profile, Format format) {
    return new TypeGuess(
        new Timestamp(format == Format.ISO8601 ? Unit.DEFAULT : Unit.MICROS, format),
        profile.values() - profile.times(format),
        profile.finerThanMicros() > 0
            ? List.of(
                "finer than microseconds, and cut off: timestamp(nanos) keeps it, which not every reader takes")
            : List.of());
  }

  private static TypeGuess text(String name, FieldProfile profile) {
    int texts = profile.count(FieldProfile.Kind.STRING);
    int others = profile.values() - texts;
    Format format = format(name, profile, texts);
    if (format == Format.ISO8601) {
      return timestamp(profile, format);
    }
    if (profile.dates() >= RULE * texts) {
      return new TypeGuess(Scalar.DATE, profile.values() - profile.dates(), List.of());
    }
    if (profile.timesOfDay() >= RULE * texts) {
      return new TypeGuess(Scalar.TIME, profile.values() - profile.timesOfDay(), List.of());
    }
    if (profile.uuids() >= RULE * texts) {
      return new TypeGuess(Scalar.UUID, profile.values() - profile.uuids(), List.of());
    }
    if (profile.decimalTexts() >= RULE * texts && ContractLint.isMoney(name)) {
      ColumnType decimal = decimal(profile);
      if (decimal != null) {
        int numbers = profile.decimalTexts() + profile.count(FieldProfile.Kind.NUMBER);
        return new TypeGuess(decimal, profile.values() - numbers, List.of());
      }
    }
    return new TypeGuess(
        Scalar.STRING,
        others,
        profile.timesWithoutOffset() >= RULE * texts && texts > 0
            ? List.of("times without an offset, which no timestamp can be: text")
            : List.of());
  }

  private static TypeGuess number(String name, FieldProfile profile) {
    int numbers = profile.count(FieldProfile.Kind.NUMBER);
    int others = profile.values() - numbers;
    Format format = format(name, profile, numbers);
    if (format != null && format != Format.ISO8601) {
      return timestamp(profile, format);
    }
    if (profile.fractions() > 0) {
      ColumnType decimal = ContractLint.isMoney(name) ? decimal(profile) : null;
      return decimal == null
          ? asDouble(profile, List.of())
          : new TypeGuess(decimal, others, List.of());
    }
    if (profile.integerDigits() > Decimal.MAX_PRECISION) {
      return asDouble(profile, List.of("more digits than a decimal has: not exact"));
    }
    if (profile.beyondInt64() > 0) {
      return new TypeGuess(new Decimal(Decimal.MAX_PRECISION, 0), others, List.of());
    }
    boolean id = name.equals("id") || name.endsWith("_id");
    return new TypeGuess(
        profile.largest() <= MOST_FOR_INT32 && !id ? Scalar.INT32 : Scalar.INT64,
        others,
        List.of());
  }

  private static TypeGuess asDouble(FieldProfile profile, List<String> remarks) {
    int numbers = profile.count(FieldProfile.Kind.NUMBER) - profile.beyondDouble();
    return new TypeGuess(Scalar.DOUBLE, profile.values() - numbers, remarks);
  }

  /**
   * The guess with a wider type, where the decoder takes fewer values for this one than were
   * reckoned with; null where there is no wider one.
   */
  @Nullable TypeGuess wider(FieldProfile profile) {
    List<String> remarks = new ArrayList<>(remarks());
    remarks.add("not every value is one of " + ContractJson.text(type));
    if (type == Scalar.DATE
        || type == Scalar.TIME
        || type == Scalar.UUID
        || type instanceof Timestamp timestamp && timestamp.format() == Format.ISO8601) {
      int texts = profile.count(FieldProfile.Kind.STRING);
      return new TypeGuess(Scalar.STRING, profile.values() - texts, remarks);
    }
    if (type == Scalar.STRING) {
      // Only what is written as bytes is refused as text.
      return new TypeGuess(Scalar.BYTES, misfits, remarks);
    }
    if (type instanceof ListOf || type instanceof MapOf || type instanceof StructOf) {
      return new TypeGuess(Scalar.JSON, 0, remarks);
    }
    return type instanceof Timestamp
            || type instanceof Decimal
            || type == Scalar.INT32
            || type == Scalar.INT64
        ? asDouble(profile, remarks)
        : null;
  }

  /** With room to grow: cents at least, and eighteen digits, which are a long. */
  private static @Nullable ColumnType decimal(FieldProfile profile) {
    int scale = Math.max(2, profile.scale());
    return profile.integerDigits() + scale <= DIGITS ? new Decimal(DIGITS, scale) : null;
  }

  private static @Nullable TypeGuess list(String name, FieldProfile profile, int others) {
    FieldProfile element = profile.element();
    if (element == null || element.values() == 0) {
      return new TypeGuess(
          new ListOf(Scalar.STRING), others, List.of("no element in the sample: a guess"));
    }
    TypeGuess guess = of(name, element);
    return guess == null
        ? null
        : new TypeGuess(new ListOf(guess.type()), others + guess.misfits(), guess.remarks());
  }

  /** Names of the map's values are not known to mean anything, but its own may. */
  private static TypeGuess map(String name, FieldProfile profile, int others) {
    String remark = "its names are values, so a map";
    FieldProfile values = profile.anyField();
    TypeGuess guess = of(name, values);
    if (guess == null || guess.misfits() > (1 - RULE) * values.values()) {
      return new TypeGuess(
          new MapOf(Scalar.JSON), others, List.of(remark, "its values are of several kinds"));
    }
    List<String> remarks = new ArrayList<>(List.of(remark));
    remarks.addAll(guess.remarks());
    return new TypeGuess(new MapOf(guess.type()), others + guess.misfits(), remarks);
  }

  private static @Nullable TypeGuess struct(FieldProfile profile, int others) {
    int objects = profile.count(FieldProfile.Kind.OBJECT);
    int misfits = others;
    List<Field> fields = new ArrayList<>();
    List<String> remarks = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Map.Entry<String, FieldProfile> entry : profile.fields().entrySet()) {
      String name = entry.getKey();
      TypeGuess guess = of(name, entry.getValue());
      if (guess == null || !name.matches("[A-Za-z][A-Za-z0-9_]*")) {
        remarks.add("without its field " + Quoted.json(name));
        continue;
      }
      misfits += guess.misfits();
      remarks.addAll(guess.remarks());
      fields.add(
          new Field(
              ColumnNames.ofField(name, names),
              guess.type(),
              entry.getValue().values() == objects && guess.misfits() == 0,
              name));
    }
    return fields.isEmpty() ? null : new TypeGuess(new StructOf(fields), misfits, remarks);
  }
}
