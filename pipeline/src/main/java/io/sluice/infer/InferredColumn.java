package io.sluice.infer;

import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.contract.ContractLint;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A column of a draft: its path, what the documents have there, and the type that this suggests.
 */
final class InferredColumn {
  private static final long UNKNOWN = Long.MAX_VALUE;

  /** A dictionary of more values than this share of the rows is thrown away by the writer. */
  private static final double NEARLY_UNIQUE = 0.8;

  private static final int FEWEST_FOR_UNIQUE = 100;

  private final List<String> path;
  private final FieldProfile profile;
  private TypeGuess guess;
  private String name = "";

  InferredColumn(List<String> path, FieldProfile profile, TypeGuess guess) {
    this.path = path;
    this.profile = profile;
    this.guess = guess;
  }

  List<String> path() {
    return path;
  }

  /** The path's names with dots between them. */
  String dotted() {
    return String.join(".", path);
  }

  FieldProfile profile() {
    return profile;
  }

  TypeGuess guess() {
    return guess;
  }

  /** Empty before {@link #rename}. */
  String name() {
    return name;
  }

  void rename(String to) {
    name = to;
  }

  /** How many documents have a value of the column's type. */
  int fits() {
    return profile.values() - guess.misfits();
  }

  boolean isTime() {
    return timestamp() != null;
  }

  /** Whether it is named as the time at which something came, and not at which it happened. */
  boolean isArrival() {
    return ContractLint.isArrival(path);
  }

  private @Nullable Timestamp timestamp() {
    return guess.type() instanceof Timestamp timestamp ? timestamp : null;
  }

  /**
   * How far its times are from the records' Kafka timestamps in the median, in milliseconds;
   * greatest where that is unknown, as for what is no time.
   */
  long distance() {
    Timestamp timestamp = timestamp();
    long distance = timestamp == null ? -1 : profile.medianDistance(timestamp.format());
    return distance < 0 ? UNKNOWN : distance;
  }

  /** {@link #distance} in words. */
  String distanceText() {
    long distance = distance();
    if (distance == UNKNOWN) {
      return "unknown";
    }
    Duration duration = Duration.ofMillis(distance);
    return duration.toDays() > 2
        ? duration.toDays() + " days"
        : duration.toHours() > 2
            ? duration.toHours() + " h"
            : duration.toMinutes() > 2
                ? duration.toMinutes() + " min"
                : String.format(Locale.ROOT, "%.1f s", distance / 1e3);
  }

  /**
   * Takes a wider type, if there is one.
   *
   * @return whether there is
   */
  boolean widen() {
    TypeGuess wider = guess.wider(profile);
    if (wider == null) {
      return false;
    }
    guess = wider;
    return true;
  }

  /**
   * What it is in the draft now.
   *
   * @param documents of how many
   * @param showsValues whether its comment has one of its values
   */
  DraftColumn drafted(int documents, boolean isEventTime, boolean showsValues) {
    boolean isText = guess.type() == Scalar.STRING || guess.type() == Scalar.UUID;
    boolean isNumber = guess.type() == Scalar.INT64 || guess.type() == Scalar.DOUBLE;
    boolean isNearlyUnique =
        (isText || isNumber)
            && profile.values() >= FEWEST_FOR_UNIQUE
            && profile.distinct() > NEARLY_UNIQUE * profile.values();
    return new DraftColumn(
        name,
        path,
        guess.type(),
        isEventTime || profile.values() == documents && guess.misfits() == 0,
        !isNearlyUnique,
        about(documents, showsValues));
  }

  private String about(int documents, boolean showsValues) {
    StringBuilder about = new StringBuilder(Percent.of(profile.values(), documents));
    if (showsValues) {
      about.append(", e.g. ").append(profile.example());
    }
    if (guess.misfits() > 0) {
      about
          .append("; ")
          .append(guess.misfits())
          .append(
              guess.misfits() == 1
                  ? " value is of another type, and a dead letter"
                  : " values are of other types, and dead letters");
    }
    guess.remarks().forEach(remark -> about.append("; ").append(remark));
    return about.toString();
  }
}
