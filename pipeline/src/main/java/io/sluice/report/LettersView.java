package io.sluice.report;

import io.sluice.deadletter.Reason;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The section of dead letters: by date and reason, and samples. */
final class LettersView {
  /** The dead letters of a reason that are shown. */
  record Letters(String reason, String count, List<Letter> samples) {}

  /** One of them. */
  record Letter(
      String position,
      String time,
      String path,
      String message,
      @Nullable String value,
      String note) {}

  private final Report report;

  LettersView(Report report) {
    this.report = report;
  }

  /** Where dead letters are. */
  String root() {
    return report.made().deadLetters();
  }

  boolean isShown() {
    return !report.deadLetters().byReason().isEmpty();
  }

  Figure figure() {
    Map<LocalDate, Map<Reason, Long>> byDate = report.deadLetters().byDate();
    Periods dates = Periods.of(byDate.keySet());
    List<Reason> reasons =
        report.deadLetters().byReason().stream().map(Report.ReasonFacts::reason).toList();
    long[][] counts = new long[reasons.size()][dates.size()];
    byDate.forEach(
        (date, ofDate) ->
            ofDate.forEach(
                (reason, n) -> counts[reasons.indexOf(reason)][dates.indexOf(date)] += n));
    List<String> names = reasons.stream().map(Reason::name).toList();
    return ByPeriod.stacked(
        "letters",
        "Dead letters by " + dates.unit().word() + " of the record, and reason",
        dates,
        names,
        names,
        counts);
  }

  List<Letters> samples() {
    List<Letters> all = new ArrayList<>();
    for (Report.ReasonFacts reason : report.deadLetters().byReason()) {
      all.add(
          new Letters(
              reason.reason().name(),
              Texts.count(reason.count()),
              reason.samples().stream().map(LettersView::letter).toList()));
    }
    return all;
  }

  private static Letter letter(Report.Sample sample) {
    String value = sample.value();
    return new Letter(
        "partition " + sample.partition() + ", offset " + sample.offset(),
        Texts.time(sample.recordTime()),
        sample.path().isEmpty() ? "the whole record" : sample.path(),
        sample.message(),
        value,
        value == null
            ? "no value, or values are left out"
            : sample.valueBytes() == 0 ? "no bytes" : Texts.count(sample.valueBytes(), "byte"));
  }
}
