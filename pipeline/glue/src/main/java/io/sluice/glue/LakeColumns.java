package io.sluice.glue;

import io.sluice.UserException;
import io.sluice.contract.Column;
import io.sluice.contract.ColumnType;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The columns of a table's files as Glue has them. */
final class LakeColumns {
  /** As Glue takes it. */
  private static final int LONGEST_COMMENT = 255;

  private LakeColumns() {}

  /**
   * The shape of a table, with the columns in the order of the files; names are in lower case, as
   * Glue folds them.
   *
   * @throws UserException where two fields of a struct differ by case alone
   */
  static TableShape shape(Table table) {
    return new TableShape(
        table.name(),
        table.dateColumn().toLowerCase(Locale.ROOT),
        table.fileColumns().stream()
            .map(
                column ->
                    TableShape.column(
                        column.name().toLowerCase(Locale.ROOT),
                        type(table, column),
                        comment(column)))
            .toList());
  }

  private static HiveType type(Table table, Column column) {
    HiveType type = HiveType.of(column.type());
    Optional<String> twice = type.twice();
    if (twice.isPresent()) {
      throw new UserException(
          "table "
              + table.name()
              + ": column "
              + column.name()
              + " has two fields that Glue calls "
              + twice.get()
              + ", for it does not tell case apart; leave the table out of --publish=glue, or name"
              + " one of them otherwise");
    }
    return type;
  }

  /** What the type does not say. */
  private static String comment(Column column) {
    List<String> parts = new ArrayList<>();
    if (column.type() == Scalar.UUID) {
      parts.add("a UUID in 16 bytes");
    } else if (column.type() == Scalar.JSON) {
      parts.add("JSON");
    } else if (column.type() == Scalar.TIME) {
      parts.add("a time of the day in microseconds");
    } else if (column.type() instanceof ColumnType.Timestamp) {
      parts.add("in UTC");
    }
    if (column.required()) {
      parts.add("never null");
    }
    String path = column.pathText();
    if (!path.isEmpty() && !path.equals(column.name())) {
      parts.add("from " + path);
    }
    String comment = String.join("; ", parts);
    return comment.length() <= LONGEST_COMMENT ? comment : "";
  }
}
