package io.sluice.decode;

import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.Intake.Skip;
import io.sluice.convert.Rejection;
import io.sluice.deadletter.DeadLetters;
import io.sluice.deadletter.Reason;
import io.sluice.metrics.SluiceMetrics;
import io.sluice.record.ColumnValues;
import io.sluice.record.RecordBytes;
import io.sluice.record.RowValues;
import io.sluice.schema.Schemas;
import io.sluice.source.RecordBatch;
import io.sluice.source.RecordMetadata;
import io.sluice.source.SourceRecord;
import io.sluice.transform.RowFunctions;
import io.sluice.transform.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.beam.sdk.values.Row;
import org.jspecify.annotations.Nullable;

/**
 * The one door from records to rows: whoever makes rows of records, in a run or for a lake that is
 * there, decodes by it. Each record has one {@link Outcome}, whatever it holds, and that depends on
 * record and contract alone. Counts them. Not safe for use by several threads.
 */
public final class RecordDecoder implements AutoCloseable {
  private final Contract contract;
  private final @Nullable Schemas owned;
  private final EventTimes eventTimes;
  private final SluiceMetrics.DecodeCounts counts;
  private final DecoderFailures failures;
  private final ValueDecoder decoder;
  private Object decoding = "nothing";
  private final AddedColumns added;
  private final RowFunctions functions;
  private final RowValues rows;

  /** The rows of a record after the contract's functions; null where a record is one. */
  private final @Nullable ColumnValues exploded;

  private final LetterValues letters;

  /**
   * Says of which records a dead letter has nothing; null where it has something of each. It is not
   * the one that chooses, for a letter is written later, and what fails then was counted before.
   */
  private final @Nullable Chooser others;

  private final List<Skip> skips;
  private final @Nullable Chooser chooser;

  /** One that has its schemas for itself, until it is closed. */
  public RecordDecoder(Contract contract, DecodeSettings settings) {
    this(contract, settings, settings.schemas().open(), true);
  }

  /**
   * The same.
   *
   * @param schemas those of the settings, which other decoders use as well
   */
  public RecordDecoder(Contract contract, DecodeSettings settings, Schemas schemas) {
    this(contract, settings, schemas, false);
  }

  private RecordDecoder(
      Contract contract, DecodeSettings settings, Schemas schemas, boolean isOwner) {
    this(
        contract,
        settings,
        schemas,
        isOwner,
        events -> RecordFormat.of(contract).decoder(contract.asRead(), schemas, events),
        new DecoderFailures(
            contract.table(), settings.mostFailures(), contract.showsValues(), System::nanoTime));
  }

  RecordDecoder(
      Contract contract,
      DecodeSettings settings,
      Schemas schemas,
      boolean isOwner,
      Function<DecodeEvents, ValueDecoder> decoders,
      DecoderFailures failures) {
    this.contract = contract;
    this.owned = isOwner ? schemas : null;
    this.eventTimes = new EventTimes(contract, settings.maxFuture(), settings.maxAge());
    this.counts = new SluiceMetrics.DecodeCounts(contract.table());
    this.failures = failures;
    Events events = new Events();
    this.added = new AddedColumns(contract, schemas, events);
    this.chooser =
        contract.intake().choice().isAll() ? null : new Chooser(contract, schemas, events);
    this.functions = new RowFunctions(contract);
    this.rows = new RowValues(contract.rowColumns());
    this.exploded =
        contract.intake().explode().isEmpty() ? null : new ColumnValues(contract.rowColumns());
    if (exploded != null) {
      exploded.explode(IntStream.range(0, contract.rowColumns().size()).toArray(), new int[0]);
    }
    this.letters = new LetterValues(contract);
    this.others =
        contract.intake().choice().hidesOthers()
            ? new Chooser(contract, schemas, DecodeEvents.NONE)
            : null;
    this.skips = contract.intake().skips();
    this.decoder = decoders.apply(events);
  }

