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

  /** The first ones by themselves, the others as one: more colours nobody can tell apart. */
  static List<Chart.Series> series(List<String> names, long[][] counts) {
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
