package io.sluice.csv;

import io.sluice.convert.Converter;
import io.sluice.convert.Field;
import io.sluice.convert.Fields;
import io.sluice.convert.Rejection;
import io.sluice.convert.RowConverter;
import io.sluice.deadletter.Reason;
import io.sluice.record.ColumnValues;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gives the fields of a row to the columns that want them, by the names that stand over them: of a
 * message or of a file, wherever rows and names come from. For one thread.
 */
final class RowReader {
  private final List<String> names;
  private final RowConverter row;
  private final List<byte[]> nullWords;
  private final boolean refusesUnknown;
  private final Consumer<String> unknown;

  /** Of each field; null where nobody wants it. */
  private final @Nullable Converter[] converters;

  /**
   * @param names of the fields by position; one without characters names none
   * @param row made by {@link RowConverter#ofTexts}; other readers may share it
   * @param refusesUnknown whether a field that nobody wants makes a dead letter of its row
   * @param unknown is told the name of each field that nobody wants
   * @throws Rejection where two fields have one name
   */
  RowReader(
      List<String> names,
      RowConverter row,
      Dialect dialect,
      boolean refusesUnknown,
      Consumer<String> unknown)
      throws Rejection {
    this.names = List.copyOf(names);
    this.row = row;
    this.nullWords = dialect.nullWords();
    this.refusesUnknown = refusesUnknown;
    this.unknown = unknown;
    this.converters = new Converter[names.size()];
    Fields document = row.document();
    for (int i = 0; i < converters.length; i++) {
      String name = names.get(i);
      int first = names.indexOf(name);
      if (first < i && !name.isEmpty()) {
        throw new Rejection(
            Reason.MALFORMED,
            name,
            "fields " + (first + 1) + " and " + (i + 1) + " have the same name");
      }
      Field field = document.field(name);
      converters[i] = field == null || name.isEmpty() ? null : field.converter();
    }
  }

  /** How a user calls a field. */
  String name(int index) {
    String name = names.get(index);
    return name.isEmpty() ? "#" + (index + 1) : name;
  }

  int count() {
    return converters.length;
  }

  /**
   * Makes the values of a row, which hold until the next one.
   *
   * @throws Rejection where the contract does not accept it
   */
  ColumnValues read(Cells cells) throws Rejection {
    requireCount(cells);
    row.begin();
    for (int i = 0; i < converters.length; i++) {
      Converter converter = converters[i];
      if (converter == null) {
        unknown(i);
        continue;
      }
      try {
        if (isNull(cells, i)) {
          converter.nothing();
        } else {
          converter.text(cells.array(i), cells.start(i), cells.length(i));
        }
      } catch (Rejection e) {
        throw e.within(name(i));
      }
    }
    return row.finish();
  }

  private void requireCount(Cells cells) throws Rejection {
    if (cells.count() != converters.length) {
      throw new Rejection(
          Reason.MALFORMED,
          "",
          "the row has "
              + cells.count()
              + " fields, and there are "
              + converters.length
              + " names");
    }
  }

  private void unknown(int index) throws Rejection {
    unknown.accept(name(index));
    if (refusesUnknown) {
      throw new Rejection(
          Reason.UNKNOWN_FIELD, name(index), "the contract does not name this field");
    }
  }

  /** Whether a field stands for no value: what is in quotes is always a text. */
  boolean isNull(Cells cells, int index) {
    if (!cells.isQuoted(index)) {
      for (int i = 0; i < nullWords.size(); i++) {
        if (cells.has(index, nullWords.get(i))) {
          return true;
        }
      }
    }
    return false;
  }
}
