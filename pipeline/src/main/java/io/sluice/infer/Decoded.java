package io.sluice.infer;

import io.sluice.contract.Contract;
import io.sluice.deadletter.Reason;
import io.sluice.decode.Outcome;
import io.sluice.decode.RecordDecoder;
import io.sluice.source.SourceRecord;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What becomes of records under a contract, with the limits of a run that sets none.
 *
 * @param rejected how many are dead letters, by reason
 * @param examples one dead letter of each reason, as {@code partition 0 offset 7: path: message}
 * @param wrongTypes how many are dead letters for the type of a value, by its path without the
 *     indexes of lists
 */
public record Decoded(
    int accepted,
    Map<String, Integer> rejected,
    Map<String, String> examples,
    Map<String, Integer> wrongTypes) {
  /** The default of --maxFuture. */
  private static final Duration MAX_FUTURE = Duration.ofHours(24);

  public Decoded {
    rejected = new TreeMap<>(rejected);
    examples = new TreeMap<>(examples);
    wrongTypes = Map.copyOf(wrongTypes);
  }

  static Decoded of(List<SourceRecord> records, Contract contract) {
    Map<String, Integer> rejected = new TreeMap<>();
    Map<String, String> examples = new TreeMap<>();
    Map<String, Integer> wrongTypes = new HashMap<>();
    RecordDecoder decoder = new RecordDecoder(contract, MAX_FUTURE, null);
    for (SourceRecord record : records) {
      if (decoder.decode(record) instanceof Outcome.Rejected one) {
        String reason = one.reason().name();
        rejected.merge(reason, 1, Integer::sum);
        if (one.reason() == Reason.WRONG_TYPE) {
          wrongTypes.merge(one.path().replaceAll("\\[\\d+]", ""), 1, Integer::sum);
        }
        examples.putIfAbsent(
            reason,
            "partition "
                + record.partition()
                + " offset "
                + record.offset()
                + ": "
                + (one.path().isEmpty() ? "" : one.path() + ": ")
                + one.message());
      }
    }
    int dead = rejected.values().stream().mapToInt(Integer::intValue).sum();
    return new Decoded(records.size() - dead, rejected, examples, wrongTypes);
  }

  /** How many are dead letters in all. */
  public int dead() {
    return rejected.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** In one line: accepted, and rejected by reason, the most first. */
  public String line() {
    String reasons =
        rejected.entrySet().stream()
            .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
            .map(reason -> reason.getKey() + " " + reason.getValue())
            .collect(Collectors.joining(", "));
    return String.format(Locale.ROOT, "%,d accepted, %,d dead letters", accepted, dead())
        + (reasons.isEmpty() ? "" : ": " + reasons);
  }
}
