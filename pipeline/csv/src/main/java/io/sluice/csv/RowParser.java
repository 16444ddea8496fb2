package io.sluice.csv;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import io.sluice.convert.Rejection;
import io.sluice.deadletter.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Finds the fields of rows: by hand, in the bytes as they are, where nothing is quoted, and else by
 * the library. Both find the same. Lines without a character are no rows. For one thread.
 */
final class RowParser {
  /** No quote was met, or only the library knows. */
  private static final int NOT_KNOWN = -1;

  /**
   * A row behind all others. The library takes a quote that nobody closes for closed at the end:
   * then this row is within the field.
   */
  private static final byte[] LAST_ROW = {'\n', 'x'};

  private final Dialect dialect;
  private final CsvReader.CsvReaderBuilder reader;
  private final Collector collector = new Collector();

  RowParser(Dialect dialect) {
    this.dialect = dialect;
    this.reader =
        CsvReader.builder()
            .fieldSeparator(dialect.delimiter())
            .quoteCharacter(dialect.quote())
            .trimWhitespacesAroundQuotes(dialect.trim())
            .allowExtraFields(true)
            .allowMissingFields(true);
  }

  /**
   * Parses rows.
   *
   * @param utf8 is not written to, and has to stay as it is while the fields are in use
   * @param into where the fields of each row go
   * @return how many rows there are; one more than {@code into} has where there are any more
   * @throws Rejection where it is no CSV
   */
  int parse(byte[] utf8, int start, int end, Cells[] into) throws Rejection {
    int rows = split(utf8, start, end, into);
    return rows == NOT_KNOWN ? parseByLibrary(utf8, start, end, into) : rows;
  }

  /** What {@link #parse} does where there is no quote. */
  private int split(byte[] utf8, int start, int end, Cells[] into) {
    char delimiter = dialect.delimiter();
    char quote = dialect.quote();
    int rows = 0;
    int at = start;
    while (at < end) {
      if (isLineEnd(utf8[at])) {
        at++;
        continue;
      }
      if (rows == into.length) {
        return rows + 1;
      }
      Cells cells = into[rows++];
      cells.clear();
      int field = at;
      for (; at < end && !isLineEnd(utf8[at]); at++) {
        if (utf8[at] == delimiter) {
          add(cells, utf8, field, at - field);
          field = at + 1;
        } else if (utf8[at] == quote) {
          return NOT_KNOWN;
        }
      }
      add(cells, utf8, field, at - field);
    }
    return rows;
  }

  private static boolean isLineEnd(byte b) {
    return b == '\n' || b == '\r';
  }

  private void add(Cells cells, byte[] utf8, int start, int length) {
    int from = start;
    int to = start + length;
    if (dialect.trim()) {
      while (from < to && isSpace(utf8[from])) {
        from++;
      }
      while (from < to && isSpace(utf8[to - 1])) {
        to--;
      }
    }
    cells.add(utf8, from, to - from, false);
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\t';
  }

  /** What {@link #parse} does, by the library. */
  int parseByLibrary(byte[] utf8, int start, int end, Cells[] into) throws Rejection {
    // A character for each byte: what the library looks for are bytes of ASCII, which are no part
    // of another character.
    byte[] text = new byte[end - start + LAST_ROW.length];
    System.arraycopy(utf8, start, text, 0, end - start);
    System.arraycopy(LAST_ROW, 0, text, end - start, LAST_ROW.length);
    collector.begin(into);
    try (CsvReader<Integer> rows =
            reader.build(collector, new String(text, StandardCharsets.ISO_8859_1));
        CloseableIterator<Integer> each = rows.iterator()) {
      // One more is the last row, and one more than that is too many.
      while (collector.rows <= into.length + 1 && each.hasNext()) {
        each.next();
      }
    } catch (CsvParseException e) {
      throw malformed("something follows its closing quote", 1);
    } catch (IOException e) {
      throw new IllegalStateException("reading a text", e);
    }
    if (collector.rows <= into.length + 1 && !collector.endsWithLastRow) {
      throw malformed("its quote is not closed", 0);
    }
    return Math.min(collector.rows - 1, into.length + 1);
  }

  private Rejection malformed(String what, int further) {
    return new Rejection(
        Reason.MALFORMED,
        "",
        "line " + collector.line + ", field " + (collector.fields + further) + ": " + what);
  }

  /** Takes what the library finds. */
  private final class Collector extends AbstractBaseCsvCallbackHandler<Integer> {
    private Cells[] into = new Cells[0];
    private int rows;
    private long line;
    private int fields;
    private boolean endsWithLastRow;

    void begin(Cells[] rowsGoTo) {
      into = rowsGoTo;
      rows = 0;
      endsWithLastRow = false;
    }

    @Override
    protected void handleBegin(long startingLineNumber) {
      line = startingLineNumber;
      fields = 0;
    }

    @Override
    protected void handleField(int index, char[] text, int start, int length, boolean isQuoted) {
      // An empty line has begun, too, and has no field.
      if (index == 0) {
        if (rows < into.length) {
          into[rows].clear();
        }
        rows++;
      }
      fields++;
      endsWithLastRow =
          index == 0 && !isQuoted && length == 1 && text[start] == LAST_ROW[LAST_ROW.length - 1];
      if (rows > into.length) {
        return;
      }
      byte[] bytes = new String(text, start, length).getBytes(StandardCharsets.ISO_8859_1);
      if (isQuoted) {
        into[rows - 1].add(bytes, 0, length, true);
      } else {
        add(into[rows - 1], bytes, 0, length);
      }
    }

    @Override
    protected Integer buildRecord() {
      return rows;
    }
  }
}
