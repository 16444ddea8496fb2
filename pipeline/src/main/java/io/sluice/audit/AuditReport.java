package io.sluice.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.lake.Positions.Range;
import java.io.PrintStream;
import java.time.LocalDate;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The verdict of an {@link Audit}.
 *
 * @param otherDuplicates doubles of topics that were here under other identities
 * @param leftovers files that a rewrite has replaced and not deleted yet, or has begun and not
 *     finished: their rows are not counted
 * @param damaged what is wrong with single files, manifests among them; each entry names the file
 * @param covered which offsets the footers have
 */
public record AuditReport(
    String source,
    List<Partition> partitions,
    long otherDuplicates,
    TreeMap<LocalDate, Date> dates,
    int lakeFiles,
    int deadLetterFiles,
    long lakeBytes,
    long lakeRows,
    int leftovers,
    List<String> damaged,
    Covered covered) {

  private static final int MOST_RANGES = 20;

  /**
   * A partition from the first offset asked for up to, not including, its end.
   *
   * @param lake offsets in the lake
   * @param dead offsets in the dead letters
   * @param recovered offsets in both, because a replay or a changed contract moved them
   */
  public record Partition(
      int number,
      long from,
      long end,
      long lake,
      long dead,
      long recovered,
      List<Range> lost,
      List<Range> duplicate) {
    long lostCount() {
      return lost.stream().mapToLong(Range::size).sum();
    }

    long duplicateCount() {
      return duplicate.stream().mapToLong(Range::size).sum();
    }
  }

  /** What a date has. */
  public record Date(long rows, long dead, int files, long bytes) {
    Date plus(Date other) {
      return new Date(
          rows + other.rows, dead + other.dead, files + other.files, bytes + other.bytes);
    }
  }

  public long lake() {
    return partitions.stream().mapToLong(Partition::lake).sum();
  }

  /** Dead letters that were not recovered. */
  public long dead() {
    return partitions.stream().mapToLong(p -> p.dead() - p.recovered()).sum();
  }

  /** Dead letters that are in the lake now. */
  public long recovered() {
    return partitions.stream().mapToLong(Partition::recovered).sum();
  }

  public long lost() {
    return partitions.stream().mapToLong(Partition::lostCount).sum();
  }

  public long duplicate() {
    return otherDuplicates + partitions.stream().mapToLong(Partition::duplicateCount).sum();
  }

  /** Whether nothing is lost, double or damaged. */
  public boolean passed() {
    return lost() == 0 && duplicate() == 0 && damaged.isEmpty();
  }

  /** The offsets that hold records: found once, or lost. */
  public long offsets() {
    return lake() + dead() + lost();
  }

  /** The one line for machines. */
  public String line() {
    long dates = this.dates.values().stream().filter(date -> date.files() > 0).count();
    return "audit: offsets="
        + offsets()
        + " lake="
        + lake()
        + " dead="
        + dead()
        + " lost="
        + lost()
        + " duplicate="
        + duplicate()
        + " dates="
        + dates
        + " files="
        + lakeFiles
        + (recovered() > 0 ? " recovered=" + recovered() : "")
        + (damaged.isEmpty() ? "" : " damaged=" + damaged.size());
  }

  /** Prints the verdict for people. */
  public void print(PrintStream out) {
    out.printf(
        "%n  %-10s %14s %14s %12s %10s %10s %8s %10s%n",
        "partition", "from", "end", "lake", "dead", "recovered", "lost", "duplicate");
    for (Partition p : partitions) {
      out.printf(
          "  %-10d %,14d %,14d %,12d %,10d %,10d %,8d %,10d%n",
          p.number(),
          p.from(),
          p.end(),
          p.lake(),
          p.dead() - p.recovered(),
          p.recovered(),
          p.lostCount(),
          p.duplicateCount());
    }
    out.printf("%n  %-12s %14s %12s %8s %12s%n", "date", "rows", "dead", "files", "MB");
    dates.forEach(
        (date, d) ->
            out.printf(
                "  %-12s %,14d %,12d %,8d %,12.1f%n",
                date, d.rows(), d.dead(), d.files(), d.bytes() / 1e6));
    if (recovered() > 0) {
      out.printf("%n  %,d records of the lake were dead letters and are recovered%n", recovered());
    }
    if (leftovers > 0) {
      out.printf(
          "%n  %,d files of a rewrite wait for removal, and are not counted: sluice compact removes them%n",
          leftovers);
    }
    for (Partition p : partitions) {
      name(out, "LOST", p.number(), p.lost());
      name(out, "DUPLICATE", p.number(), p.duplicate());
    }
    if (otherDuplicates > 0) {
      out.printf("%n  DUPLICATE %,d offsets of former topics%n", otherDuplicates);
    }
    damaged.forEach(what -> out.printf("%n  DAMAGED %s%n", what));
    out.printf(
        "%n  %s%n%n",
        passed()
            ? "Every offset is there, and each once."
            : "NOT PROVED: see what is named above.");
  }

  private static void name(PrintStream out, String what, int partition, List<Range> ranges) {
    if (ranges.isEmpty()) {
      return;
    }
    String text =
        ranges.stream()
            .limit(MOST_RANGES)
            .map(r -> r.from() == r.to() ? "" + r.from() : r.from() + ".." + r.to())
            .collect(Collectors.joining(", "));
    out.printf(
        "%n  %s in partition %d: offsets %s%s%n",
        what,
        partition,
        text,
        ranges.size() > MOST_RANGES
            ? " and " + (ranges.size() - MOST_RANGES) + " more ranges"
            : "");
  }

  /** The report as JSON, in one line. */
  public String toJson() throws JsonProcessingException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = mapper.createObjectNode();
    json.put("source", source).put("passed", passed()).put("offsets", offsets());
    json.put("lake", lake()).put("dead", dead()).put("recovered", recovered());
    json.put("lost", lost()).put("duplicate", duplicate());
    json.put("files", lakeFiles).put("bytes", lakeBytes);
    json.put("leftovers", leftovers);
    ArrayNode list = json.putArray("partitions");
    for (Partition p : partitions) {
      ObjectNode node = list.addObject();
      node.put("partition", p.number()).put("from", p.from()).put("end", p.end());
      node.put("lake", p.lake()).put("dead", p.dead()).put("recovered", p.recovered());
      ranges(node.putArray("lost"), p.lost());
      ranges(node.putArray("duplicate"), p.duplicate());
    }
    ObjectNode byDate = json.putObject("dates");
    dates.forEach(
        (date, d) ->
            byDate
                .putObject(date.toString())
                .put("rows", d.rows())
                .put("dead", d.dead())
                .put("files", d.files())
                .put("bytes", d.bytes()));
    damaged.forEach(json.putArray("damaged")::add);
    return mapper.writeValueAsString(json);
  }

  private static void ranges(ArrayNode array, List<Range> ranges) {
    ranges.forEach(range -> array.addArray().add(range.from()).add(range.to()));
  }
}
