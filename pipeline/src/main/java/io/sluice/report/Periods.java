package io.sluice.report;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * The steps of a chart's time axis: days, or weeks, months or years where there would be too many
 * to tell apart, so that the page does not grow with the years.
 */
final class Periods {
  /** As many as a chart can show, and a reader of its table can read. */
  static final int MOST = 100;

  enum Unit {
    DAY,
    WEEK,
    MONTH,
    YEAR;

    LocalDate startOf(LocalDate date) {
      return switch (this) {
        case DAY -> date;
        case WEEK -> date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
        case MONTH -> date.withDayOfMonth(1);
        case YEAR -> date.withDayOfYear(1);
      };
    }

    private LocalDate after(LocalDate start) {
      return switch (this) {
        case DAY -> start.plusDays(1);
        case WEEK -> start.plusWeeks(1);
        case MONTH -> start.plusMonths(1);
        case YEAR -> start.plusYears(1);
      };
    }

    /** As the head of a table's column. */
    String title() {
      return switch (this) {
        case DAY -> "Date";
        case WEEK -> "Week from";
        case MONTH -> "Month";
        case YEAR -> "Year";
      };
    }

    /** As a word in a sentence. */
    String word() {
      return this == DAY ? "date" : name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  private final Unit unit;
  private final List<LocalDate> starts;

  private Periods(Unit unit, List<LocalDate> starts) {
    this.unit = unit;
    this.starts = starts;
  }

  /**
   * The periods of some dates. Those between that have none are there too, unless they would be too
   * many: one wrong clock must not make a chart of empty years.
   */
  static Periods of(Collection<LocalDate> dates) {
    for (Unit unit : Unit.values()) {
      TreeSet<LocalDate> starts = new TreeSet<>();
      dates.forEach(date -> starts.add(unit.startOf(date)));
      if (starts.size() <= MOST || unit == Unit.YEAR) {
        return new Periods(unit, filled(unit, starts));
      }
    }
    throw new IllegalStateException("years are always taken");
  }

  private static List<LocalDate> filled(Unit unit, TreeSet<LocalDate> starts) {
    List<LocalDate> all = new ArrayList<>();
    if (starts.isEmpty()) {
      return all;
    }
    for (LocalDate at = starts.first(); !at.isAfter(starts.last()); at = unit.after(at)) {
      all.add(at);
      if (all.size() > MOST) {
        return new ArrayList<>(starts);
      }
    }
    return all;
  }

  Unit unit() {
    return unit;
  }

  int size() {
    return starts.size();
  }

  int indexOf(LocalDate date) {
    return java.util.Collections.binarySearch(starts, unit.startOf(date));
  }

  List<String> labels() {
    return starts.stream()
        .map(
            start ->
                switch (unit) {
                  case DAY, WEEK -> start.toString();
                  case MONTH -> start.toString().substring(0, 7);
                  case YEAR -> String.valueOf(start.getYear());
                })
        .toList();
  }
}
