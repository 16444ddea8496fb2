package io.sluice.replay;

import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.deadletter.DeadLetter;
import io.sluice.deadletter.DeadLetters;
import io.sluice.deadletter.LetterHeaders;
import io.sluice.deadletter.Reason;
import io.sluice.decode.DecodeSettings;
import io.sluice.decode.Outcome;
import io.sluice.decode.RecordDecoder;
import io.sluice.decode.RecordFormat;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.PartFile;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import io.sluice.source.SourceRecord;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Decodes dead letters again, after declared repairs, and puts those that the contract accepts now
 * where they belong, under their original positions.
 *
 * <p>Nothing is there twice, however often it runs and wherever it is killed: what the target has
 * is left out. A date of letters counts as tried when all of it is done, by an entry in the ledger;
 * a replay that was killed before that has tried nothing, and left nothing that the next would
 * write again. Memory is bounded: letters are read one by one.
 */
public final class Replay implements AutoCloseable {
  /**
   * Which letters are replayed, and whether.
   *
   * @param reasons of these; empty for all
   * @param from of dates of letters from here on; null for all
   * @param to up to here, included; null for all
   * @param dryRun writes nothing
   * @param maxAttempts letters that were tried in vain so often are parked
   * @param parked tries these, too
   */
  public record Choice(
      Set<Reason> reasons,
      @Nullable LocalDate from,
      @Nullable LocalDate to,
      boolean dryRun,
      int maxAttempts,
      boolean parked) {
    boolean has(Reason reason) {
      return reasons.isEmpty() || reasons.contains(reason);
    }

    boolean has(LocalDate date) {
      return (from == null || !date.isBefore(from)) && (to == null || !date.isAfter(to));
    }
  }

  private static final Outcome HIDDEN =
      new Outcome.Rejected(
          Reason.MASKED,
          "",
          "the contract keeps values out of dead letters: mend the contract and rebuild the date from its source");

  private final Contract contract;
  private final Fixes fixes;
  private final Store deadLetters;
  private final ReplayTarget target;
  private final Choice choice;
  private final RecordDecoder decoder;
  private final Ledger ledger;
  private final ReplayReport.Builder report;

  /**
   * @param settings as of the run
   */
  public Replay(
      Contract contract,
      Fixes fixes,
      DecodeSettings settings,
      Store deadLetters,
      ReplayTarget target,
      Choice choice) {
    this.contract = contract;
    requireFixable(contract, fixes);
    this.fixes = fixes;
    this.deadLetters = deadLetters;
    this.target = target;
    this.choice = choice;
    this.decoder = new RecordDecoder(contract, settings);
    this.ledger = new Ledger(deadLetters, contract);
    this.report =
        new ReplayReport.Builder(contract.version(), fixes.sha256(), target.name(), choice);
  }

  /**
   * Makes sure that fixes can be made to records of a contract.
   *
   * @throws UserException where they cannot
   */
  public static void requireFixable(Contract contract, Fixes fixes) {
    if (!fixes.rules().isEmpty() && !RecordFormat.of(contract).isJson(contract)) {
      throw new UserException(
          "--fix changes JSON, and records of format "
              + contract.format().name()
              + " are not: replay them without it");
    }
  }

  /** Lets go of the registry, where there is one; the stores stay open. */
  @Override
  public void close() {
    decoder.close();
  }

  /** How many letters there are in the dates of the choice, whatever their reasons. */
  public long letters() throws IOException {
    List<Store.Entry> files = new ArrayList<>();
    for (Store.Entry file : LakeFiles.list(deadLetters, DeadLetters.table(contract))) {
      if (PartFile.parse(file.key()).filter(part -> choice.has(part.date())).isPresent()) {
        files.add(file);
      }
    }
    long[] rows = new long[1];
    LakeFiles.forEach(deadLetters, files, file -> rows[0] += file.footer().rows());
    return rows[0];
  }

