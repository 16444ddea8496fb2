package io.sluice.report;

import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The section of files: how many, how large, and whether to compact them. */
final class FilesView {
  private final Report report;
  private final ByPeriod by;

  FilesView(Report report, ByPeriod by) {
    this.report = report;
    this.by = by;
  }

  Figure count() {
    long[] files = by.sums(Report.Date::files);
    return by.figure("files", "Files by " + by.word(), "count", "files", files, sizes());
  }

  Figure bytes() {
    long[] bytes = by.sums(Report.Date::bytes);
    Grid table = Grid.of("Bytes by " + by.word(), List.of(by.title(), "#Size"));
    by.each((i, label) -> table.add(List.of(label, Texts.bytes(bytes[i]))));
    return by.figure("bytes", "Bytes by " + by.word(), "bytes", "bytes", bytes, table);
  }

  private Grid sizes() {
    long[] files = by.sums(Report.Date::files);
    long[] bytes = by.sums(Report.Date::bytes);
    Grid table = Grid.of("Files by " + by.word(), List.of(by.title(), "#Files", "#Mean size"));
    by.each(
        (i, label) ->
            table.add(
                List.of(
                    label,
                    Texts.count(files[i]),
                    files[i] == 0 ? Texts.NONE : Texts.bytes(bytes[i] / files[i]))));
    return table;
  }

  /** Dates whose files are many and small, with how to mend it. */
  @Nullable String smallFiles() {
    List<LocalDate> small =
        report.dates().stream().filter(Report.Date::small).map(Report.Date::date).toList();
    if (small.isEmpty()) {
      return null;
    }
    return Texts.count(small.size(), "date")
        + (small.size() == 1 ? " has" : " have")
        + " many small files, of less than 32 MiB in the middle: "
        + Texts.newest(small)
        + ". Readers ask for each of them.";
  }

  String compactHint() {
    return "sluice compact --lake="
        + report.made().lake()
        + " --date="
        + report.dates().stream()
            .filter(Report.Date::small)
            .max(Comparator.comparingInt(Report.Date::files))
            .map(date -> date.date().toString())
            .orElse("");
  }
}
