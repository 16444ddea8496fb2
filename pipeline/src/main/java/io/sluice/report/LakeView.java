package io.sluice.report;

import io.sluice.report.Report.Proof;
import io.sluice.report.TableSummary.Attention;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What the lake's page says, as its template takes it: nothing of it is escaped. */
final class LakeView {
  /** What is behind them needs no attention, for those that do stand first. */
  private static final int MOST_TABLES = 500;

  /** Dates in the picture of a row. */
  private static final int DATES = 14;

  /**
   * A table's row.
   *
   * @param order its place when nothing was sorted
   * @param dates a picture of the rows by date
   */
  record Row(
      String table,
      @Nullable String page,
      String kind,
      String mark,
      String state,
      String reasons,
      int order,
      Dates dates,
      List<Cell> cells) {}

  /**
   * A cell of a number.
   *
   * @param value what it is sorted by; what is not known comes last
   */
  record Cell(String text, String note, String value) {}

  /**
   * Bars of the rows by date.
   *
   * @param label what the bars show, for whoever cannot see them
   * @param path in the terms of SVG; empty where there are none
   */
  record Dates(String label, String path, String value) {}

  private final Instant at;
  private final String version;
  private final String lake;
  private final List<TableSummary> tables;

  LakeView(Instant at, String version, String lake, List<TableSummary> tables) {
    this.at = at;
    this.version = version;
    this.lake = lake;
    this.tables =
        tables.stream()
            .sorted(
                Comparator.comparing(TableSummary::attention)
                    .thenComparing(Comparator.comparingLong(TableSummary::weight).reversed())
                    .thenComparing(TableSummary::table))
            .toList();
  }

  String lake() {
    return lake;
  }

  String version() {
    return version;
  }

  String at() {
    return Texts.time(at);
  }

  /** {@code good}, {@code warn} or {@code bad}: the class of the banner. */
  String kind() {
    return has("bad") ? "bad" : has("warn") || isEmpty() ? "warn" : "good";
  }

  private boolean has(String kind) {
    return tables.stream().anyMatch(table -> table.attention().kind.equals(kind));
  }

  private boolean isEmpty() {
    return tables.stream().allMatch(table -> table.attention() == Attention.EMPTY);
  }

  private long count(Attention attention) {
    return tables.stream().filter(table -> table.attention() == attention).count();
  }

  private long sum(ToLongFunction<TableSummary> number) {
    return tables.stream().mapToLong(number).sum();
  }

  private boolean isAudited() {
    return tables.stream().anyMatch(table -> table.proof() == Proof.KAFKA);
  }

  String mark() {
    return switch (kind()) {
      case "good" -> "✓";
      case "warn" -> "!";
      default -> "✗";
    };
  }

  String title() {
    List<String> wrong = new ArrayList<>();
    long open = count(Attention.NOT_PROVED);
    long unread = count(Attention.UNREAD);
    if (open > 0) {
      wrong.add(ofAll(open) + (open == 1 ? " is" : " are") + " not proved");
    }
    if (unread > 0) {
      wrong.add((open > 0 ? Texts.count(unread) : ofAll(unread)) + " could not be read");
    }
    if (!wrong.isEmpty()) {
      return String.join(", and ", wrong) + ".";
    }
    long looks = count(Attention.LOOK);
    if (looks > 0) {
      return ofAll(looks) + (looks == 1 ? " needs" : " need") + " a look.";
    }
    if (isEmpty()) {
      return "There is nothing here yet.";
    }
    return isAudited()
        ? "Every table is proved: every offset that is due is there, and each once."
        : "No table has an offset twice, or a gap between any two.";
  }

  private String ofAll(long some) {
    return Texts.count(some) + " of " + Texts.count(tables.size(), "table");
  }

  String text() {
    if (!isAudited()) {
      return "By the footers of all files alone: Kafka was not asked, so nothing is known of what came after the last offsets here.";
    }
    long waiting = sum(TableSummary::waiting);
    return "By the audit: each offset of the topics up to their ends at the time, against the footers of all files."
        + (waiting == 0
            ? ""
            : " "
                + Texts.count(waiting, "offset")
                + (waiting == 1 ? " waits" : " wait")
                + ": a job has still to read or to write what is there.");
  }

  List<PageView.Tile> tiles() {
    long attention = count(Attention.UNREAD) + count(Attention.NOT_PROVED) + count(Attention.LOOK);
    long rows = sum(TableSummary::rows);
    long letters = sum(TableSummary::deadLetters);
    long late = sum(TableSummary::lateRows);
    List<PageView.Tile> tiles = new ArrayList<>();
    tiles.add(
        new PageView.Tile(
            "Tables",
            Texts.count(tables.size()),
            attention == 0
                ? "none needs attention"
                : Texts.count(attention) + (attention == 1 ? " needs" : " need") + " attention"));
    tiles.add(new PageView.Tile("Rows", Texts.count(rows), "in the lake"));
    tiles.add(
        new PageView.Tile(
            "Dead letters",
            Texts.count(letters),
            Texts.percent(letters, sum(TableSummary::records)) + " of all records"));
    tiles.add(
        new PageView.Tile(
            "Late rows", Texts.count(late), Texts.percent(late, rows) + " of all rows"));
    tiles.add(
        new PageView.Tile(
            "Files", Texts.count(sum(TableSummary::files)), Texts.bytes(sum(TableSummary::bytes))));
    tables.stream()
        .filter(table -> table.newestRecord() != null)
        .max(Comparator.comparing(table -> Objects.requireNonNull(table.newestRecord())))
        .ifPresent(
            table ->
                tiles.add(
                    new PageView.Tile("Newest record", age(table.newestRecord()), table.table())));
    return tiles;
  }

