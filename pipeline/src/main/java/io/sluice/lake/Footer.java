package io.sluice.lake;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.Version;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.jspecify.annotations.Nullable;

/**
 * What a file says of itself in its Parquet footer.
 *
 * @param rows the rows, as Parquet counts them
 * @param records how many records these are rows of, none of them of another file; fewer than rows
 *     where a contract explodes a list
 * @param positions the positions of exactly these records, and of those that are skipped or erased
 * @param eventTimes the least and greatest event time of the rows; where it has no rows, of the
 *     records that are skipped; those of erased rows stay within them
 * @param recordTimes the least and greatest Kafka timestamp of the rows' records; null where the
 *     file does not say
 * @param recovered whether the rows were dead letters that a replay has made good: their positions
 *     are in the dead letters, too
 * @param replaces the files of its log that the rewrite which made this one removes; null for a
 *     file that was appended
 * @param skipped how many of the positions have no row
 * @param erased those of the positions whose rows were erased
 */
public record Footer(
    long rows,
    long records,
    Positions positions,
    String contractVersion,
    TimeRange eventTimes,
    @Nullable TimeRange recordTimes,
    boolean recovered,
    @Nullable Replaced replaces,
    Skipped skipped,
    Erased erased) {
  /** Of a file from which nothing was erased. */
  public Footer(
      long rows,
      long records,
      Positions positions,
      String contractVersion,
      TimeRange eventTimes,
      @Nullable TimeRange recordTimes,
      boolean recovered,
      @Nullable Replaced replaces,
      Skipped skipped) {
    this(
        rows,
        records,
        positions,
        contractVersion,
        eventTimes,
        recordTimes,
        recovered,
        replaces,
        skipped,
        Erased.NONE);
  }

  /** Of a file with a row for each record. */
  public Footer(
      long rows,
      Positions positions,
      String contractVersion,
      TimeRange eventTimes,
      @Nullable TimeRange recordTimes,
      boolean recovered,
      @Nullable Replaced replaces,
      Skipped skipped) {
    this(
        rows,
        rows,
        positions,
        contractVersion,
        eventTimes,
        recordTimes,
        recovered,
        replaces,
        skipped);
  }

  /** Of a file without skipped records. */
  public Footer(
      long rows,
      Positions positions,
      String contractVersion,
      TimeRange eventTimes,
      @Nullable TimeRange recordTimes,
      boolean recovered,
      @Nullable Replaced replaces) {
    this(
        rows,
        positions,
        contractVersion,
        eventTimes,
        recordTimes,
        recovered,
        replaces,
        Skipped.NONE);
  }

  /** Of one that was appended. */
  public Footer(
      long rows,
      Positions positions,
      String contractVersion,
      TimeRange eventTimes,
      @Nullable TimeRange recordTimes,
      boolean recovered) {
    this(rows, positions, contractVersion, eventTimes, recordTimes, recovered, null);
  }

  /** Both included. */
  public record TimeRange(Instant from, Instant to) {
    /** The least range that has both. */
    public TimeRange and(TimeRange other) {
      return new TimeRange(
          from.isBefore(other.from) ? from : other.from, to.isAfter(other.to) ? to : other.to);
    }
  }

  private static final String POSITIONS = "sluice.positions";
  private static final String CONTRACT = "sluice.contract_version";
  private static final String ROWS = "sluice.rows";
  private static final String FIRST = "sluice.event_time_min";
  private static final String LAST = "sluice.event_time_max";
  private static final String FIRST_RECORD = "sluice.record_time_min";
  private static final String LAST_RECORD = "sluice.record_time_max";
  private static final String RECOVERED = "sluice.recovered";
  private static final String REPLACES = "sluice.replaces";

  /** Only of files that replace others, and only where it is true. */
  private static final String COPIED = "sluice.copied";

  private static final String FORMAT = "sluice.format";

  /** Of a file that has a row for each position: older versions read it. */
  private static final int ROWS_ONLY = 1;

  /** Of one with skipped records, which an older version would take for rows that are missing. */
  private static final int WITH_SKIPPED = 2;

  /** Of one with several rows of a record, which an older version would take for duplicates. */
  private static final int EXPLODED = 3;

  /** Of one from which rows were erased, which an older version would take for rows missing. */
  private static final int ERASED_FORMAT = 4;

  private static final String SKIPPED = "sluice.skipped";
  private static final String ERASED = "sluice.erased";

  /** Records without a row, and rows, of which the positions are not known. */
  private static final String ERASED_UNPLACED = "sluice.erased_unplaced";

  private static final String ERASED_ROWS = "sluice.erased_rows";
  private static final String RECORDS = "sluice.records";
  private static final String WRITTEN_BY = "sluice.version";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The same without its positions, for whoever keeps footers of many files. */
  public Footer withoutPositions() {
    return new Footer(
        rows,
        records,
        new Positions(),
        contractVersion,
        eventTimes,
        recordTimes,
        recovered,
        replaces,
        skipped,
        erased.isNone() ? erased : new Erased(new Positions(), erased.unplaced(), erased.rows()));
  }

  /** Whether each position is of a record that has rows, or is one that is skipped or erased. */
  public boolean addsUp() {
    return records + skipped.total() + erased.total() == positions.size()
        && records <= rows
        && (records > 0 || rows == 0);
  }

  /** The footer's keys and values; {@link Seal.Writer} fills in the seal. */
  public Map<String, String> toMetadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(FORMAT, String.valueOf(format()));
    metadata.put(WRITTEN_BY, Version.text());
    metadata.put(ROWS, String.valueOf(rows));
    if (records != rows) {
      metadata.put(RECORDS, String.valueOf(records));
    }
    metadata.put(CONTRACT, contractVersion);
    metadata.put(FIRST, eventTimes.from().toString());
    metadata.put(LAST, eventTimes.to().toString());
    if (recordTimes != null) {
      metadata.put(FIRST_RECORD, recordTimes.from().toString());
      metadata.put(LAST_RECORD, recordTimes.to().toString());
    }
    if (recovered) {
      metadata.put(RECOVERED, "true");
    }
    if (replaces != null) {
      metadata.put(REPLACES, replaces.text());
      if (replaces.copied()) {
        metadata.put(COPIED, "true");
      }
    }
    metadata.put(POSITIONS, text(positions));
    if (!skipped.isNone()) {
      metadata.put(SKIPPED, skipped.toJson().toString());
    }
    if (!erased.isNone()) {
      metadata.put(ERASED, text(erased.positions()));
      if (!erased.isPlaced()) {
        metadata.put(ERASED_UNPLACED, String.valueOf(erased.unplaced()));
        metadata.put(ERASED_ROWS, String.valueOf(erased.rows()));
      }
    }
    metadata.put(Seal.KEY, Seal.BLANK);
    return metadata;
  }

  private int format() {
    if (!erased.isNone()) {
      return ERASED_FORMAT;
    }
    return records != rows ? EXPLODED : skipped.isNone() ? ROWS_ONLY : WITH_SKIPPED;
  }

  /** Positions as a text: by source and partition, each as {@link Positions#encode} has it. */
  private static String text(Positions positions) {
    ObjectNode sources = JSON.createObjectNode();
    positions
        .encode()
        .forEach(
            (partition, text) ->
                sources
                    .withObjectProperty(partition.source())
                    .put(String.valueOf(partition.number()), text));
    return sources.toString();
  }

  /**
   * Reads a file's footer.
   *
   * @throws DamagedFileException where its bytes are not those of a data file
   * @throws IOException where the store could not give them
   * @throws io.sluice.UserException where the store refuses them, or a newer version wrote the file
   */
  public static Footer read(Store store, Store.Entry file) throws IOException {
    ParquetReadOptions options =
        ParquetReadOptions.builder(new PlainParquetConfiguration()).build();
    StoreInputFile input = new StoreInputFile(store, file);
    ParquetMetadata metadata;
    try (StoreInputFile.Stream stream = input.newStream()) {
      metadata = ParquetFileReader.readFooter(input, options, stream);
    } catch (IOException | RuntimeException e) {
      input.throwFailure();
      throw new DamagedFileException(store, file, "not a Parquet file: " + e.getMessage(), e);
    }
    Map<String, String> values = metadata.getFileMetaData().getKeyValueMetaData();
    String format = values.get(FORMAT);
    if (format != null
        && !format.equals(String.valueOf(ROWS_ONLY))
        && !format.equals(String.valueOf(WITH_SKIPPED))
        && !format.equals(String.valueOf(EXPLODED))
        && !format.equals(String.valueOf(ERASED_FORMAT))) {
      throw Format.newer(
          store.root() + "/" + file.key(),
          "data file",
          format,
          ERASED_FORMAT,
          values.getOrDefault(WRITTEN_BY, ""));
    }
    if (values.get(POSITIONS) == null || format == null) {
      throw new DamagedFileException(
          store,
          file,
          "no positions in its footer; if it is not a file of Sluice, move it out of the table",
          null);
    }
    long rows = metadata.getBlocks().stream().mapToLong(BlockMetaData::getRowCount).sum();
    try {
      return of(rows, values);
    } catch (IOException | RuntimeException e) {
      throw new DamagedFileException(
          store, file, "what its footer says cannot be read: " + e.getMessage(), e);
    }
  }

  private static Footer of(long rows, Map<String, String> values) throws IOException {
    return new Footer(
        rows,
        values.get(RECORDS) == null ? rows : Long.parseLong(values.get(RECORDS)),
        positions(values.getOrDefault(POSITIONS, "")),
        values.getOrDefault(CONTRACT, ""),
        new TimeRange(
            Instant.parse(values.getOrDefault(FIRST, "")),
            Instant.parse(values.getOrDefault(LAST, ""))),
        recordTimes(values),
        Boolean.parseBoolean(values.get(RECOVERED)),
        values.get(REPLACES) == null
            ? null
            : new Replaced(values.get(REPLACES), Boolean.parseBoolean(values.get(COPIED))),
        values.get(SKIPPED) == null ? Skipped.NONE : Skipped.of(JSON.readTree(values.get(SKIPPED))),
        values.get(ERASED) == null
            ? Erased.NONE
            : new Erased(
                positions(values.getOrDefault(ERASED, "")),
                Long.parseLong(values.getOrDefault(ERASED_UNPLACED, "0")),
                Long.parseLong(values.getOrDefault(ERASED_ROWS, "0"))));
  }

  private static @Nullable TimeRange recordTimes(Map<String, String> values) {
    String first = values.get(FIRST_RECORD);
    String last = values.get(LAST_RECORD);
    return first == null || last == null
        ? null
        : new TimeRange(Instant.parse(first), Instant.parse(last));
  }

  private static Positions positions(String text) throws IOException {
    return LakeObject.of("positions", JSON.readTree(text)).positions();
  }
}
