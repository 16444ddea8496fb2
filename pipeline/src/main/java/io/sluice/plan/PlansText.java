package io.sluice.plan;

import io.sluice.Wording;
import io.sluice.sizing.Figures;
import io.sluice.sizing.Size;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** The plans of all tables of a run for people: each, and what they come to together. */
public final class PlansText {
  private final List<Plan> plans;
  private final List<String> flags;
  private final PrintWriter out;

  /**
   * @param plans of the run's contracts, in their order
   * @param flags those of the run, as they were given
   */
  public PlansText(List<Plan> plans, List<String> flags, PrintWriter out) {
    this.plans = plans;
    this.flags = flags;
    this.out = out;
  }

  public void print() {
    if (plans.size() == 1) {
      new PlanText(plans.get(0), flags, out).print();
      return;
    }
    Set<Check> ofAll = ofAll();
    line("Of all %d tables", plans.size());
    PlanText.access("Access", List.copyOf(ofAll), out);
    out.println();
    for (Plan plan : plans) {
      new PlanText(plan, ofAll, flags, out).printOneOfSeveral();
      out.println();
    }
    long ready = plans.stream().filter(Plan::canStart).count();
    line("One job for %d tables, %d of which could start", plans.size(), ready);
    plans.forEach(this::table);
    together();
    if (ready < plans.size()) {
      line("A run could not start: what failed is named above, table by table");
    } else {
      line("Run it; a flag that is advised is for all tables: where they differ, take the greater");
      RunLine.lines(flags).forEach(text -> line("  %s", text));
    }
  }

  /** What was tried once for all: each of them needs it. */
  private Set<Check> ofAll() {
    Set<Check> all = new LinkedHashSet<>(plans.get(0).checks());
    plans.forEach(plan -> all.retainAll(Set.copyOf(plan.checks())));
    return all;
  }

  private void table(Plan plan) {
    Sizing sizing = plan.sizing();
    line(
        "  %-24s %-16s %s",
        plan.config().contract().table(),
        plan.canStart() ? "could start" : "could not start",
        (sizing == null ? "size not known" : size(sizing.given()))
            + (PlanText.isWithoutRow(plan) ? "; NO ROW: see its WARNING above" : ""));
  }

  /** State and what is written add up; what a slot needs beside is there once. */
  private void together() {
    List<Size> known =
        plans.stream()
            .map(Plan::sizing)
            .filter(sizing -> sizing != null)
            .map(Sizing::given)
            .toList();
    if (known.size() == plans.size()) {
      line(
          "  %-24s %-16s %s",
          "together",
          "",
          size(
              sum(known, Size::peakState),
              sum(known, size -> size.day().files().all()),
              sum(known, size -> size.day().parquetBytes()),
              sum(known, size -> size.requestCost() + size.storageCost())));
    }
  }

  private static double sum(List<Size> sizes, ToDoubleFunction<Size> value) {
    return sizes.stream().mapToDouble(value).sum();
  }

  private static String size(Size size) {
    return size(
        size.peakState(),
        size.day().files().all(),
        size.day().parquetBytes(),
        size.requestCost() + size.storageCost());
  }

  private static String size(double state, double files, double bytes, double cost) {
    return "state "
        + Wording.bytes(state)
        + " at most, "
        + Figures.count(files)
        + " files and "
        + Wording.bytes(bytes)
        + " of Parquet a day, $"
        + Figures.dollars(cost)
        + " a month";
  }

  private void line(String format, Object... args) {
    out.println(String.format(Locale.ROOT, format, args));
  }
}