  /** The titles of the columns of numbers. */
  List<String> columns() {
    List<String> columns =
        new ArrayList<>(
            List.of(
                "Rows",
                "Dead letters",
                "Late rows",
                "Newest complete date",
                "Newest record",
                "Files",
                "Size"));
    if (isAudited()) {
      columns.add("Waiting");
    }
    return columns;
  }

  String datesTitle() {
    return "Rows by date, " + DATES + " dates to " + newestDate();
  }

  /** The newest date of any table; none that is still to come, which an event may name. */
  private LocalDate newestDate() {
    LocalDate today = LocalDate.ofInstant(at, ZoneOffset.UTC).plusDays(1);
    return tables.stream()
        .flatMap(table -> table.newestRows().keySet().stream())
        .filter(date -> !date.isAfter(today))
        .max(LocalDate::compareTo)
        .orElse(LocalDate.ofInstant(at, ZoneOffset.UTC));
  }

  List<Row> rows() {
    LocalDate newest = newestDate();
    List<Row> rows = new ArrayList<>();
    for (TableSummary table : tables.subList(0, Math.min(MOST_TABLES, tables.size()))) {
      Attention attention = table.attention();
      rows.add(
          new Row(
              table.table(),
              table.page(),
              attention.kind,
              attention.mark,
              attention == Attention.FINE && table.proof() == Proof.KAFKA
                  ? "Proved"
                  : attention.word,
              String.join("; ", table.reasons()),
              rows.size(),
              dates(table, newest),
              cells(table)));
    }
    return rows;
  }

  private List<Cell> cells(TableSummary table) {
    if (!table.isRead()) {
      return columns().stream().map(column -> new Cell(Texts.NONE, "", "-1")).toList();
    }
    List<Cell> cells = new ArrayList<>();
    cells.add(number(table.rows()));
    cells.add(
        new Cell(
            Texts.count(table.deadLetters()),
            table.deadLetters() == 0 ? "" : Texts.percent(table.deadLetters(), table.records()),
            String.format(
                Locale.ROOT, "%.6f", table.deadLetters() / (double) Math.max(1, table.records()))));
    cells.add(number(table.lateRows()));
    LocalDate complete = table.newestComplete();
    cells.add(
        complete == null
            ? new Cell(Texts.NONE, "", "-1")
            : new Cell(complete.toString(), "", String.valueOf(complete.toEpochDay())));
    Instant record = table.newestRecord();
    cells.add(
        record == null
            ? new Cell(Texts.NONE, "", "-1")
            : new Cell(age(record), "", String.valueOf(record.getEpochSecond())));
    cells.add(number(table.files()));
    cells.add(new Cell(Texts.bytes(table.bytes()), "", String.valueOf(table.bytes())));
    if (isAudited()) {
      cells.add(number(table.waiting()));
    }
    return cells;
  }

  /** The same columns, of all tables. */
  List<Cell> sums() {
    List<Cell> sums = new ArrayList<>();
    long letters = sum(TableSummary::deadLetters);
    sums.add(number(sum(TableSummary::rows)));
    sums.add(
        new Cell(
            Texts.count(letters),
            letters == 0 ? "" : Texts.percent(letters, sum(TableSummary::records)),
            ""));
    sums.add(number(sum(TableSummary::lateRows)));
    sums.add(new Cell("", "", ""));
    sums.add(new Cell("", "", ""));
    sums.add(number(sum(TableSummary::files)));
    sums.add(new Cell(Texts.bytes(sum(TableSummary::bytes)), "", ""));
    if (isAudited()) {
      sums.add(number(sum(TableSummary::waiting)));
    }
    return sums;
  }

  String sumsTitle() {
    return tables.size() == 1 ? "The table" : "All " + Texts.count(tables.size(), "table");
  }

  @Nullable String others() {
    int others = tables.size() - MOST_TABLES;
    return others <= 0
        ? null
        : Texts.count(others, "more table")
            + " in the sums alone; those that need attention are shown first. sluice report --json has every table.";
  }

  private static Cell number(long n) {
    return new Cell(Texts.count(n), "", String.valueOf(n));
  }

  private String age(@Nullable Instant time) {
    return time == null ? Texts.NONE : Texts.duration(Duration.between(time, at)) + " ago";
  }

  /** Bars side by side, 3 wide in steps of 4, each as high as its share of 20. */
  private static Dates dates(TableSummary table, LocalDate newest) {
    long[] rows = new long[DATES];
    long most = 0;
    int shown = 0;
    for (int i = 0; i < DATES; i++) {
      rows[i] = table.newestRows().getOrDefault(newest.minusDays(DATES - 1L - i), 0L);
      most = Math.max(most, rows[i]);
      shown += rows[i] > 0 ? 1 : 0;
    }
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < DATES; i++) {
      if (rows[i] > 0) {
        long top = 20 - Math.max(1, Math.round(20.0 * rows[i] / most));
        path.append('M').append(4 * i).append(" 20V").append(top).append("h3V20z");
      }
    }
    return new Dates(
        shown == 0
            ? "none"
            : "rows on "
                + shown
                + " of "
                + DATES
                + " dates, at most "
                + Texts.count(most)
                + " on one",
        path.toString(),
        String.valueOf(rows[DATES - 1]));
  }
}
