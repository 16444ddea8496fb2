package io.sluice.csv;

import io.sluice.convert.Rejection;
import io.sluice.convert.RowConverter;
import io.sluice.deadletter.Reason;
import io.sluice.record.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes a message apart: into its one row, and whoever reads it by its names, those of the contract
 * or of the message's first line. For one thread.
 */
final class Messages {
  /** Producers of one topic have few headers at a time. */
  private static final int MOST_HEADERS = 100;

  private static final byte[] BYTE_ORDER_MARK = "\uFEFF".getBytes(StandardCharsets.UTF_8);

  private final Dialect dialect;
  private final RowConverter converter;
  private final boolean refusesUnknown;
  private final Consumer<String> unknown;
  private final RowParser parser;
  private final Cells[] rows;
  private final @Nullable RowReader byContract;

  /** By the names of a header, the one that was used longest ago first. */
  private final Map<List<String>, RowReader> byHeader =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<List<String>, RowReader> eldest) {
          return size() > MOST_HEADERS;
        }
      };

  private @Nullable RowReader last;
  private byte[][] lastHeader = {};

  /**
   * @param names of the fields; null where each message begins with them
   * @throws Rejection where two of the names are the same
   */
  Messages(
      @Nullable List<String> names,
      Dialect dialect,
      RowConverter converter,
      boolean refusesUnknown,
      Consumer<String> unknown)
      throws Rejection {
    this.dialect = dialect;
    this.converter = converter;
    this.refusesUnknown = refusesUnknown;
    this.unknown = unknown;
    this.parser = new RowParser(dialect);
    this.rows = names == null ? new Cells[] {new Cells(), new Cells()} : new Cells[] {new Cells()};
    this.byContract = names == null ? null : reader(names);
  }

  private RowReader reader(List<String> names) throws Rejection {
    return new RowReader(names, converter, dialect, refusesUnknown, unknown);
  }

  /** The row of the message that was taken apart last. */
  Cells row() {
    return rows[rows.length - 1];
  }

  /**
   * Takes a message apart, and leaves its row in {@link #row}.
   *
   * @return who reads it
   * @throws Rejection where it is not one row, with its header or without
   */
  RowReader take(byte[] array, int from, int end) throws Rejection {
    if (!Utf8.isValid(array, from, end)) {
      throw new Rejection(Reason.NOT_UTF8, "", "the row is not UTF-8");
    }
    int start = from + (hasByteOrderMark(array, from, end) ? BYTE_ORDER_MARK.length : 0);
    int count = parser.parse(array, start, end, rows);
    if (count == 0) {
      throw new Rejection(Reason.EMPTY, "", "the record has no row");
    }
    if (count > rows.length) {
      throw new Rejection(
          Reason.MALFORMED,
          "",
          rows.length == 1 ? "more than one row" : "more than one row behind the header");
    }
    if (count < rows.length) {
      throw new Rejection(Reason.MALFORMED, "", "a header, and no row behind it");
    }
    return byContract != null ? byContract : readerOf(rows[0]);
  }

  private static boolean hasByteOrderMark(byte[] array, int start, int end) {
    int length = BYTE_ORDER_MARK.length;
    return end - start >= length
        && Arrays.equals(array, start, start + length, BYTE_ORDER_MARK, 0, length);
  }

  /** Messages mostly have the header of the one before. */
  private RowReader readerOf(Cells header) throws Rejection {
    RowReader reader = last;
    if (reader != null && isLast(header)) {
      return reader;
    }
    List<String> names = header.texts();
    reader = byHeader.get(names);
    if (reader == null) {
      reader = reader(names);
      byHeader.put(names, reader);
    }
    last = reader;
    lastHeader =
        names.stream().map(name -> name.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
    return reader;
  }

  private boolean isLast(Cells header) {
    if (header.count() != lastHeader.length) {
      return false;
    }
    for (int i = 0; i < lastHeader.length; i++) {
      if (!header.has(i, lastHeader[i])) {
        return false;
      }
    }
    return true;
  }
}
