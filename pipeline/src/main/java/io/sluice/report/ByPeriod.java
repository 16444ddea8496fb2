package io.sluice.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;

/** Sums over the dates of a report by the periods that its charts have. */
final class ByPeriod {
  /** Series that can be told apart; the others are one. */
  private static final int MOST_SERIES = 7;

  interface Each {
    void accept(int index, String label);
  }

  private final List<Report.Date> dates;
  private final Periods periods;

  ByPeriod(Report report) {
    this.dates = report.dates();
    this.periods = Periods.of(dates.stream().map(Report.Date::date).toList());
  }

  Periods periods() {
    return periods;
  }

  /** What a period is called in a sentence. */
  String word() {
    return periods.unit().word();
  }

  /** What a period is called as the head of a column. */
  String title() {
    return periods.unit().title();
  }

  void each(Each action) {
    List<String> labels = periods.labels();
    for (int i = 0; i < labels.size(); i++) {
      action.accept(i, labels.get(i));
    }
  }

  long[] sums(ToLongFunction<Report.Date> of) {
    long[] sums = new long[periods.size()];
    for (Report.Date date : dates) {
      sums[periods.indexOf(date.date())] += of.applyAsLong(date);
    }
    return sums;
  }

  Figure figure(String id, String title, String unit, String name, long[] values, Grid table) {
    return new Figure(
        title,
        title + ", bars over " + values.length + "; the table below has them",
        new Chart(id, unit, periods.labels(), List.of(new Chart.Series(name, doubles(values)))),
        table);
  }

  /**
   * Counts of several series by period, as bars that are stacked.
   *
   * @param heads of the table's columns, one for each series
   * @param counts of each series, by period
   */
  static Figure stacked(
      String id,
      String title,
      Periods periods,
      List<String> names,
      List<String> heads,
      long[][] counts) {
    List<String> head = new ArrayList<>(List.of(periods.unit().title()));
    heads.forEach(one -> head.add("#" + one));
    Grid table = Grid.of(title, head);
    List<String> labels = periods.labels();
    for (int i = 0; i < labels.size(); i++) {
      List<String> row = new ArrayList<>(List.of(labels.get(i)));
      for (long[] ofSeries : counts) {
        row.add(Texts.count(ofSeries[i]));
      }
      table.add(row);
    }
    return new Figure(
        title,
        title + ", stacked bars; the table below has them",
        new Chart(id, "count", labels, series(names, counts)),
        table);
  }

  /** The first ones by themselves, the others as one: more colours nobody can tell apart. */
  private static List<Chart.Series> series(List<String> names, long[][] counts) {
    List<Chart.Series> series = new ArrayList<>();
    int single = names.size() <= MOST_SERIES ? names.size() : MOST_SERIES - 1;
    for (int s = 0; s < single; s++) {
      series.add(new Chart.Series(names.get(s), doubles(counts[s])));
    }
    if (single < names.size()) {
      double[] rest = new double[counts[0].length];
      for (int s = single; s < names.size(); s++) {
        for (int i = 0; i < rest.length; i++) {
          rest[i] += counts[s][i];
        }
      }
      series.add(new Chart.Series(names.size() - single + " others", rest));
    }
    return series;
  }

  private static double[] doubles(long[] values) {
    return Arrays.stream(values).asDoubleStream().toArray();
  }
}
