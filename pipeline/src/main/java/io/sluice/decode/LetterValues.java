package io.sluice.decode;

import io.sluice.contract.Column;
import io.sluice.contract.Contract;
import io.sluice.contract.Intake;
import io.sluice.contract.Reading;
import io.sluice.deadletter.LetterHeaders;
import io.sluice.deadletter.Reason;
import io.sluice.source.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a dead letter has of its record, as the contract says. Not safe for several threads. */
final class LetterValues {
  private static final String NOT_SHOWN = "not shown, since it may have parts of the value";

  private final Contract contract;
  private final boolean keepsKey;
  private final Set<String> maskedHeaders = new HashSet<>();
  private final @Nullable ValueMask mask;

  LetterValues(Contract contract) {
    this.contract = contract;
    boolean keepsKey = true;
    for (Column column : contract.columns()) {
      Reading reading = column.reading();
      if (reading.mask() != null) {
        keepsKey &= !reading.isOfKey();
        if (reading.from() == Reading.From.HEADER) {
          maskedHeaders.add(reading.name());
        }
      }
    }
    this.keepsKey = keepsKey;
    this.mask =
        contract.intake().letters() == Intake.Letters.MASK
            ? RecordFormat.of(contract).mask(contract).orElse(null)
            : null;
  }

  /**
   * The message as a dead letter has it: where values are kept out, none whose words may be taken
   * from the value.
   */
  String message(Outcome.Rejected rejected) {
    return switch (contract.intake().letters()) {
      case KEEP -> rejected.message();
      case MASK ->
          rejected.reason() != Reason.TRANSFORM_REJECTED && isQuoting(rejected)
              ? NOT_SHOWN
              : rejected.message();
      case DROP -> withoutValues(rejected);
    };
  }

  /** The message if it has no word that may be of the value. */
  static String withoutValues(Outcome.Rejected rejected) {
    return isQuoting(rejected)
            || rejected.reason() == Reason.FUTURE_EVENT_TIME
            || rejected.reason() == Reason.STALE_EVENT_TIME
        ? NOT_SHOWN
        : rejected.message();
  }

  private static boolean isQuoting(Outcome.Rejected rejected) {
    return switch (rejected.reason()) {
      case MALFORMED_JSON,
          MALFORMED,
          NOT_AN_OBJECT,
          TRAILING_DATA,
          TRANSFORM_REJECTED,
          DECODER_FAILED ->
          true;
      default -> false;
    };
  }

  /** A producer's header of that name would say that the value is not the record's. */
  private static SourceRecord withoutMark(SourceRecord record) {
    return new SourceRecord(
        record.source(),
        record.partition(),
        record.offset(),
        record.recordTime(),
        record.key(),
        record.value(),
        record.headers().stream()
            .filter(header -> !header.key().equals(LetterHeaders.VALUE))
            .toList());
  }

  /**
   * The record without all that somebody may have written into it: its place, and its headers'
   * names.
   */
  static SourceRecord nothingOf(SourceRecord record) {
    List<SourceRecord.Header> headers = new ArrayList<>();
    for (SourceRecord.Header header : record.headers()) {
      if (!header.key().equals(LetterHeaders.VALUE)) {
        headers.add(new SourceRecord.Header(header.key(), null));
      }
    }
    if (record.value() != null) {
      headers.add(said(LetterHeaders.DROPPED));
    }
    return new SourceRecord(
        record.source(),
        record.partition(),
        record.offset(),
        record.recordTime(),
        null,
        null,
        headers);
  }

  private static SourceRecord.Header said(String what) {
    return new SourceRecord.Header(LetterHeaders.VALUE, what.getBytes(StandardCharsets.UTF_8));
  }

  /** The record as a dead letter has it; the same one where that is all of it. */
  SourceRecord of(SourceRecord record) {
    if (contract.intake().letters() == Intake.Letters.KEEP) {
      return LetterHeaders.hideValue(record.headers()) ? withoutMark(record) : record;
    }
    byte[] value = record.value();
    byte[] masked = value == null || mask == null ? null : mask.mask(value);
    List<SourceRecord.Header> headers = new ArrayList<>();
    for (SourceRecord.Header header : record.headers()) {
      if (!header.key().equals(LetterHeaders.VALUE)) {
        headers.add(
            maskedHeaders.contains(header.key())
                ? new SourceRecord.Header(header.key(), null)
                : header);
      }
    }
    if (value != null) {
      headers.add(said(masked == null ? LetterHeaders.DROPPED : LetterHeaders.MASKED));
    }
    return new SourceRecord(
        record.source(),
        record.partition(),
        record.offset(),
        record.recordTime(),
        keepsKey ? record.key() : null,
        masked,
        headers);
  }
}