  /** What a decoder says of the record that is being decoded. */
  private final class Events implements DecodeEvents {
    @Override
    public void unknownField(String path) {
      counts.unknownField(path);
    }

    @Override
    public void quickWayFailed(Throwable failure) {
      failures.quick(decoding, failure);
    }
  }

  /** What becomes of the record of a batch that a cursor stands at. */
  public Outcome decode(RecordBatch.Cursor record) {
    return decode(record, record);
  }

  /** What becomes of a record. */
  public Outcome decode(SourceRecord record) {
    return decode(record.bytes(), record);
  }

  /**
   * @param said the same record, which is said to have been decoded where that fails
   */
  private Outcome decode(RecordBytes record, RecordMetadata said) {
    failures.record();
    decoding = said;
    Outcome outcome;
    try {
      outcome = outcome(record, said);
    } catch (Rejection e) {
      return rejected(new Outcome.Rejected(e));
    } catch (UserException e) {
      // No record is to blame, nor the decoder: its schema could not be had.
      throw e;
    } catch (Exception | StackOverflowError | AssertionError e) {
      // The record is not to blame, and must not stop the job for it. What is plugged in may come
      // from a compiler that knows no checked exceptions.
      return rejected(new Outcome.Rejected(Reason.DECODER_FAILED, "", failures.decoder(said, e)));
    }
    if (outcome instanceof Outcome.Accepted accepted) {
      return timely(accepted, said.recordTime(), said);
    }
    if (outcome instanceof Outcome.Skipped skipped) {
      counts.skipped();
      return skipped.at(said.recordTime());
    }
    return rejected((Outcome.Rejected) outcome);
  }

  private Outcome outcome(RecordBytes record, RecordMetadata said) throws Rejection {
    Skip skip = skip(record);
    if (skip != null) {
      return Outcome.Skipped.atRecordTime(skip.name().toLowerCase(Locale.ROOT));
    }
    Outcome others = chooser == null ? null : chooser.others(record, said);
    if (others != null) {
      return others;
    }
    if (isTooLarge(record)) {
      return tooLarge(record);
    }
    Outcome outcome = decoder.decode(record);
    if (outcome instanceof Outcome.Accepted accepted) {
      if (!added.isEmpty()) {
        added.addTo(accepted.values(), said);
      }
      requireEventTime(accepted.values());
    }
    return outcome;
  }

  private boolean isTooLarge(RecordBytes record) {
    return record.hasValue() && record.valueLength() > contract.maxBytes();
  }

  private Outcome tooLarge(RecordBytes record) {
    return new Outcome.Rejected(
        Reason.TOO_LARGE,
        "",
        record.valueLength() + " bytes, the contract allows " + contract.maxBytes());
  }

  /** Why a record is passed over without a look at what it holds; null where it is not. */
  private @Nullable Skip skip(RecordBytes record) {
    if (skips.isEmpty() || record.hasValue() && record.valueLength() > 0) {
      return null;
    }
    Skip kind = record.hasValue() ? Skip.EMPTY_VALUES : Skip.TOMBSTONES;
    return skips.contains(kind) ? kind : null;
  }

  /** Without it a record would pass all checks, with the time of the one before. */
  private void requireEventTime(ColumnValues values) {
    if (values.isAbsent(contract.eventTime())) {
      throw new IllegalStateException("a record was accepted without its event time");
    }
  }

  /**
   * @param record what is said to have been decoded where a function fails at it
   */
  private Outcome timely(Outcome.Accepted accepted, long recordTime, Object record) {
    Outcome.Rejected rejected =
        eventTimes.check(accepted.values().micros(contract.eventTime()), recordTime);
    if (rejected != null) {
      return rejected(rejected);
    }
    if (accepted.values().rows() == 0) {
      counts.skipped();
      return new Outcome.Skipped(accepted.values().micros(contract.eventTime()), "no elements");
    }
    return functions.isEmpty() ? row(accepted) : transformed(accepted.values(), record);
  }

