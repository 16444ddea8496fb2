package io.sluice.infer;

import io.sluice.contract.Contract;
import io.sluice.deadletter.Reason;
import io.sluice.decode.DecodeSettings;
import io.sluice.decode.Outcome;
import io.sluice.decode.RecordDecoder;
import io.sluice.schema.SchemaSettings;
import io.sluice.schema.Schemas;
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
 * @param accepted how many are rows
 * @param skipped how many are no rows and no dead letters, by who says so, as {@code heartbeat}
 * @param rejected how many are dead letters, by reason
 * @param examples one dead letter of each reason, as {@code partition 0 offset 7: path: message};
 *     without the message where values are not to be shown
 * @param wrongTypes how many are dead letters for the type of a value, by its path without the
 *     indexes of lists
 */
public record Decoded(
    int accepted,
    Map<String, Integer> skipped,
    Map<String, Integer> rejected,
    Map<String, String> examples,
    Map<String, Integer> wrongTypes) {
  /** The default of --maxFuture. */
  private static final Duration MAX_FUTURE = Duration.ofHours(24);

  public Decoded {
    skipped = new TreeMap<>(skipped);
    rejected = new TreeMap<>(rejected);
    examples = new TreeMap<>(examples);
    wrongTypes = Map.copyOf(wrongTypes);
  }

  /**
   * @param schemas what records name by an id
   * @param showsValues whether examples have messages, which may name values
   */
  static Decoded of(
      List<SourceRecord> records, Contract contract, Schemas schemas, boolean showsValues) {
    int accepted = 0;
    Map<String, Integer> skipped = new TreeMap<>();
    Map<String, Integer> rejected = new TreeMap<>();
    Map<String, String> examples = new TreeMap<>();
    Map<String, Integer> wrongTypes = new HashMap<>();
    RecordDecoder decoder =
        new RecordDecoder(
            contract, new DecodeSettings(MAX_FUTURE, null, SchemaSettings.NONE), schemas);
    for (SourceRecord record : records) {
      Outcome outcome = decoder.decode(record);
      if (outcome instanceof Outcome.Accepted) {
        accepted++;
      } else if (outcome instanceof Outcome.Skipped one) {
        skipped.merge(one.by(), 1, Integer::sum);
      } else if (outcome instanceof Outcome.Rejected one) {
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
                + (one.path().isEmpty() ? "" : ": " + one.path())
                + (showsValues ? ": " + one.message() : ""));
      }
    }
    return new Decoded(accepted, skipped, rejected, examples, wrongTypes);
  }

  /** How many are dead letters for the type of a value at a path, or of one within it. */
  int wrongTypesAt(String path) {
    return wrongTypes.entrySet().stream()
        .filter(
            one ->
                one.getKey().equals(path)
                    || one.getKey().startsWith(path + ".")
                    || one.getKey().startsWith(path + "["))
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  /** How many are dead letters in all. */
  public int dead() {
    return rejected.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** How many are skipped in all. */
  public int skippedCount() {
    return skipped.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** In one line: accepted, skipped where some are, and rejected by reason, the most first. */
  public String line() {
    String skips = byCount(skipped);
    String reasons = byCount(rejected);
    return String.format(Locale.ROOT, "%,d accepted", accepted)
        + (skips.isEmpty()
            ? ""
            : String.format(Locale.ROOT, ", %,d skipped (%s)", skippedCount(), skips))
        + String.format(Locale.ROOT, ", %,d dead letters", dead())
        + (reasons.isEmpty() ? "" : ": " + reasons);
  }

  private static String byCount(Map<String, Integer> counts) {
    return counts.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .map(one -> one.getKey() + " " + one.getValue())
        .collect(Collectors.joining(", "));
  }
}
