package io.sluice.report;

import io.sluice.report.Report.Proof;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the lake's page says of a table: little, so that those of hundreds of tables fit beside each
 * other into memory, and on a page.
 *
 * @param page the address of the table's page as seen from the lake's; null where there is none
 * @param reasons why it needs attention, each in a few words
 * @param weight how much is wrong, among tables of the same attention
 * @param proof null where the table could not be read
 * @param waiting offsets that a job has still to read or to write
 * @param newestComplete the newest date whose newest manifest names all of its files
 * @param newestRows by date of the event, of the newest dates
 */
record TableSummary(
    String table,
    @Nullable String page,
    Attention attention,
    List<String> reasons,
    long weight,
    @Nullable Proof proof,
    long rows,
    long deadLetters,
    long skipped,
    long waiting,
    long lateRows,
    int files,
    long bytes,
    @Nullable LocalDate newestComplete,
    @Nullable Instant newestRecord,
    SortedMap<LocalDate, Long> newestRows) {

  /** What an operator does about a table, the most urgent first. */
  enum Attention {
    UNREAD("bad", "✗", "Not read"),
    NOT_PROVED("bad", "✗", "Not proved"),
    LOOK("warn", "!", "Look"),
    NO_ROWS("idle", "○", "No rows"),
    EMPTY("idle", "○", "Empty"),
    FINE("good", "✓", "Fine");

    /** The class of the badge. */
    final String kind;

    final String mark;
    final String word;

    Attention(String kind, String mark, String word) {
      this.kind = kind;
      this.mark = mark;
      this.word = word;
    }
  }

  /** Dates whose rows are kept. */
  static final int MOST_DATES = 30;

  /** As the alert SluiceDateNotComplete has it: 06:00 of the day after. */
  private static final Duration DUE = Duration.ofHours(30);

  /** As the alert SluiceDeadLetterRatio has it. */
  private static final double MANY_DEAD_LETTERS = 0.05;

  /** Of a handful of records, one says nothing. */
  private static final int FEW_DEAD_LETTERS = 20;

  private static final int LONGEST_REASON = 400;

  /**
   * @param page see {@link TableSummary}
   */
  static TableSummary of(Report report, @Nullable String page) {
    Report.Verdict verdict = report.verdict();
    Report.Totals totals = report.totals();
    List<String> reasons =
        new ArrayList<>(verdict.passed() ? looks(report) : new VerdictView(report).wrong());
    Report.NoRows noRows = report.noRows();
    Attention attention =
        !verdict.passed()
            ? Attention.NOT_PROVED
            : !reasons.isEmpty() || noRows != null && noRows.needsLook()
                ? Attention.LOOK
                : noRows != null
                    ? Attention.NO_ROWS
                    : totals.rows() + totals.deadLetters() + totals.skipped() == 0
                        ? Attention.EMPTY
                        : Attention.FINE;
    if (noRows != null) {
      reasons.add(noRows(noRows));
    }
    long wrong =
        verdict.missing()
            + verdict.gone()
            + verdict.duplicate()
            + verdict.extra()
            + verdict.damaged().size();
    TreeMap<LocalDate, Long> newest = new TreeMap<>();
    List<Report.Date> dates = report.dates();
    for (Report.Date date : dates.subList(Math.max(0, dates.size() - MOST_DATES), dates.size())) {
      newest.put(date.date(), date.rows());
    }
    return new TableSummary(
        report.made().table(),
        page,
        attention,
        reasons,
        verdict.passed() ? reasons.size() : wrong,
        verdict.proof(),
        totals.rows(),
        totals.deadLetters(),
        totals.skipped(),
        verdict.waiting(),
        dates.stream().mapToLong(Report.Date::lateRows).sum(),
        totals.files(),
        totals.bytes(),
        dates.stream()
            .filter(date -> date.completeSince() != null)
            .map(Report.Date::date)
            .max(LocalDate::compareTo)
            .orElse(null),
        totals.newestRecord(),
        newest);
  }

  /** Of a table that could not be read. */
  static TableSummary unread(String table, String why) {
    return new TableSummary(
        table,
        null,
        Attention.UNREAD,
        List.of(why.length() > LONGEST_REASON ? why.substring(0, LONGEST_REASON) + "…" : why),
        0,
        null,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        null,
        null,
        new TreeMap<>());
  }

  private static String noRows(Report.NoRows noRows) {
    return new NoRowsView(noRows).title()
        + ": "
        + String.join(", or ", noRows.reasons())
        + ": sluice plan says which";
  }

  private static List<String> looks(Report report) {
    List<String> looks = new ArrayList<>();
    long missing = report.verdict().missing();
    if (missing > 0) {
      looks.add(Texts.count(missing, "offset") + " between others not there");
    }
    ZoneId zone = ZoneId.of(report.made().zone());
    List<LocalDate> due =
        report.dates().stream()
            .filter(date -> date.firstComplete() == null)
            .map(Report.Date::date)
            .filter(
                date -> date.atStartOfDay(zone).toInstant().plus(DUE).isBefore(report.made().at()))
            .toList();
    if (!due.isEmpty()) {
      looks.add(
          due.size() == 1
              ? due.get(0) + " not complete"
              : Texts.count(due.size(), "date") + " not complete, the oldest " + due.get(0));
    }
    Report.Totals totals = report.totals();
    long all = totals.rows() + totals.deadLetters() + totals.skipped();
    if (totals.deadLetters() > FEW_DEAD_LETTERS && totals.deadLetters() > MANY_DEAD_LETTERS * all) {
      looks.add(Texts.percent(totals.deadLetters(), all) + " dead letters");
    }
    return looks;
  }

  /** Records of all kinds. */
  long records() {
    return rows + deadLetters + skipped;
  }

  boolean isRead() {
    return proof != null;
  }
}
