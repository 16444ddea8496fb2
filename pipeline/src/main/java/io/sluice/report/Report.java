package io.sluice.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.sluice.deadletter.Reason;
import io.sluice.lake.Acknowledgement;
import io.sluice.lake.Positions.Range;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a lake and its dead letters hold at one moment. {@link ReportReader} makes it, {@link Page}
 * shows it. Sizes are in bytes, durations in seconds, times in UTC.
 *
 * @param acknowledged offsets that Kafka deleted before they were read, and who took note of it
 * @param dates ascending; of the lake
 * @param noRows where the contract makes no rows; null where it does, or where that may well be
 * @param followers those that were asked for
 * @param derived what is made of the table, where it was begun
 */
public record Report(
    Made made,
    Verdict verdict,
    List<Acknowledgement> acknowledged,
    Totals totals,
    List<Date> dates,
    Hours hours,
    DeadLetterFacts deadLetters,
    List<Partition> partitions,
    @Nullable NoRows noRows,
    List<Following> followers,
    List<Derived> derived) {

  /**
   * Of what, when and by what it was made.
   *
   * @param zone whose calendar gives an event its date
   */
  public record Made(
      Instant at,
      String version,
      String table,
      String lake,
      String deadLetters,
      String contractVersion,
      String zone) {}

  /** What was asked for the proof. */
  public enum Proof {
    /** The footers and Kafka: an offset that is not there and held a record is lost. */
    KAFKA,
    /** The footers alone: whether an offset that is not there ever held a record is not known. */
    FOOTERS
  }

  /**
   * Whether all is there, and each once.
   *
   * @param passed nothing is duplicated or damaged and, where Kafka was asked, nothing is lost
   * @param missing offsets that are lost, or, by footers alone, not there between others that are
   * @param waiting offsets that a job has still to read or to write; 0 by footers alone
   * @param gone offsets that Kafka deleted before they were in a file, and nobody acknowledged
   * @param extra offsets in files that are no committed record of Kafka
   * @param damaged what is wrong with single files
   */
  public record Verdict(
      boolean passed,
      Proof proof,
      long missing,
      long waiting,
      long gone,
      long duplicate,
      long extra,
      List<String> damaged) {}

  /**
   * Sums over all dates.
   *
   * @param skipped records whose position is in the lake and which have no row
   * @param newestRecord the greatest Kafka timestamp of a record in lake or dead letters; null
   *     where no file says
   * @param newestFile when the newest file was written
   */
  public record Totals(
      long rows,
      long deadLetters,
      long skipped,
      int dates,
      int files,
      long bytes,
      @Nullable Instant newestRecord,
      @Nullable Instant newestEvent,
      @Nullable Instant newestFile) {}

  /**
   * A date of the lake.
   *
   * @param bytes of the data files; {@code medianBytes} and {@code leastBytes} of one
   * @param small whether its files are many and small, so that a compaction is worth while
   * @param newestRecord the greatest Kafka timestamp; null where no file says
   * @param lastFile when the last file was written; {@code lastFileAfterEnd} is that less the
   *     date's end
   * @param firstComplete when the first manifest was written; null where there is none
   * @param completeSince when the manifest was written that names all files that are there now;
   *     null where the newest does not
   * @param lateRows rows that came after the first manifest, and {@code lateFiles} those that hold
   *     some
   * @param skipped records of this date whose position is in its files and which have no row
   * @param rowsByVersion rows by the version of the contract that accepted them
   */
  public record Date(
      LocalDate date,
      long rows,
      int files,
      long bytes,
      long medianBytes,
      long leastBytes,
      boolean small,
      Instant firstEvent,
      Instant lastEvent,
      @Nullable Instant newestRecord,
      Instant lastFile,
      long lastFileAfterEnd,
      @Nullable Instant firstComplete,
      @Nullable Instant completeSince,
      long lateRows,
      int lateFiles,
      long skipped,
      Map<String, Long> rowsByVersion) {}

  /**
   * Rows by hour of event time, of the newest dates.
   *
   * @param rows by the hour's start, ascending; every hour of these dates is there
   * @param dates how many dates were read, and {@code leftOut} how many were not
   * @param rowsUnknown rows of files that have no such column, which an older contract wrote
   */
  public record Hours(List<Hour> rows, int dates, int leftOut, long rowsUnknown) {}

  /** The rows of an hour. */
  public record Hour(Instant start, long rows) {}

  /**
   * Dead letters by reason.
   *
   * @param byDate by the date of the record's Kafka timestamp in UTC, ascending
   * @param byReason the most frequent first
   */
  public record DeadLetterFacts(
      Map<LocalDate, Map<Reason, Long>> byDate, List<ReasonFacts> byReason) {}

  /** The dead letters of one reason. */
  public record ReasonFacts(Reason reason, long count, List<Sample> samples) {}

  /**
   * A dead letter, shortened.
   *
   * @param value the record's value: text as it is, other bytes as {@code \xNN}; null where there
   *     is none or values are not to be shown
   * @param valueBytes how long it is in truth
   */
  public record Sample(
      String source,
      int partition,
      long offset,
      Instant recordTime,
      String path,
      String message,
      String contractVersion,
      @Nullable String value,
      int valueBytes) {}

  /**
   * A partition from the first offset that was asked for, or is there, up to, not including, its
   * end.
   *
   * @param missing see {@link Verdict}; {@code missingRanges} has the first of them
   * @param strip the same as consecutive buckets
   */
  public record Partition(
      String source,
      int number,
      long from,
      long end,
      long lake,
      long deadLetters,
      long recovered,
      long missing,
      List<Range> missingRanges,
      long duplicate,
      List<Range> duplicateRanges,
      List<Bucket> strip) {}

  /** The offsets {@code from} up to, not including, {@code end}: how many of them are what. */
  public record Bucket(
      long from, long end, long lake, long deadLetters, long missing, long duplicate) {}

  /**
   * That no record is a row or a dead letter: all are skipped.
   *
   * @param skipped how many
   * @param ofVersion whether it is so of this version of the contract alone: those before it had
   *     rows
   * @param needsLook whether they are so many that it is likely a mistake
   * @param reasons what it may be, the likeliest first
   */
  public record NoRows(long skipped, boolean ofVersion, boolean needsLook, List<String> reasons) {}

  /**
   * How far a follower of a table is.
   *
   * @param table the lake's, or that of its dead letters
   * @param snapshot by which readers ask for what they find now; null where there is none
   * @param snapshotAt when it was made; null where the target does not say
   * @param files that the target names
   * @param missing live files that it does not have yet
   * @param extra files that it has and that are not live
   * @param datesBehind of which something is missing or extra
   * @param problem why nothing is known of it; null where something is
   */
  public record Following(
      String follower,
      String table,
      @Nullable String snapshot,
      @Nullable Instant snapshotAt,
      long files,
      long missing,
      long extra,
      int datesBehind,
      @Nullable String problem) {
    /** Of one that could not be asked. */
    public static Following unknown(String follower, String table, String problem) {
      return new Following(follower, table, null, null, 0, 0, 0, 0, problem);
    }
  }

  /**
   * The last offset of a partition that is in a version; which ones before it are not, the version
   * says.
   */
  public record End(String source, int partition, long offset) {}

  /**
   * What is made of a table, such as its current rows, by a verb that runs now and then.
   *
   * @param kind the name of the verb
   * @param table its own name
   * @param since when readers were switched to the version; null where it could not be read
   * @param ends up to where its changes are in it
   * @param filesBehind how many files of the table have records that it has not
   * @param rowsBehind the rows of these files
   * @param behindSince when the oldest of them was written; null where there is none
   * @param lacking how many values or changes it does not have, by why
   * @param problem why nothing is known of it; null where something is
   */
  public record Derived(
      String kind,
      String table,
      long version,
      @Nullable Instant since,
      long rows,
      List<End> ends,
      int filesBehind,
      long rowsBehind,
      @Nullable Instant behindSince,
      Map<String, Long> lacking,
      @Nullable String problem) {
    /** Of one that could not be read. */
    public static Derived unknown(String kind, String table, String problem) {
      return new Derived(kind, table, 0, null, 0, List.of(), 0, 0, null, Map.of(), problem);
    }
  }

  /** The same with what follows its tables. */
  public Report with(List<Following> followers) {
    return new Report(
        made,
        verdict,
        acknowledged,
        totals,
        dates,
        hours,
        deadLetters,
        partitions,
        noRows,
        List.copyOf(followers),
        derived);
  }

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .serializationInclusion(JsonInclude.Include.NON_NULL)
          .build();

  /** All of it as JSON, in one line. */
  public String toJson() throws JsonProcessingException {
    return JSON.writeValueAsString(this);
  }
}
