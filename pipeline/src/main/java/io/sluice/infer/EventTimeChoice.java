package io.sluice.infer;

import io.sluice.UserException;
import io.sluice.contract.ContractLint;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which of the times in a sample's documents is the event time.
 *
 * @param column null where Kafka's own time of each record is it
 * @param documents of how many it was chosen
 */
record EventTimeChoice(@Nullable InferredColumn column, InferredColumns columns, int documents) {
  /** Names of when the event itself happened, and of nothing else. */
  private static final Pattern EVENT =
      Pattern.compile(
          "(event_|original_|derived_)?(time|timestamp|ts|tstamp|datetime)(_(s|ms|us|ns|utc))?|.*(occurred|happened)(_.*)?");

  /**
   * When the source of a change says that it happened: what reads changes adds a time of its own.
   */
  private static final Pattern OF_SOURCE = Pattern.compile("source_ts(_(s|ms|us|ns))?");

  /**
   * Of the times that nearly all documents have, one that is named as the event's own; else the
   * nearest to the records' Kafka timestamps, arrivals last.
   *
   * @throws UserException where no field is a time in most of them
   */
  static EventTimeChoice of(String topic, InferredColumns columns, int documents) {
    InferredColumn best =
        columns.times().stream()
            .filter(column -> column.fits() * 2 >= documents)
            .min(
                Comparator.comparing((InferredColumn column) -> column.fits() < 0.95 * documents)
                    .thenComparing(InferredColumn::isArrival)
                    .thenComparing(column -> !isOfSource(column.path()))
                    .thenComparing(column -> !isOfEvent(column.path()))
                    .thenComparingLong(InferredColumn::distance))
            .orElseThrow(() -> noTime(topic, columns));
    return new EventTimeChoice(best, columns, documents);
  }

  /** Whether a path is named as the time that the source of a change has for it. */
  static boolean isOfSource(List<String> path) {
    return OF_SOURCE.matcher(snakeCase(path)).matches();
  }

  /** Whether a path is named as the time of the event itself. */
  static boolean isOfEvent(List<String> path) {
    return EVENT.matcher(snakeCase(path)).matches();
  }

  private static String snakeCase(List<String> path) {
    return ContractLint.snakeCase(String.join("_", path));
  }

  private static UserException noTime(String topic, InferredColumns columns) {
    String local =
        columns.all().stream()
            .filter(column -> column.profile().timesWithoutOffset() > 0)
            .findFirst()
            .map(
                column ->
                    "; " + column.dotted() + " has times without an offset, which are no instants")
            .orElse("");
    return new UserException(
        "topic "
            + topic
            + ": no field is a time in most records (ISO-8601 with an offset or Z, or seconds,"
            + " milliseconds, microseconds or nanoseconds since 1970): Sluice needs one as the event time; a"
            + " contract that is written by hand may take Kafka's own, event_time: record_time"
            + local);
  }

  /**
   * The same of records that are one value each, which need not have a time: then Kafka's own is
   * it.
   */
  static EventTimeChoice ofValues(InferredColumns columns, int documents) {
    return new EventTimeChoice(
        columns.times().stream()
            .filter(column -> column.fits() == documents)
            .findFirst()
            .orElse(null),
        columns,
        documents);
  }

  /** The name of its column, after columns were named. */
  String name() {
    return column == null ? ColumnNames.RECORD_TIME : column.name();
  }

  /** Why it is this one, and which others there are. */
  String reason() {
    if (column == null) {
      return "a record has no time but Kafka's own";
    }
    String others =
        columns.times().stream()
            .filter(other -> other != column)
            .map(other -> other.dotted() + " (" + other.distanceText() + ")")
            .collect(Collectors.joining(", "));
    return column.dotted()
        + " is a time in "
        + Percent.of(column.fits(), documents)
        + " of the documents, "
        + column.distanceText()
        + " from their Kafka timestamps in the median"
        + (others.isEmpty() ? "; there is no other time" : "; other times: " + others);
  }

  /** What is wrong with it, if anything is. */
  Optional<String> warning() {
    if (column == null || !column.isArrival()) {
      return Optional.empty();
    }
    List<String> others =
        columns.times().stream()
            .filter(other -> !other.isArrival())
            .map(InferredColumn::dotted)
            .toList();
    return Optional.of(
        "the event time, "
            + column.dotted()
            + ", sounds like an arrival"
            + (others.isEmpty()
                ? ", and no other time is there"
                : ", and too few documents have " + String.join(", ", others))
            + ": it can never be changed later");
  }
}
