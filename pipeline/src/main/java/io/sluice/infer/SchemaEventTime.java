package io.sluice.infer;

import io.sluice.contract.ContractLint;
import io.sluice.infer.SchemaColumns.Found;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which of the times that a schema has is the event time.
 *
 * @param column null where Kafka's own time of each record is it
 * @param times all that the schema has
 */
record SchemaEventTime(@Nullable Found column, List<Found> times) {
  SchemaEventTime {
    times = List.copyOf(times);
  }

  /**
   * A time that the schema requires, the event's own before others and arrivals last; else one that
   * can be nothing else but the event's; else Kafka's own.
   */
  static SchemaEventTime of(SchemaColumns columns) {
    List<Found> times =
        columns.all().stream()
            .filter(Found::isTime)
            .sorted(
                Comparator.comparing((Found column) -> !column.isRequired())
                    .thenComparing(column -> ContractLint.isArrival(column.path()))
                    .thenComparing(column -> !EventTimeChoice.isOfSource(column.path()))
                    .thenComparing(column -> !EventTimeChoice.isOfEvent(column.path())))
            .toList();
    if (times.isEmpty()) {
      return new SchemaEventTime(null, times);
    }
    Found first = times.get(0);
    boolean isIt =
        first.isRequired()
            || EventTimeChoice.isOfEvent(first.path())
            || times.size() == 1
                && first.path().size() == 1
                && !ContractLint.isArrival(first.path());
    return new SchemaEventTime(isIt ? first : null, times);
  }

  /** Why it is this one, and which others there are. */
  String reason() {
    String others =
        times.stream()
            .filter(other -> !other.equals(column))
            .map(other -> other.dotted() + (other.isRequired() ? "" : " (not required)"))
            .collect(Collectors.joining(", "));
    if (column == null) {
      return times.isEmpty()
          ? "the schema has no time, so it is Kafka's own of each record"
          : "the schema requires no time, so it is Kafka's own of each record; its times: "
              + others
              + ", of which one may be it, with required: true";
    }
    return column.dotted()
        + (column.isRequired()
            ? " is a time that the schema requires"
            : " is a time that the schema does not require: a record without it is a dead letter")
        + (others.isEmpty() ? "; there is no other time" : "; other times: " + others);
  }

  /** What is wrong with it, if anything is. */
  Optional<String> warning() {
    if (column == null) {
      return times.isEmpty()
          ? Optional.empty()
          : Optional.of(
              "the event time is when a record came to Kafka, though the schema has "
                  + names(times)
                  + ": it can never be changed later");
    }
    if (!ContractLint.isArrival(column.path())) {
      return Optional.empty();
    }
    List<Found> others =
        times.stream().filter(other -> !ContractLint.isArrival(other.path())).toList();
    return Optional.of(
        "the event time, "
            + column.dotted()
            + ", sounds like an arrival"
            + (others.isEmpty()
                ? ", and the schema has no other time"
                : ", and the schema does not require " + names(others))
            + ": it can never be changed later");
  }

  private static String names(List<Found> columns) {
    return columns.stream().map(Found::dotted).collect(Collectors.joining(", "));
  }
}
