package io.sluice.report;

import io.sluice.contract.Contract;
import io.sluice.deadletter.DeadLetter;
import io.sluice.deadletter.Reason;
import io.sluice.lake.Store;
import io.sluice.replay.DeadLetterFiles;
import io.sluice.replay.DeadLetterFiles.Columns;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Counts dead letters by date and reason, without their bytes, and reads a few of the newest dates
 * whole.
 */
final class DeadLetterCounts {
  /** Of a value; what is longer is no sample but a document. */
  private static final int MOST_BYTES = 400;

  private final DeadLetterFiles files;
  private final ReportReader.Limits limits;
  private final Steps steps;

  DeadLetterCounts(Store store, Contract contract, ReportReader.Limits limits, Steps steps) {
    this.files = new DeadLetterFiles(store, contract);
    this.limits = limits;
    this.steps = steps;
  }

  Report.DeadLetterFacts read() throws IOException {
    TreeMap<LocalDate, Map<Reason, Long>> byDate = new TreeMap<>();
    InSteps.forEach(
        files.dates(),
        "dead letters",
        steps,
        date -> {
          Map<Reason, Long> counts = new EnumMap<>(Reason.class);
          files.read(
              date,
              Set.of(),
              Columns.WITHOUT_RECORD,
              letter -> counts.merge(letter.reason(), 1L, Long::sum));
          synchronized (byDate) {
            byDate.put(date, counts);
          }
        });
    Map<Reason, Long> totals = new EnumMap<>(Reason.class);
    byDate
        .values()
        .forEach(counts -> counts.forEach((reason, n) -> totals.merge(reason, n, Long::sum)));
    Map<Reason, List<Report.Sample>> samples = samples(byDate);
    List<Report.ReasonFacts> byReason = new ArrayList<>();
    totals.forEach(
        (reason, count) ->
            byReason.add(
                new Report.ReasonFacts(
                    reason, count, List.copyOf(samples.getOrDefault(reason, List.of())))));
    byReason.sort(Comparator.comparingLong(Report.ReasonFacts::count).reversed());
    return new Report.DeadLetterFacts(byDate, byReason);
  }

  /** Ends the reading of a date of which all samples are there. */
  private static final class EnoughException extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private Map<Reason, List<Report.Sample>> samples(TreeMap<LocalDate, Map<Reason, Long>> byDate)
      throws IOException {
    Map<Reason, List<Report.Sample>> samples = new EnumMap<>(Reason.class);
    for (Map.Entry<LocalDate, Map<Reason, Long>> date : byDate.descendingMap().entrySet()) {
      Set<Reason> wanted = EnumSet.noneOf(Reason.class);
      Map<Reason, Long> left = new EnumMap<>(Reason.class);
      date.getValue()
          .forEach(
              (reason, count) -> {
                long open = limits.samples() - samples.getOrDefault(reason, List.of()).size();
                if (open > 0) {
                  wanted.add(reason);
                  left.put(reason, Math.min(open, count));
                }
              });
      if (wanted.isEmpty()) {
        continue;
      }
      try {
        files.read(
            date.getKey(),
            wanted,
            limits.values() ? Columns.ALL : Columns.WITHOUT_RECORD,
            letter -> {
              if (left.merge(letter.reason(), -1L, Long::sum) >= 0) {
                samples
                    .computeIfAbsent(letter.reason(), r -> new ArrayList<>())
                    .add(sample(letter));
              }
              if (left.values().stream().allMatch(n -> n <= 0)) {
                throw new EnoughException();
              }
            });
      } catch (EnoughException e) {
        // What is left of the date is of no use.
        continue;
      }
    }
    return samples;
  }

  private Report.Sample sample(DeadLetter letter) {
    byte[] value = letter.record().value();
    return new Report.Sample(
        letter.record().source(),
        letter.record().partition(),
        letter.record().offset(),
        Instant.ofEpochMilli(letter.record().recordTime()),
        letter.path(),
        limits.values() ? letter.message() : "",
        letter.contractVersion(),
        value == null ? null : PrintableBytes.of(value, MOST_BYTES),
        value == null ? 0 : value.length);
  }
}
