package io.sluice.deadletter;

import io.sluice.source.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The headers of records that are made of dead letters: those that the record had, and where it
 * came from and why it was not accepted, in UTF-8. Numbers are decimal, times milliseconds since
 * the epoch.
 */
public final class LetterHeaders {
  public static final String SOURCE = "sluice-source";
  public static final String PARTITION = "sluice-partition";
  public static final String OFFSET = "sluice-offset";
  public static final String RECORD_TIME = "sluice-record-time";
  public static final String REASON = "sluice-reason";
  static final String PATH = "sluice-path";
  static final String MESSAGE = "sluice-message";
  static final String CONTRACT_VERSION = "sluice-contract-version";

  /** Of a dead letter that has not its record's value: {@link #MASKED} or {@link #DROPPED}. */
  public static final String VALUE = "sluice-value";

  public static final String MASKED = "masked";
  public static final String DROPPED = "dropped";

  private static final String OURS = "sluice-";

  private LetterHeaders() {}

  /** Of a letter that a replay has made good. */
  public static List<SourceRecord.Header> ofRepaired(DeadLetter letter) {
    return of(letter.record(), position(letter));
  }

  /** Of a letter as it is, with all that is known of it. */
  public static List<SourceRecord.Header> of(DeadLetter letter) {
    Map<String, String> values = position(letter);
    values.put(PATH, letter.path());
    values.put(MESSAGE, letter.message());
    values.put(CONTRACT_VERSION, letter.contractVersion());
    return of(letter.record(), values);
  }

  private static Map<String, String> position(DeadLetter letter) {
    SourceRecord record = letter.record();
    Map<String, String> values = new LinkedHashMap<>();
    values.put(SOURCE, record.source());
    values.put(PARTITION, String.valueOf(record.partition()));
    values.put(OFFSET, String.valueOf(record.offset()));
    values.put(RECORD_TIME, String.valueOf(record.recordTime()));
    values.put(REASON, letter.reason().name());
    return values;
  }

  private static List<SourceRecord.Header> of(SourceRecord record, Map<String, String> values) {
    List<SourceRecord.Header> headers = new ArrayList<>();
    for (SourceRecord.Header header : record.headers()) {
      // A record that went this way before says so in headers of the same names.
      if (!header.key().startsWith(OURS) || header.key().equals(VALUE)) {
        headers.add(header);
      }
    }
    values.forEach(
        (key, value) ->
            headers.add(new SourceRecord.Header(key, value.getBytes(StandardCharsets.UTF_8))));
    return headers;
  }

  /** Whether headers say that the value beside them is not the record's. */
  public static boolean hideValue(List<SourceRecord.Header> headers) {
    return headers.stream().anyMatch(header -> header.key().equals(VALUE));
  }

  /** The position that headers name; null where they name none. */
  public static @Nullable SourceRecord position(List<SourceRecord.Header> headers) {
    String source = text(headers, SOURCE);
    String partition = text(headers, PARTITION);
    String offset = text(headers, OFFSET);
    if (source == null || partition == null || offset == null) {
      return null;
    }
    try {
      return new SourceRecord(
          source, Integer.parseInt(partition), Long.parseLong(offset), -1, null, null, List.of());
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static @Nullable String text(List<SourceRecord.Header> headers, String key) {
    byte[] last = null;
    for (SourceRecord.Header header : headers) {
      if (header.key().equals(key)) {
        last = header.value();
      }
    }
    return last == null ? null : new String(last, StandardCharsets.UTF_8);
  }
}
