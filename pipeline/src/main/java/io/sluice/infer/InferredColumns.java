package io.sluice.infer;

import io.sluice.Wording;
import io.sluice.contract.ContractPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The columns that a sample's documents come to, and what no column has. */
final class InferredColumns {
  private static final int MOST_COLUMNS = 1_000;

  private final List<InferredColumn> columns = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();

  /**
   * @param documents what these have, from their top on
   */
  InferredColumns(FieldProfile documents) {
    collect(documents, List.of());
    if (documents.hasTooManyNames()) {
      leftOut.add(
          "more than "
              + FieldProfile.MOST_NAMES
              + " names at the top of the documents: the others were not looked at");
    }
  }

  private void collect(FieldProfile object, List<String> path) {
    for (Map.Entry<String, FieldProfile> entry : object.fields().entrySet()) {
      List<String> to = new ArrayList<>(path);
      to.add(entry.getKey());
      FieldProfile field = entry.getValue();
      String shown = Quoted.json(String.join(".", to));
      if (entry.getKey().isEmpty() || ContractPath.index(entry.getKey()) >= 0) {
        leftOut.add(shown + ": a path cannot say a name that is empty or an index");
      } else if (field.kind() == null) {
        leftOut.add(shown + ": null in all of the sample");
      } else if (field.kind() != FieldProfile.Kind.OBJECT
          || field.isMap()
          || field.isMixed(TypeGuess.RULE)) {
        add(to, shown, field);
      } else if (field.fields().isEmpty()) {
        leftOut.add(shown + ": an object without fields");
      } else {
        int others = field.values() - field.count(FieldProfile.Kind.OBJECT);
        if (others > 0) {
          leftOut.add(
              shown
                  + ": no object in "
                  + Wording.count(
                      others, "record, which is a dead letter", "records, which are dead letters"));
        }
        collect(field, to);
      }
    }
  }

  private void add(List<String> path, String shown, FieldProfile field) {
    TypeGuess guess = TypeGuess.of(path.get(path.size() - 1), field);
    if (guess == null) {
      leftOut.add(shown + ": no column can hold it");
    } else if (columns.size() == MOST_COLUMNS) {
      leftOut.add(shown + ": beyond " + MOST_COLUMNS + " columns");
    } else {
      columns.add(new InferredColumn(path, field, guess));
    }
  }

  List<InferredColumn> all() {
    return columns;
  }

  /** Those that are times, as long as they are. */
  List<InferredColumn> times() {
    return columns.stream().filter(InferredColumn::isTime).toList();
  }

  /** What no column has, and why, as {@code "path": reason}. */
  List<String> leftOut() {
    return leftOut;
  }

  /**
   * Gives each column a name that SQL takes and no other column has.
   *
   * @param eventTime null where a record's own time is it
   */
  void name(@Nullable InferredColumn eventTime) {
    List<String> names =
        ColumnNames.of(
            columns.stream().map(InferredColumn::path).toList(),
            eventTime == null ? -1 : columns.indexOf(eventTime));
    for (int i = 0; i < names.size(); i++) {
      columns.get(i).rename(names.get(i));
    }
  }

  /** What the columns are now, of so many documents. */
  List<DraftColumn> drafted(
      @Nullable InferredColumn eventTime, int documents, boolean showsValues) {
    return columns.stream()
        .map(column -> column.drafted(documents, column == eventTime, showsValues))
        .toList();
  }

  /**
   * Gives a wider type to columns of which the decoder rejects more than was reckoned with: what is
   * drafted is to accept its sample, whatever was guessed.
   *
   * @return whether there was one
   */
  boolean widen(@Nullable InferredColumn eventTime, Decoded proof) {
    boolean widened = false;
    for (InferredColumn column : columns) {
      int rejected = proof.wrongTypesAt(column.dotted());
      if (column != eventTime && rejected > column.guess().misfits()) {
        widened |= column.widen();
      }
    }
    return widened;
  }
}
