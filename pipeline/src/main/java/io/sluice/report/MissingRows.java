package io.sluice.report;

import io.sluice.contract.Choice;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractPath;
import io.sluice.contract.Intake;
import io.sluice.lake.Footer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether the contract of a table makes rows at all. A slip in what says which records
 * are rows loses all of them without a dead letter, while each position is in the lake and proved.
 */
final class MissingRows {
  /** Records of a table's own topic: of so many one would be a row, or a dead letter. */
  static final int MANY = 1_000;

  /** Of a topic that tables share: one that has 1 in 1000 of its records would have ten. */
  static final int MANY_OF_SHARED = 10_000;

  /** What is written once a day would have come: a new version may have begun in between. */
  static final Duration A_DAY = Duration.ofDays(1);

  private final Contract contract;

  /** Of this version of the contract. */
  private long rows;

  private long skipped;
  private long letters;
  private @Nullable Instant first;
  private @Nullable Instant last;

  MissingRows(Contract contract) {
    this.contract = contract;
  }

  void lake(Footer footer) {
    if (footer.contractVersion().equals(contract.version())) {
      rows += footer.rows();
      skipped += footer.skipped().total();
      Footer.TimeRange times = footer.eventTimes();
      first = first == null || times.from().isBefore(first) ? times.from() : first;
      last = ReportReader.later(last, times.to());
    }
  }

  void deadLetters(Footer footer) {
    if (footer.contractVersion().equals(contract.version())) {
      letters += footer.rows();
    }
  }

  /** Nothing where rows came, or where it may well be that there are none. */
  Optional<Report.NoRows> find(Report.Totals totals) {
    Choice choice = contract.intake().choice();
    boolean isShared = !choice.isAll();
    if (isShared && choice.when().isEmpty()) {
      // It has what others leave, and they may leave nothing.
      return Optional.empty();
    }
    int many = isShared ? MANY_OF_SHARED : MANY;
    if (totals.rows() + totals.deadLetters() == 0) {
      return totals.skipped() == 0
          ? Optional.empty()
          : Optional.of(
              new Report.NoRows(totals.skipped(), false, totals.skipped() >= many, reasons()));
    }
    return rows + letters == 0 && skipped >= many && isOfADay()
        ? Optional.of(new Report.NoRows(skipped, true, true, reasons()))
        : Optional.empty();
  }

  private boolean isOfADay() {
    return first != null && last != null && Duration.between(first, last).compareTo(A_DAY) >= 0;
  }

  private List<String> reasons() {
    Intake intake = contract.intake();
    List<String> reasons = new ArrayList<>();
    if (!intake.choice().when().isEmpty()) {
      reasons.add("no record meets its when, as where a path or a value there is misspelt");
      if (!intake.choice().unless().isEmpty()) {
        reasons.add("contracts that come before it take all records that do");
      }
    }
    if (!intake.explode().isEmpty()) {
      reasons.add(
          "no record has a list with elements at "
              + ContractPath.text(intake.explode())
              + ", its explode");
    }
    if (!contract.transform().isNone()) {
      reasons.add("its transform skips each record");
    }
    if (!intake.skips().isEmpty()) {
      reasons.add("all records are without a value, which its skip passes over");
    }
    if (reasons.isEmpty()) {
      reasons.add("its format, " + contract.format().name() + ", takes no record for a row");
    }
    return reasons;
  }
}
