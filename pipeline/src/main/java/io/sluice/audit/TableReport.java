package io.sluice.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.follow.TableSnapshot;
import io.sluice.lake.Positions;
import io.sluice.lake.Positions.Range;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The verdict of a {@link TableAudit}: of the files that a follower's snapshots name, against Kafka
 * and the lake.
 *
 * @param follower the name of its kind
 * @param lake of the lake, which was looked at along: what no file of it has is lost
 * @param rows the table of the rows; null where the lake's own files were taken, for a snapshot of
 *     the other table was asked for
 * @param letters that of the dead letters; null likewise, or where nothing follows them
 */
public record TableReport(
    String follower, AuditReport lake, @Nullable Side rows, @Nullable Side letters) {

  /**
   * A partition, of whichever source.
   *
   * @param offsets how many are in files that are named
   * @param skipped how many of them have no row
   * @param erased of how many of them the row or the letter was erased
   * @param top the greatest of them; -1 for none
   * @param duplicate those in two files that are named, or in one that is named twice
   * @param missing those that the snapshot was to have, and that the lake has
   * @param behind those that the lake has, and the snapshot not yet
   * @param extra those that are no committed record of Kafka
   */
  public record Partition(
      Positions.Partition key,
      long offsets,
      long skipped,
      long erased,
      long top,
      List<Range> duplicate,
      List<Range> missing,
      List<Range> behind,
      List<Range> extra) {}

  /**
   * One table.
   *
   * @param lakeTable what it follows
   * @param snapshot that was judged
   * @param files how many it names, each as often as it is named
   * @param rows of these files
   * @param bytes of them
   * @param unplaced how many more records were erased, of which files do not say the positions
   * @param oldestBehind when the oldest file was written that is behind; null where none is
   * @param deleted how many files have rows that another engine has deleted
   * @param gone how many files are named and are not there
   * @param faults what is wrong with single files, each names the file
   */
  public record Side(
      String lakeTable,
      TableSnapshot snapshot,
      int files,
      long rows,
      long bytes,
      long unplaced,
      List<Partition> partitions,
      @Nullable Instant oldestBehind,
      int deleted,
      int gone,
      List<String> faults) {
    public Side {
      partitions = List.copyOf(partitions);
      faults = List.copyOf(faults);
    }

    long sum(Function<Partition, List<Range>> of) {
      return partitions.stream().mapToLong(one -> AuditReport.size(of.apply(one))).sum();
    }

    /** How many offsets it has. */
    public long offsets() {
      return partitions.stream().mapToLong(Partition::offsets).sum();
    }

    /** How many records of it were erased. */
    public long erased() {
      return unplaced + partitions.stream().mapToLong(Partition::erased).sum();
    }

    /** How many offsets are in it twice. */
    public long duplicate() {
      return sum(Partition::duplicate);
    }

    /** How many offsets it was to have. */
    public long missing() {
      return sum(Partition::missing);
    }

    /** How many offsets the lake has, and it not yet. */
    public long behind() {
      return sum(Partition::behind);
    }

    private Optional<Partition> partition(Positions.Partition key) {
      return partitions.stream().filter(one -> one.key().equals(key)).findFirst();
    }
  }

  /** Those that were judged. */
  public List<Side> sides() {
    List<Side> sides = new ArrayList<>(2);
    if (rows != null) {
      sides.add(rows);
    }
    if (letters != null) {
      sides.add(letters);
    }
    return List.copyOf(sides);
  }

  private long sum(ToLongFunction<Side> of) {
    return sides().stream().mapToLong(of).sum();
  }

  /** Offsets with a row, or skipped, or erased, in the table of the rows. */
  public long inTable() {
    return rows == null ? lake.lake() + lake.skipped() + lake.erased() : rows.offsets();
  }

  /** Of these, those whose rows were erased. */
  public long erased() {
    return rows == null ? lake.erased() : rows.erased();
  }

  private long withRows() {
    return Math.max(0, inTable() - skipped() - erased());
  }

  /** Of these, those without a row. */
  public long skipped() {
    return rows == null
        ? lake.skipped()
        : rows.partitions().stream().mapToLong(Partition::skipped).sum();
  }

  /** Dead letters that were not recovered. */
  public long dead() {
    return letters == null
        ? lake.dead()
        : Math.max(0, letters.offsets() - letters.erased() - lake.recovered());
  }

  /** In the files of a table twice. */
  public long duplicate() {
    return sum(Side::duplicate);
  }

  /** What a table was to have, and the lake has. */
  public long missing() {
    return sum(Side::missing);
  }

  /** What the lake has, and a table not yet. */
  public long behind() {
    return sum(Side::behind);
  }

  /** In the files of a table, and no committed record. */
  public long extra() {
    return sum(side -> side.sum(Partition::extra));
  }

  /** What no file of the lake has, and no job will write any more. */
  public long lost() {
    return lake.partitions().stream().mapToLong(one -> AuditReport.size(lost(one))).sum();
  }

  /** What Kafka has deleted, and no file has. */
  public long gone() {
    return lake.partitions().stream().mapToLong(one -> AuditReport.size(gone(one))).sum();
  }

  List<Range> lost(AuditReport.Partition partition) {
    return upToTop(partition, partition.lost());
  }

  List<Range> gone(AuditReport.Partition partition) {
    return upToTop(partition, partition.gone());
  }

  /** An old snapshot is no worse for what came after it. */
  private List<Range> upToTop(AuditReport.Partition partition, List<Range> ranges) {
    if (sides().stream().anyMatch(side -> side.snapshot().isCurrent())) {
      return ranges;
    }
    Positions.Partition key = new Positions.Partition(lake.source(), partition.number());
    long top =
        sides().stream()
            .flatMap(side -> side.partition(key).stream())
            .mapToLong(Partition::top)
            .max()
            .orElse(-1);
    return ranges.stream()
        .filter(range -> range.from() <= top)
        .map(range -> new Range(range.from(), Math.min(top, range.to())))
        .toList();
  }

  /** What is wrong with single files. */
  public List<String> faults() {
    return sides().stream().flatMap(side -> side.faults().stream()).toList();
  }

  /** Whether readers of the snapshots find each record once, but what is behind or waits. */
  public boolean passed() {
    return lost() == 0
        && gone() == 0
        && duplicate() == 0
        && missing() == 0
        && extra() == 0
        && faults().isEmpty();
  }

  /** Whether it has passed, and nothing waits or is behind. */
  public boolean complete() {
    return passed() && lake.waiting() == 0 && behind() == 0;
  }

  /** The offsets that hold records. */
  public long offsets() {
    return inTable()
        + (letters == null ? 0 : letters.erased())
        + dead()
        + lost()
        + missing()
        + behind()
        + lake.waiting();
  }

  /** The one line for machines. */
  public String line() {
    long deleted = sum(Side::deleted);
    return "audit: offsets="
        + offsets()
        + " lake="
        + withRows()
        + " dead="
        + dead()
        + " lost="
        + lost()
        + " duplicate="
        + duplicate()
        + " waiting="
        + lake.waiting()
        + " behind="
        + behind()
        + " files="
        + (rows == null ? lake.files().lake() : rows.files())
        + some("missing", missing())
        + some("skipped", skipped())
        + some("erased", erased() + (letters == null ? 0 : letters.erased()))
        + some("recovered", lake.recovered())
        + some("gone", gone())
        + some("extra", extra())
        + some("deletes", deleted)
        + some("damaged", faults().size())
        + " follower="
        + follower
        + (rows == null || rows.snapshot().id() == null ? "" : " snapshot=" + rows.snapshot().id())
        + (letters == null || letters.snapshot().id() == null
            ? ""
            : " dead_snapshot=" + letters.snapshot().id());
  }

  private static String some(String name, long count) {
    return count == 0 ? "" : " " + name + "=" + count;
  }

  /** The report as JSON, in one line; the lake's own stands in it. */
  public String toJson() throws JsonProcessingException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = mapper.createObjectNode();
    json.put("follower", follower).put("source", lake.source()).put("passed", passed());
    json.put("offsets", offsets()).put("lake", withRows()).put("dead", dead());
    json.put("skipped", skipped());
    json.put("erased", erased() + (letters == null ? 0 : letters.erased()));
    json.put("recovered", lake.recovered());
    json.put("lost", lost()).put("duplicate", duplicate()).put("waiting", lake.waiting());
    json.put("behind", behind()).put("missing", missing());
    json.put("gone", gone()).put("extra", extra());
    var tables = json.putArray("tables");
    for (Side side : sides()) {
      tables.add(TableJson.of(side, mapper));
    }
    json.set("of_lake", mapper.readTree(lake.toJson()));
    return mapper.writeValueAsString(json);
  }
}
