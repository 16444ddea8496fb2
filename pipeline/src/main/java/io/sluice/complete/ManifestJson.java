package io.sluice.complete;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.sluice.contract.Table;
import io.sluice.lake.Footer;
import io.sluice.lake.Format;
import io.sluice.lake.PositionRanges;
import io.sluice.lake.Positions;
import io.sluice.lake.Replaced;
import io.sluice.lake.Skipped;
import io.sluice.lake.Store;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A manifest as JSON, the one class that knows its keys. That of a large date has millions of
 * ranges, so it is written and read piece by piece.
 *
 * <p>Format 2 is that of a date that grows. A version that knows format 1 alone takes each date
 * with a manifest for complete, and would compact it; so it refuses. Once the date is complete, its
 * manifests have format 1, in which what such a version does not know does no harm.
 *
 * <p>Format 3 is that of a date from which rows were erased, whether it grows or not: a version
 * that does not know of erased positions would leave them out of the manifests that it writes, and
 * take their records for missing.
 */
final class ManifestJson {
  private static final int FORMAT = 1;
  private static final int FORMAT_OF_GROWING = 2;
  private static final int FORMAT_WITH_ERASED = 3;

  private static final String TABLE = "table";
  private static final String VERSION = "version";
  private static final String COMPLETE = "complete";
  private static final String FIRST_COMPLETE = "first_complete";
  private static final String ROWS = "rows";
  private static final String RECORDS = "records";
  private static final String BYTES = "bytes";
  private static final String EVENT_TIME_MIN = "event_time_min";
  private static final String EVENT_TIME_MAX = "event_time_max";
  private static final String POSITIONS = "positions";
  private static final String FILES = "files";
  private static final String NAME = "name";
  private static final String SHA256 = "sha256";
  private static final String WRITTEN = "written";
  private static final String CONTRACT_VERSION = "contract_version";
  private static final String RECOVERED = "recovered";
  private static final String REPLACES = "replaces";

  /** Whether the rows are copies of those of the files that were replaced; only where they are. */
  private static final String COPIED = "copied";

  /** Of how many positions of a file there is no row; only where there are such. */
  private static final String SKIPPED = "skipped";

  /** What was erased from a file; only where something was. */
  private static final String ERASED = "erased";

  private static final String UNPLACED = "unplaced";

  private static final String ABANDONED = "abandoned";
  private static final String ABANDONED_REWRITES = "abandoned_rewrites";

  private static final JsonFactory JSON = new JsonFactory();

  private ManifestJson() {}