  private Outcome.Accepted row(Outcome.Accepted accepted) {
    counts.rows(accepted.values().rows());
    return accepted;
  }

  private Outcome transformed(ColumnValues decoded, Object record) {
    if (!decoded.isExploded()) {
      Outcome other = transformedRow(decoded, record);
      if (other == null) {
        return row(new Outcome.Accepted(functions.row()));
      }
      return other instanceof Outcome.Rejected rejected ? rejected(rejected) : skipped(other);
    }
    // All of them before one goes on: a record is rejected as a whole.
    ColumnValues rows = Objects.requireNonNull(exploded);
    rows.clear();
    for (int row = 0; row < decoded.rows(); row++) {
      decoded.toRow(row);
      Outcome other = transformedRow(decoded, record);
      if (other == null) {
        rows.copy(functions.row());
        rows.endRow();
      } else if (other instanceof Outcome.Rejected rejected) {
        return rejected(rejected);
      }
    }
    if (rows.rows() > 0) {
      return row(new Outcome.Accepted(rows));
    }
    return skipped(new Outcome.Skipped(decoded.micros(contract.eventTime()), functions.last()));
  }

  private Outcome skipped(Outcome skipped) {
    counts.skipped();
    return skipped;
  }

  /** What becomes of a row that the functions do not keep; null for one that they do. */
  private @Nullable Outcome transformedRow(ColumnValues decoded, Object record) {
    Verdict verdict;
    try {
      verdict = functions.apply(decoded);
    } catch (Exception | StackOverflowError | AssertionError e) {
      return new Outcome.Rejected(
          Reason.DECODER_FAILED, "", failures.function(functions.last(), record, e));
    }
    if (verdict instanceof Verdict.Reject reject) {
      return new Outcome.Rejected(
          Reason.TRANSFORM_REJECTED, reject.column(), functions.last() + ": " + reject.message());
    }
    return verdict instanceof Verdict.Skip
        ? new Outcome.Skipped(decoded.micros(contract.eventTime()), functions.last())
        : null;
  }

  private Outcome rejected(Outcome.Rejected rejected) {
    counts.deadLetter(rejected.reason());
    return rejected;
  }

  /** The rows of an accepted record, one at least, with {@link Contract#rowSchema()}. */
  public List<Row> rows(SourceRecord record, Outcome.Accepted accepted) {
    List<Row> all = new ArrayList<>();
    for (int i = 0; i < accepted.values().rows(); i++) {
      accepted.values().toRow(i);
      all.add(row(record, accepted));
    }
    return all;
  }

  private Row row(SourceRecord record, Outcome.Accepted accepted) {
    return rows.row(
        accepted.values(),
        record.source(),
        record.partition(),
        record.offset(),
        record.recordTime());
  }

  /** One that was not accepted as a dead letter, with {@link DeadLetters#SCHEMA}. */
  public Row letter(SourceRecord record, Outcome.Rejected rejected) {
    boolean hides = others != null && others.mayBeOthers(record);
    return DeadLetters.row(
        hides ? LetterValues.nothingOf(record) : letters.of(record),
        rejected.reason(),
        rejected.path(),
        hides ? LetterValues.withoutValues(rejected) : letters.message(rejected),
        contract,
        Instant.now());
  }

  /** Why a record was not accepted, as it may be shown to whoever looks at a run. */
  public Outcome.Rejected shown(Outcome.Rejected rejected) {
    return new Outcome.Rejected(
        rejected.reason(),
        rejected.path(),
        others == null ? letters.message(rejected) : LetterValues.withoutValues(rejected));
  }

  /** Whether a record's bytes may be shown to whoever looks at a run. */
  public boolean mayShowValues() {
    return contract.showsValues();
  }

  /** Makes what was counted since the last call visible. */
  public void publishCounts() {
    counts.publish();
    failures.tick();
  }

  /** Closes the schemas, where nobody else has them. */
  @Override
  public void close() {
    if (owned != null) {
      owned.close();
    }
  }
}
