package io.sluice.lake;

import com.fasterxml.jackson.databind.JsonNode;
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
 * @param positions the positions of exactly these rows
 * @param eventTimes the least and greatest event time of the rows
 * @param recordTimes the least and greatest Kafka timestamp of the rows' records; null where the
 *     file does not say
 * @param recovered whether the rows were dead letters that a replay has made good: their positions
 *     are in the dead letters, too
 * @param replaces the files of its log that the rewrite which made this one removes; null for a
 *     file that was appended
 */
public record Footer(
    long rows,
    Positions positions,
    String contractVersion,
    TimeRange eventTimes,
    @Nullable TimeRange recordTimes,
    boolean recovered,
    @Nullable Replaced replaces) {
  /** Of a file that was appended. */
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
  private static final String FORMAT = "sluice.format";
  private static final int FORMAT_VERSION = 1;
  private static final String WRITTEN_BY = "sluice.version";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The same without its positions, for whoever keeps footers of many files. */
  public Footer withoutPositions() {
    return new Footer(
        rows, new Positions(), contractVersion, eventTimes, recordTimes, recovered, replaces);
  }

  /** The footer's keys and values; {@link Seal.Writer} fills in the seal. */
  public Map<String, String> toMetadata() {
    ObjectNode sources = JSON.createObjectNode();
    positions
        .encode()
        .forEach(
            (partition, text) ->
                sources
                    .withObjectProperty(partition.source())
                    .put(String.valueOf(partition.number()), text));
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(FORMAT, String.valueOf(FORMAT_VERSION));
    metadata.put(WRITTEN_BY, Version.text());
    metadata.put(ROWS, String.valueOf(rows));
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
    }
    metadata.put(POSITIONS, sources.toString());
    metadata.put(Seal.KEY, Seal.BLANK);
    return metadata;
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
    if (format != null && !format.equals(String.valueOf(FORMAT_VERSION))) {
      throw Format.newer(
          store.root() + "/" + file.key(),
          "data file",
          format,
          FORMAT_VERSION,
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
        positions(values.getOrDefault(POSITIONS, "")),
        values.getOrDefault(CONTRACT, ""),
        new TimeRange(
            Instant.parse(values.getOrDefault(FIRST, "")),
            Instant.parse(values.getOrDefault(LAST, ""))),
        recordTimes(values),
        Boolean.parseBoolean(values.get(RECOVERED)),
        values.get(REPLACES) == null ? null : new Replaced(values.get(REPLACES)));
  }

  private static @Nullable TimeRange recordTimes(Map<String, String> values) {
    String first = values.get(FIRST_RECORD);
    String last = values.get(LAST_RECORD);
    return first == null || last == null
        ? null
        : new TimeRange(Instant.parse(first), Instant.parse(last));
  }

  private static Positions positions(String text) throws IOException {
    Positions positions = new Positions();
    for (Map.Entry<String, JsonNode> source : JSON.readTree(text).properties()) {
      for (Map.Entry<String, JsonNode> partition : source.getValue().properties()) {
        positions.decode(
            new Positions.Partition(source.getKey(), Integer.parseInt(partition.getKey())),
            partition.getValue().asText());
      }
    }
    return positions;
  }
}