  static byte[] write(Manifest manifest, Table table) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.setPrettyPrinter(new DefaultPrettyPrinter());
      Format.begin(
          json,
          manifest.hasErased()
              ? FORMAT_WITH_ERASED
              : manifest.isComplete() ? FORMAT : FORMAT_OF_GROWING);
      json.writeStringField(TABLE, manifest.table());
      json.writeStringField(table.dateColumn(), manifest.date().toString());
      json.writeNumberField(VERSION, manifest.version());
      json.writeBooleanField(COMPLETE, manifest.isComplete());
      if (manifest.isComplete()) {
        json.writeNumberField(FIRST_COMPLETE, manifest.firstComplete());
      }
      json.writeNumberField(ROWS, manifest.rows());
      json.writeNumberField(BYTES, manifest.bytes());
      Optional<Footer.TimeRange> eventTimes = manifest.eventTimes();
      if (eventTimes.isPresent()) {
        write(json, eventTimes.get());
      }
      write(json, PositionRanges.of(manifest.positions()));
      json.writeArrayFieldStart(FILES);
      for (Manifest.DataFile file : manifest.files()) {
        write(json, file);
      }
      json.writeEndArray();
      writeAbandoned(json, manifest);
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private static void write(JsonGenerator json, Manifest.DataFile file) throws IOException {
    json.writeStartObject();
    json.writeStringField(NAME, file.name());
    json.writeNumberField(ROWS, file.rows());
    if (file.records() != file.rows()) {
      json.writeNumberField(RECORDS, file.records());
    }
    json.writeNumberField(BYTES, file.bytes());
    json.writeStringField(SHA256, file.sha256());
    if (file.written() != null) {
      json.writeStringField(WRITTEN, file.written().toString());
    }
    json.writeStringField(CONTRACT_VERSION, file.contractVersion());
    write(json, file.eventTimes());
    if (file.recovered()) {
      json.writeBooleanField(RECOVERED, true);
    }
    if (file.replaces() != null) {
      json.writeStringField(REPLACES, file.replaces().text());
      if (file.replaces().copied()) {
        json.writeBooleanField(COPIED, true);
      }
    }
    write(json, file.positions());
    if (!file.skipped().isNone()) {
      write(json, file.skipped());
    }
    if (!file.erased().isNone()) {
      json.writeObjectFieldStart(ERASED);
      write(json, file.erased().positions());
      if (file.erased().rows() > 0) {
        json.writeNumberField(UNPLACED, file.erased().unplaced());
        json.writeNumberField(ROWS, file.erased().rows());
      }
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  /** Counts by partition, by source. */
  private static void write(JsonGenerator json, Skipped skipped) throws IOException {
    json.writeObjectFieldStart(SKIPPED);
    String source = null;
    for (Map.Entry<Positions.Partition, Long> one : skipped.byPartition().entrySet()) {
      Positions.Partition partition = one.getKey();
      if (!partition.source().equals(source)) {
        if (source != null) {
          json.writeEndObject();
        }
        source = partition.source();
        json.writeObjectFieldStart(source);
      }
      json.writeNumberField(String.valueOf(partition.number()), one.getValue());
    }
    if (source != null) {
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Footer.TimeRange times) throws IOException {
    json.writeStringField(EVENT_TIME_MIN, times.from().toString());
    json.writeStringField(EVENT_TIME_MAX, times.to().toString());
  }

  /** By source and partition, each range as an array of its ends. */
  private static void write(JsonGenerator json, PositionRanges positions) throws IOException {
    json.writeObjectFieldStart(POSITIONS);
    RangesWriter writer = new RangesWriter(json);
    positions.forEach(writer);
    writer.to(null);
    json.writeEndObject();
  }

  private static final class RangesWriter implements PositionRanges.Taker<IOException> {
    private final JsonGenerator json;
    private Positions.@Nullable Partition at;

    RangesWriter(JsonGenerator json) {
      this.json = json;
    }

    @Override
    public void take(Positions.Partition partition, long from, long to) throws IOException {
      to(partition);
      json.writeStartArray();
      json.writeNumber(from);
      json.writeNumber(to);
      json.writeEndArray();
    }

    /** Ends what is open and not the next partition's. */
    private void to(Positions.@Nullable Partition next) throws IOException {
      Positions.Partition before = at;
      if (next != null && next.equals(before)) {
        return;
      }
      boolean isSameSource =
          before != null && next != null && before.source().equals(next.source());
      if (before != null) {
        json.writeEndArray();
        if (!isSameSource) {
          json.writeEndObject();
        }
      }
      if (next != null) {
        if (!isSameSource) {
          json.writeObjectFieldStart(next.source());
        }
        json.writeArrayFieldStart(String.valueOf(next.number()));
      }
      at = next;
    }
  }

  private static void writeAbandoned(JsonGenerator json, Manifest manifest) throws IOException {
    if (!manifest.abandonedFiles().isEmpty()) {
      json.writeArrayFieldStart(ABANDONED);
      for (String name : manifest.abandonedFiles()) {
        json.writeString(name);
      }
      json.writeEndArray();
    }
    Map<String, Instant> since = manifest.abandoned().since();
    if (!since.isEmpty()) {
      json.writeObjectFieldStart(ABANDONED_REWRITES);
      for (Map.Entry<String, Instant> rewrite : since.entrySet()) {
        json.writeStringField(rewrite.getKey(), rewrite.getValue().toString());
      }
      json.writeEndObject();
    }
  }

  /**
   * Reads the bytes of a manifest; empty where they are none. One of before says nothing of being
   * complete, and is.
   *
   * @param date its folder's, for one that does not say its own
   * @throws io.sluice.UserException where a newer version of Sluice wrote it
   */
  static Optional<Manifest> read(
      Store store, Table table, LocalDate date, Store.Entry entry, int version, byte[] bytes)
      throws IOException {
    Reader reader = new Reader(table, date);
    Optional<Manifest> manifest;
    try (JsonParser json = JSON.createParser(bytes)) {
      json.nextToken();
      reader.read(json);
      if (json.nextToken() != null) {
        throw new JsonParseException(json, "something behind it");
      }
      manifest = reader.manifest(version, entry.modified());
    } catch (IOException e) {
      // It is all in memory: whatever fails is a matter of the bytes.
      manifest = Optional.empty();
    }
    Format.require(
        store, entry.key(), "manifest", reader.format, reader.writtenBy, FORMAT_WITH_ERASED);
    return manifest;
  }

  /** Reads the value of a key, or nothing of it where it is a single one. */
  private interface Field {
    void read(String key) throws IOException;
  }

  private static final class Reader {
    private final String dateColumn;
    private int format;
    private String writtenBy = "";
    private String table;
    private LocalDate date;
    private boolean isComplete = true;
    private int firstComplete = 1;
    private boolean hasPositions;
    private @Nullable List<Manifest.DataFile> files;
    private final TreeSet<String> abandoned = new TreeSet<>();
    private final Map<String, String> rewrites = new TreeMap<>();

    /** The partitions that were named so far: many files have the same. */
    private final Map<Positions.Partition, Positions.Partition> partitions = new TreeMap<>();

    Reader(Table table, LocalDate date) {
      this.dateColumn = table.dateColumn();
      this.table = table.name();
      this.date = date;
    }

    /** Empty where the bytes are JSON, but lack what each manifest has. */
    Optional<Manifest> manifest(int version, Instant written) {
      return files == null || !hasPositions
          ? Optional.empty()
          : Optional.of(
              new Manifest(
                  table,
                  date,
                  version,
                  isComplete ? Math.max(1, firstComplete) : 0,
                  files,
                  Abandoned.of(abandoned, rewrites, written),
                  abandoned));
    }

    void read(JsonParser json) throws IOException {
      fields(
          json,
          key -> {
            switch (key) {
              case Format.FORMAT -> format = json.getIntValue();
              case Format.WRITTEN_BY -> writtenBy = text(json);
              case TABLE -> table = text(json);
              case COMPLETE -> isComplete = json.getBooleanValue();
              case FIRST_COMPLETE -> firstComplete = json.getIntValue();
              case POSITIONS -> {
                // They are those of the files.
                hasPositions = json.currentToken() == JsonToken.START_OBJECT;
                json.skipChildren();
              }
              case FILES -> files = readFiles(json);
              case ABANDONED -> elements(json, () -> abandoned.add(text(json)));
              case ABANDONED_REWRITES -> fields(json, rewrite -> rewrites.put(rewrite, text(json)));
              default -> {
                if (key.equals(dateColumn)) {
                  date = parse(json, () -> LocalDate.parse(text(json)));
                } else {
                  json.skipChildren();
                }
              }
            }
          });
    }

    private List<Manifest.DataFile> readFiles(JsonParser json) throws IOException {
      List<Manifest.DataFile> list = new ArrayList<>();
      elements(json, () -> list.add(new FileReader().read(json)));
      return list;
    }

    private final class FileReader {
      private @Nullable String name;
      private long rows = -1;
      private long records = -1;
      private long bytes = -1;
      private @Nullable String sha256;
      private @Nullable Instant written;
      private @Nullable String contractVersion;
      private @Nullable Instant from;
      private @Nullable Instant to;
      private boolean recovered;
      private @Nullable Replaced replaces;
      private boolean copied;
      private @Nullable PositionRanges positions;
      private Skipped skipped = Skipped.NONE;
      private Manifest.ErasedRanges erased = Manifest.ErasedRanges.NONE;

      Manifest.DataFile read(JsonParser json) throws IOException {
        fields(
            json,
            key -> {
              switch (key) {
                case NAME -> name = text(json);
                case ROWS -> rows = json.getLongValue();
                case RECORDS -> records = json.getLongValue();
                case BYTES -> bytes = json.getLongValue();
                case SHA256 -> sha256 = text(json);
                case WRITTEN -> written = instant(json);
                case CONTRACT_VERSION -> contractVersion = text(json);
                case EVENT_TIME_MIN -> from = instant(json);
                case EVENT_TIME_MAX -> to = instant(json);
                case RECOVERED -> recovered = json.getBooleanValue();
                case REPLACES -> replaces = parse(json, () -> new Replaced(text(json)));
                case COPIED -> copied = json.getBooleanValue();
                case POSITIONS -> positions = readPositions(json);
                case SKIPPED -> skipped = readSkipped(json);
                case ERASED -> erased = new ErasedReader().read(json);
                default -> json.skipChildren();
              }
            });
        if (name == null
            || rows < 0
            || bytes < 0
            || sha256 == null
            || contractVersion == null
            || from == null
            || to == null
            || positions == null) {
          throw new JsonParseException(json, "a file without what each has");
        }
        return new Manifest.DataFile(
            name,
            rows,
            records < 0 ? rows : records,
            bytes,
            sha256,
            written,
            contractVersion,
            new Footer.TimeRange(from, to),
            recovered,
            replaces != null && copied ? replaces.byCopy() : replaces,
            positions,
            skipped,
            erased);
      }
    }

    private final class ErasedReader {
      private @Nullable PositionRanges positions;
      private long unplaced;
      private long rows;

      Manifest.ErasedRanges read(JsonParser json) throws IOException {
        fields(
            json,
            key -> {
              switch (key) {
                case POSITIONS -> positions = readPositions(json);
                case UNPLACED -> unplaced = json.getLongValue();
                case ROWS -> rows = json.getLongValue();
                default -> json.skipChildren();
              }
            });
        if (positions == null || unplaced < 0 || rows < unplaced) {
          throw new JsonParseException(json, "erased rows without what each file has of them");
        }
        return new Manifest.ErasedRanges(positions, unplaced, rows);
      }
    }

    private Skipped readSkipped(JsonParser json) throws IOException {
      TreeMap<Positions.Partition, Long> counts = new TreeMap<>();
      fields(
          json,
          source ->
              fields(
                  json,
                  number ->
                      counts.put(
                          partition(
                              new Positions.Partition(
                                  source, parse(json, () -> Integer.parseInt(number)))),
                          json.getLongValue())));
      return new Skipped(counts);
    }

    private PositionRanges readPositions(JsonParser json) throws IOException {
      PositionRanges.Builder builder = new PositionRanges.Builder();
      fields(
          json,
          source ->
              fields(
                  json,
                  number -> {
                    Positions.Partition partition =
                        partition(
                            new Positions.Partition(
                                source, parse(json, () -> Integer.parseInt(number))));
                    elements(json, () -> readRange(json, partition, builder));
                  }));
      return builder.build();
    }

    private Positions.Partition partition(Positions.Partition partition) {
      Positions.Partition known = partitions.putIfAbsent(partition, partition);
      return known == null ? partition : known;
    }

    private static void readRange(
        JsonParser json, Positions.Partition partition, PositionRanges.Builder builder)
        throws IOException {
      require(json, JsonToken.START_ARRAY);
      json.nextToken();
      long from = json.getLongValue();
      json.nextToken();
      long to = json.getLongValue();
      json.nextToken();
      require(json, JsonToken.END_ARRAY);
      parse(json, () -> builder.add(partition, from, to));
    }

    private static void fields(JsonParser json, Field field) throws IOException {
      require(json, JsonToken.START_OBJECT);
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.currentName();
        json.nextToken();
        field.read(key);
      }
      require(json, JsonToken.END_OBJECT);
    }

    private interface Element {
      void read() throws IOException;
    }

    private static void elements(JsonParser json, Element element) throws IOException {
      require(json, JsonToken.START_ARRAY);
      while (json.nextToken() != JsonToken.END_ARRAY) {
        element.read();
      }
    }

    private static void require(JsonParser json, JsonToken token) throws IOException {
      if (json.currentToken() != token) {
        throw new JsonParseException(json, "no " + token);
      }
    }

    private static String text(JsonParser json) throws IOException {
      require(json, JsonToken.VALUE_STRING);
      return json.getText();
    }

    private static Instant instant(JsonParser json) throws IOException {
      return parse(json, () -> Instant.parse(text(json)));
    }

    private interface Value<T> {
      T get() throws IOException;
    }

    private static <T> T parse(JsonParser json, Value<T> value) throws IOException {
      try {
        return value.get();
      } catch (DateTimeException | IllegalArgumentException e) {
        throw new JsonParseException(json, e.getMessage(), e);
      }
    }
  }
}