  /**
   * Replays the letters of the choice, date by date.
   *
   * @param progress is told how many letters were read, of {@link #letters}
   * @throws IOException where a store failed for good; running it again goes on
   */
  public ReplayReport run(LongConsumer progress) throws IOException {
    Attempts attempts = ledger.attempts();
    DeadLetterFiles files = new DeadLetterFiles(deadLetters, contract);
    for (LocalDate date : files.dates()) {
      if (choice.has(date)) {
        OneDate one = new OneDate(attempts);
        files.read(
            date,
            Set.of(),
            DeadLetterFiles.Columns.ALL,
            letter -> {
              if (choice.has(letter.reason())) {
                one.replay(letter);
              }
              progress.accept(report.letter());
            });
        one.finish(date);
      }
    }
    return report.build();
  }

  /** The letters of one date. */
  private final class OneDate {
    private final Attempts attempts;

    /** Those that the contract accepts now, by reason. */
    private final Map<Reason, Positions> good = new EnumMap<>(Reason.class);

    private final Map<Reason, Long> failures = new EnumMap<>(Reason.class);
    private final Map<Reason, Long> already = new EnumMap<>(Reason.class);
    private final Map<Reason, Long> skipped = new EnumMap<>(Reason.class);
    private final Positions failed = new Positions();

    OneDate(Attempts attempts) {
      this.attempts = attempts;
    }

    void replay(DeadLetter letter) throws IOException {
      SourceRecord record = letter.record();
      if (target.has(record)) {
        report.already(letter.reason(), 1);
        already.merge(letter.reason(), 1L, Long::sum);
        return;
      }
      int tried = attempts.of(record);
      if (tried >= choice.maxAttempts() && !choice.parked()) {
        report.parked(letter.reason());
        return;
      }
      report.tried(letter.reason());
      SourceRecord repaired = repaired(letter);
      Outcome outcome =
          LetterHeaders.hideValue(record.headers()) ? HIDDEN : decoder.decode(repaired);
      if (outcome instanceof Outcome.Accepted accepted) {
        good.computeIfAbsent(letter.reason(), r -> new Positions())
            .add(record.source(), record.partition(), record.offset());
        report.repaired(letter, repaired.value());
        if (!choice.dryRun()) {
          target.add(letter, repaired, decoder.rows(repaired, accepted));
        }
      } else if (outcome instanceof Outcome.Skipped now) {
        skipped.merge(letter.reason(), 1L, Long::sum);
        report.skipped(letter.reason());
        if (!choice.dryRun()) {
          target.skip(letter, now.eventTimeMicros());
        }
      } else {
        failures.merge(letter.reason(), 1L, Long::sum);
        failed.add(record.source(), record.partition(), record.offset());
        report.failed(letter, repaired.value(), tried + 1, (Outcome.Rejected) outcome);
      }
    }

    private SourceRecord repaired(DeadLetter letter) {
      SourceRecord record = letter.record();
      return new SourceRecord(
          record.source(),
          record.partition(),
          record.offset(),
          record.recordTime(),
          record.key(),
          fixes.apply(letter),
          record.headers());
    }

    void finish(LocalDate date) throws IOException {
      if (choice.dryRun()) {
        good.forEach((reason, positions) -> report.recovered(reason, positions.size()));
        return;
      }
      Positions put = target.flush();
      Map<Reason, Ledger.Counts> counts = new EnumMap<>(Reason.class);
      for (Reason reason : Reason.values()) {
        Positions ours = good.getOrDefault(reason, new Positions());
        long recovered = ours.and(put).size();
        // The others were put there by somebody else while we read.
        long late = ours.size() - recovered;
        report.recovered(reason, recovered);
        report.already(reason, late);
        long dead = failures.getOrDefault(reason, 0L);
        long noRow = skipped.getOrDefault(reason, 0L);
        if (ours.size() + dead + noRow > 0) {
          counts.put(
              reason,
              new Ledger.Counts(
                  ours.size() + dead + noRow,
                  recovered,
                  already.getOrDefault(reason, 0L) + late,
                  noRow,
                  dead));
        }
      }
      if (!counts.isEmpty()) {
        ledger.write(
            new Ledger.Entry(
                Instant.now().truncatedTo(ChronoUnit.MILLIS),
                date,
                contract.version(),
                fixes.sha256(),
                target.name(),
                counts,
                failed));
      }
    }
  }
}
