package io.sluice.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.Wording;
import io.sluice.deadletter.DeadLetter;
import io.sluice.deadletter.Reason;
import io.sluice.decode.Outcome;
import io.sluice.source.SourceRecord;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Replay} did, or would do, by the reasons for which the letters were dead.
 *
 * @param fixSha256 empty where no fixes were used
 */
public record ReplayReport(
    boolean dryRun,
    String contractVersion,
    String fixSha256,
    String target,
    int maxAttempts,
    Map<Reason, OfReason> reasons) {

  private static final int MOST_BYTES = 120;

  /**
   * What became of the letters of a reason. Each is one of: already there, parked, recovered,
   * skipped, still dead.
   *
   * @param tried decoded again
   * @param skipped of which the contract wants no row
   * @param stillDead by the reason of today
   * @param failure an example of those
   * @param repair an example of the recovered
   */
  public record OfReason(
      long letters,
      long tried,
      long recovered,
      long skipped,
      long already,
      long parked,
      Map<Reason, Long> stillDead,
      @Nullable Failure failure,
      @Nullable Repair repair) {
    long dead() {
      return stillDead.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /**
   * A letter that still is not one of the contract's.
   *
   * @param value its beginning, as it was decoded, in printable characters
   */
  public record Failure(
      Position position, int attempt, Reason reason, String path, String message, String value) {}

  /** A letter that is good now: the beginnings of its values, in printable characters. */
  public record Repair(Position position, String before, String after) {}

  /** Where in Kafka a letter's record stood. */
  public record Position(String source, int partition, long offset) {
    private ObjectNode putInto(ObjectNode node) {
      return node.put("source", source).put("partition", partition).put("offset", offset);
    }

    @Override
    public String toString() {
      return "partition " + partition + ", offset " + offset;
    }
  }

  public long letters() {
    return sum(OfReason::letters);
  }

  public long tried() {
    return sum(OfReason::tried);
  }

  public long recovered() {
    return sum(OfReason::recovered);
  }

  public long skipped() {
    return sum(OfReason::skipped);
  }

  public long already() {
    return sum(OfReason::already);
  }

  public long dead() {
    return sum(OfReason::dead);
  }

  public long parked() {
    return sum(OfReason::parked);
  }

  private long sum(ToLongFunction<OfReason> of) {
    return reasons.values().stream().mapToLong(of).sum();
  }

  /** The one line for machines. */
  public String line() {
    return String.format(
        "replay: letters=%d tried=%d recovered=%d already=%d dead=%d parked=%d%s%s",
        letters(),
        tried(),
        recovered(),
        already(),
        dead(),
        parked(),
        skipped() > 0 ? " skipped=" + skipped() : "",
        dryRun ? " dryRun=true" : "");
  }

  /** Prints it for people. */
  public void print(PrintStream out) {
    String format = "  %-18s %12s %12s %12s %12s %12s %12s%n";
    out.printf(
        "%n" + format,
        "reason",
        "letters",
        "tried",
        dryRun ? "recoverable" : "recovered",
        "already in",
        "still dead",
        "parked");
    reasons.forEach(
        (reason, of) ->
            row(
                out,
                format,
                reason.name(),
                of.letters(),
                of.tried(),
                of.recovered(),
                of.already(),
                of.dead(),
                of.parked()));
    row(out, format, "all", letters(), tried(), recovered(), already(), dead(), parked());
    reasons.forEach((reason, of) -> examples(out, reason, of));
    if (skipped() > 0) {
      out.printf(
          "%n  %s since the contract wants no row of them: a replay to the lake keeps the position without a row, one to a topic leaves it out.%n",
          Wording.count(skipped(), "letter is skipped", "letters are skipped"));
    }
    if (parked() > 0) {
      out.printf(
          "%n  %s parked: tried in vain %s or more. --parked tries them, too.%n",
          Wording.count(parked(), "letter is", "letters are"), Wording.count(maxAttempts, "time"));
    }
    if (dryRun) {
      out.printf("%n  Nothing was written: this was a dry run.%n");
    }
    out.println();
  }

  private static void row(PrintStream out, String format, String name, long... numbers) {
    Object[] cells = new Object[numbers.length + 1];
    cells[0] = name;
    for (int i = 0; i < numbers.length; i++) {
      cells[i + 1] = String.format("%,d", numbers[i]);
    }
    out.printf(format, cells);
  }

  private void examples(PrintStream out, Reason reason, OfReason of) {
    Repair repair = of.repair();
    if (repair != null && dryRun) {
      out.printf(
          "%n  %s: %,d would be recovered, as %s:%n", reason, of.recovered(), repair.position());
      out.printf("    before  %s%n", repair.before());
      if (!repair.before().equals(repair.after())) {
        out.printf("    after   %s%n", repair.after());
      }
    }
    Failure failure = of.failure();
    if (failure != null) {
      String by =
          of.stillDead().keySet().equals(java.util.Set.of(reason))
              ? ""
              : of.stillDead().entrySet().stream()
                  .map(e -> String.format("%s %,d", e.getKey(), e.getValue()))
                  .collect(Collectors.joining(", ", " (", ")"));
      out.printf(
          "%n  %s: %,d still dead%s, as %s (attempt %d):%n",
          reason, of.dead(), by, failure.position(), failure.attempt());
      out.printf(
          "    %s%s: %s%n",
          failure.reason() == reason ? "" : failure.reason() + " ",
          failure.path().isEmpty() ? "the record" : failure.path(),
          failure.message());
      out.printf("    %s%n", failure.value());
    }
  }

  /** All of it as JSON, in one line. */
  public String toJson() throws JsonProcessingException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = mapper.createObjectNode();
    json.put("dryRun", dryRun).put("contract_version", contractVersion);
    json.put("fix_sha256", fixSha256).put("target", target).put("maxAttempts", maxAttempts);
    json.put("letters", letters()).put("tried", tried()).put("recovered", recovered());
    json.put("already", already()).put("dead", dead()).put("parked", parked());
    if (skipped() > 0) {
      json.put("skipped", skipped());
    }
    ObjectNode byReason = json.putObject("reasons");
    reasons.forEach(
        (reason, of) -> {
          ObjectNode node = byReason.putObject(reason.name());
          node.put("letters", of.letters()).put("tried", of.tried());
          node.put("recovered", of.recovered()).put("already", of.already());
          node.put("parked", of.parked()).put("dead", of.dead());
          if (of.skipped() > 0) {
            node.put("skipped", of.skipped());
          }
          ObjectNode dead = node.putObject("dead_by_reason");
          of.stillDead().forEach((now, count) -> dead.put(now.name(), count));
          Failure failure = of.failure();
          if (failure != null) {
            failure
                .position()
                .putInto(node.putObject("failure"))
                .put("attempt", failure.attempt())
                .put("reason", failure.reason().name())
                .put("path", failure.path())
                .put("message", failure.message())
                .put("value", failure.value());
          }
          Repair repair = of.repair();
          if (repair != null) {
            repair
                .position()
                .putInto(node.putObject("repair"))
                .put("before", repair.before())
                .put("after", repair.after());
          }
        });
    return mapper.writeValueAsString(json);
  }

  /** The beginning of a value, safe to print on a terminal. */
  static String printable(byte @Nullable [] value) {
    if (value == null) {
      return "(null)";
    }
    int length = Math.min(MOST_BYTES, value.length);
    String text = printable(new String(value, 0, length, StandardCharsets.UTF_8));
    return value.length > length ? text + String.format("… (%,d bytes)", value.length) : text;
  }

  private static String printable(String text) {
    StringBuilder clean = new StringBuilder();
    text.codePoints()
        .forEach(
            c ->
                clean.appendCodePoint(
                    Character.isISOControl(c)
                            || !Character.isDefined(c)
                            || Character.getType(c) == Character.FORMAT
                            || Character.getType(c) == Character.SURROGATE
                            || c == 0xFFFD
                        ? '·'
                        : c));
    return clean.toString();
  }

  /** Counts while letters are replayed. */
  static final class Builder {
    private final String contractVersion;
    private final String fixSha256;
    private final String target;
    private final Replay.Choice choice;
    private final EnumMap<Reason, Tally> tallies = new EnumMap<>(Reason.class);
    private long read;

    Builder(String contractVersion, String fixSha256, String target, Replay.Choice choice) {
      this.contractVersion = contractVersion;
      this.fixSha256 = fixSha256;
      this.target = target;
      this.choice = choice;
    }

    private static final class Tally {
      private long tried;
      private long recovered;
      private long skipped;
      private long already;
      private long parked;
      private final EnumMap<Reason, Long> dead = new EnumMap<>(Reason.class);
      private @Nullable Failure failure;
      private @Nullable Repair repair;
    }

    private Tally of(Reason reason) {
      return tallies.computeIfAbsent(reason, r -> new Tally());
    }

    /** Counts a letter that was read; returns how many were. */
    long letter() {
      return ++read;
    }

    void already(Reason reason, long count) {
      if (count > 0) {
        of(reason).already += count;
      }
    }

    void skipped(Reason reason) {
      of(reason).skipped++;
    }

    void parked(Reason reason) {
      of(reason).parked++;
    }

    void tried(Reason reason) {
      of(reason).tried++;
    }

    void recovered(Reason reason, long count) {
      if (count > 0) {
        of(reason).recovered += count;
      }
    }

    void repaired(DeadLetter letter, byte @Nullable [] after) {
      Tally tally = of(letter.reason());
      if (tally.repair == null) {
        tally.repair =
            new Repair(
                position(letter.record()), printable(letter.record().value()), printable(after));
      }
    }

    void failed(DeadLetter letter, byte @Nullable [] value, int attempt, Outcome.Rejected now) {
      Tally tally = of(letter.reason());
      tally.dead.merge(now.reason(), 1L, Long::sum);
      if (tally.failure == null) {
        tally.failure =
            new Failure(
                position(letter.record()),
                attempt,
                now.reason(),
                printable(now.path()),
                printable(now.message()),
                printable(value));
      }
    }

    private static Position position(SourceRecord record) {
      return new Position(record.source(), record.partition(), record.offset());
    }

    ReplayReport build() {
      EnumMap<Reason, OfReason> reasons = new EnumMap<>(Reason.class);
      tallies.forEach(
          (reason, t) ->
              reasons.put(
                  reason,
                  new OfReason(
                      t.already + t.parked + t.recovered + t.skipped + sum(t.dead),
                      t.tried,
                      t.recovered,
                      t.skipped,
                      t.already,
                      t.parked,
                      t.dead,
                      t.failure,
                      t.repair)));
      return new ReplayReport(
          choice.dryRun(), contractVersion, fixSha256, target, choice.maxAttempts(), reasons);
    }

    private static long sum(Map<Reason, Long> counts) {
      return counts.values().stream().mapToLong(Long::longValue).sum();
    }
  }
}
