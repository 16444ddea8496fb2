package io.sluice.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.lake.Positions.Range;
import io.sluice.lake.ProvedOffsets;
import io.sluice.source.SourceReader;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The verdict of an {@link Audit}.
 *
 * @param otherSources other topics, or the same before it was created anew, of which there are
 *     files
 * @param heldBy what holds the verdict back, the longest first
 * @param otherDuplicates duplicates of topics that were here under other identities
 * @param damaged what is wrong with single files, manifests among them; each entry names the file
 * @param secondLook how long to wait before what seems lost is looked at again
 * @param cleanup how records leave the topic: where it is not by retention alone, rows that are no
 *     committed record are found beyond the topic's end only
 */
public record AuditReport(
    String source,
    SortedSet<String> otherSources,
    List<Partition> partitions,
    List<Held> heldBy,
    long otherDuplicates,
    Files files,
    List<String> damaged,
    Remedy remedy,
    Duration secondLook,
    SourceReader.Cleanup cleanup) {

  /**
   * A partition from the first offset that is judged up to, not including, its end.
   *
   * @param from the first that a run was asked for or, where an audit has passed, the first that it
   *     has not proved
   * @param lake offsets with a row in the lake
   * @param skipped offsets that the lake has without a row, for their records are skipped
   * @param erased offsets that lake or dead letters have without what stood there, which was
   *     erased; those of which files do not say the positions are among {@code lake}
   * @param dead offsets in the dead letters
   * @param recovered offsets in both lake and dead letters, because a replay or a changed contract
   *     moved them
   * @param lost offsets of records that Kafka has, that no file has and no job will write any more
   * @param waiting offsets that a job has still to read or to write, or may have
   * @param oldestWaiting the least Kafka timestamp of those of them that were looked at; null where
   *     none was
   * @param gone offsets that Kafka deleted before they were in a file, and nobody acknowledged; of
   *     those in a file that is not there any more, too. Some may never have held a record
   * @param acknowledged such that somebody did acknowledge
   * @param duplicate offsets in more than one place
   * @param extra offsets in a file that are no committed record of Kafka
   * @param provedBefore the offset before which nothing of this partition is open
   * @param removed offsets that an earlier audit proved to be in files, and that are in none now
   * @param provedInFiles how many of the offsets that are proved, by this audit too, were in files
   *     when they were
   */
  public record Partition(
      int number,
      long from,
      long end,
      long lake,
      long skipped,
      long erased,
      long dead,
      long recovered,
      List<Range> lost,
      long waiting,
      @Nullable Instant oldestWaiting,
      List<Range> gone,
      long acknowledged,
      List<Range> duplicate,
      List<Range> extra,
      long provedBefore,
      long removed,
      long provedInFiles) {

    private Partition confirmedBy(Partition second) {
      List<Range> still = new ArrayList<>();
      for (Range one : lost) {
        for (Range other : second.lost) {
          long first = Math.max(one.from(), other.from());
          long last = Math.min(one.to(), other.to());
          if (first <= last) {
            still.add(new Range(first, last));
          }
        }
      }
      return new Partition(
          number,
          from,
          end,
          lake,
          skipped,
          erased,
          dead,
          recovered,
          still,
          waiting + size(lost) - size(still),
          oldestWaiting,
          gone,
          acknowledged,
          duplicate,
          extra,
          provedBefore,
          removed,
          provedInFiles);
    }
  }

  /**
   * A record behind all that files have of its partition. Until it is written, or is known to be
   * lost, what came after it in other partitions waits: the job may be as far behind with all of
   * its windows.
   *
   * @param recordTime its Kafka timestamp
   * @param end the offset behind the last one that Kafka had when it was first seen
   * @param since when an audit first saw it
   */
  public record Held(int partition, long offset, Instant recordTime, long end, Instant since) {}

  /** What a date has. */
  public record Date(long rows, long dead, int files, long bytes) {
    Date plus(Date other) {
      return new Date(
          rows + other.rows, dead + other.dead, files + other.files, bytes + other.bytes);
    }
  }

  /**
   * What is there.
   *
   * @param expired dates of which a rule of the bucket has deleted something
   * @param lakeRecords how many records the rows are of; as many as rows where no contract explodes
   *     a list
   * @param erased records of the topic that were erased and of which files do not say the positions
   * @param leftovers files that a rewrite has replaced and not deleted yet, or has begun and not
   *     finished: their rows are not counted
   */
  public record Files(
      TreeMap<LocalDate, Date> dates,
      SortedSet<LocalDate> expired,
      int lake,
      int deadLetters,
      long lakeBytes,
      long lakeRows,
      long lakeRecords,
      long erased,
      int leftovers) {}

  /**
   * What brings lost records back.
   *
   * @param dates of the rows among them: a rebuild does
   * @param hasOthers whether there are others, which only a job brings back
   */
  public record Remedy(SortedSet<LocalDate> dates, boolean hasOthers) {}

  static long size(List<Range> ranges) {
    return ranges.stream().mapToLong(Range::size).sum();
  }

  private long sum(ToLongFunction<Partition> of) {
    return partitions.stream().mapToLong(of).sum();
  }

  /** Offsets with a row in the lake. */
  public long lake() {
    return Math.max(0, sum(Partition::lake) - files.erased());
  }

  /** Offsets that lake or dead letters have without what stood there, which was erased. */
  public long erased() {
    return sum(Partition::erased) + files.erased();
  }

  /** Offsets that the lake has without a row. */
  public long skipped() {
    return sum(Partition::skipped);
  }

  /** Rows in the lake's files, of all topics. */
  public long lakeRows() {
    return files.lakeRows();
  }

  /** Dead letters that were not recovered. */
  public long dead() {
    return sum(p -> p.dead() - p.recovered());
  }

  /** Dead letters that are in the lake now. */
  public long recovered() {
    return sum(Partition::recovered);
  }

  /** Records that no file has and no job will write any more; Kafka still has them. */
  public long lost() {
    return sum(p -> size(p.lost()));
  }

  /** Offsets that a job has still to read or to write, or may have. */
  public long waiting() {
    return sum(Partition::waiting);
  }

  /** The least Kafka timestamp of what waits; null where nothing does, or none was looked at. */
  public @Nullable Instant oldestWaiting() {
    return partitions.stream()
        .map(Partition::oldestWaiting)
        .filter(time -> time != null)
        .min(Instant::compareTo)
        .orElse(null);
  }

  /** Offsets that an earlier audit proved to be in files, and that are in none now. */
  public long removed() {
    return sum(Partition::removed);
  }

  /** Whether there are files, and all of them are of other topics. */
  public boolean isOfOthersOnly() {
    return !otherSources.isEmpty() && lake() + skipped() + erased() + dead() == 0;
  }

  /** Offsets that Kafka deleted before they were in a file: at most so many records. */
  public long gone() {
    return sum(p -> size(p.gone()));
  }

  /** Of such offsets, those that somebody has acknowledged. */
  public long acknowledged() {
    return sum(Partition::acknowledged);
  }

  public long duplicate() {
    return otherDuplicates + sum(p -> size(p.duplicate()));
  }

  /** Offsets in files that are no committed record of Kafka. */
  public long extra() {
    return sum(p -> size(p.extra()));
  }

  /** Whether rows that are no committed record were looked for before the topic's end, too. */
  public boolean looksForExtra() {
    return cleanup == SourceReader.Cleanup.RETENTION;
  }

  /** Whether nothing is lost, gone, there twice, there without a record, or damaged. */
  public boolean passed() {
    return lost() == 0 && gone() == 0 && duplicate() == 0 && extra() == 0 && damaged.isEmpty();
  }

  /** Whether it has passed, and nothing waits. */
  public boolean complete() {
    return passed() && waiting() == 0;
  }

  /** The offsets that hold records: found once, lost, or waiting. */
  public long offsets() {
    return lake() + skipped() + erased() + dead() + lost() + waiting();
  }

  /**
   * Of which offsets everything is proved, of none where it has not passed; and what holds the
   * verdict back.
   */
  public ProvedOffsets proved() {
    ProvedOffsets proved = new ProvedOffsets();
    heldBy.forEach(one -> proved.hold(one.partition(), one.offset(), one.end()));
    if (passed()) {
      for (Partition p : partitions) {
        proved.add(p.number(), new Range(p.from(), p.provedBefore() - 1));
        if (p.provedInFiles() > 0) {
          proved.setInFiles(p.number(), p.provedInFiles());
        }
      }
    }
    return proved;
  }

  /** The same, where only what a later report calls lost, too, is lost. */
  AuditReport confirmedBy(AuditReport second) {
    Map<Integer, Partition> others = new HashMap<>();
    second.partitions.forEach(p -> others.put(p.number(), p));
    return new AuditReport(
        source,
        otherSources,
        partitions.stream().map(p -> p.confirmedBy(others.getOrDefault(p.number(), p))).toList(),
        heldBy,
        otherDuplicates,
        files,
        damaged,
        second.remedy,
        secondLook,
        cleanup);
  }

  /** Whether records may be several rows. */
  boolean isExploded() {
    return files.lakeRows() != files.lakeRecords();
  }

  /** The one line for machines. */
  public String line() {
    long dates = files.dates().values().stream().filter(date -> date.files() > 0).count();
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
        + " waiting="
        + waiting()
        + " dates="
        + dates
        + " files="
        + files.lake()
        + (isExploded() ? " rows=" + files.lakeRows() : "")
        + (skipped() > 0 ? " skipped=" + skipped() : "")
        + (erased() > 0 ? " erased=" + erased() : "")
        + (recovered() > 0 ? " recovered=" + recovered() : "")
        + (gone() > 0 ? " gone=" + gone() : "")
        + (extra() > 0 ? " extra=" + extra() : "")
        + (removed() > 0 ? " removed=" + removed() : "")
        + (damaged.isEmpty() ? "" : " damaged=" + damaged.size());
  }

  /** The report as JSON, in one line. */
  public String toJson() throws JsonProcessingException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = mapper.createObjectNode();
    json.put("source", source).put("passed", passed()).put("offsets", offsets());
    json.put("lake", lake()).put("dead", dead()).put("recovered", recovered());
    if (skipped() > 0) {
      json.put("skipped", skipped());
    }
    if (erased() > 0) {
      json.put("erased", erased());
    }
    json.put("lost", lost()).put("duplicate", duplicate()).put("waiting", waiting());
    Instant oldest = oldestWaiting();
    if (oldest != null) {
      json.put("oldest_waiting", oldest.toString());
    }
    ArrayNode held = json.putArray("held_by");
    for (Held one : heldBy) {
      ObjectNode node = held.addObject();
      node.put("partition", one.partition()).put("offset", one.offset());
      node.put("record_time", one.recordTime().toString()).put("since", one.since().toString());
    }
    json.put("gone", gone()).put("acknowledged", acknowledged()).put("extra", extra());
    json.put("removed", removed());
    otherSources.forEach(json.putArray("other_sources")::add);
    json.put("looked_for_extra", looksForExtra())
        .put("cleanup", cleanup.name().toLowerCase(Locale.ROOT));
    if (isExploded()) {
      json.put("rows", files.lakeRows());
    }
    json.put("files", files.lake()).put("bytes", files.lakeBytes());
    json.put("leftovers", files.leftovers());
    ArrayNode list = json.putArray("partitions");
    for (Partition p : partitions) {
      ObjectNode node = list.addObject();
      node.put("partition", p.number()).put("from", p.from()).put("end", p.end());
      node.put("lake", p.lake()).put("dead", p.dead()).put("recovered", p.recovered());
      if (p.skipped() > 0) {
        node.put("skipped", p.skipped());
      }
      if (p.erased() > 0) {
        node.put("erased", p.erased());
      }
      node.put("waiting", p.waiting()).put("acknowledged", p.acknowledged());
      node.put("proved_before", p.provedBefore()).put("removed", p.removed());
      ranges(node.putArray("lost"), p.lost());
      ranges(node.putArray("gone"), p.gone());
      ranges(node.putArray("duplicate"), p.duplicate());
      ranges(node.putArray("extra"), p.extra());
    }
    ArrayNode expired = json.putArray("expired_dates");
    files.expired().forEach(date -> expired.add(date.toString()));
    ObjectNode byDate = json.putObject("dates");
    files
        .dates()
        .forEach(
            (date, d) ->
                byDate
                    .putObject(date.toString())
                    .put("rows", d.rows())
                    .put("dead", d.dead())
                    .put("files", d.files())
                    .put("bytes", d.bytes()));
    damaged.forEach(json.putArray("damaged")::add);
    ArrayNode rebuild = json.putArray("rebuild");
    if (lost() > 0) {
      remedy.dates().forEach(date -> rebuild.add(date.toString()));
    }
    return mapper.writeValueAsString(json);
  }

  private static void ranges(ArrayNode array, List<Range> ranges) {
    ranges.forEach(range -> array.addArray().add(range.from()).add(range.to()));
  }
}
