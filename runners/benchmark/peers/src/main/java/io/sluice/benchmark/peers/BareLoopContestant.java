package io.sluice.benchmark.peers;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * What there is to do without a framework, and without its guarantees: a thread per core polls,
 * parses with Jackson's streaming parser and writes one file per date. For S3 the files are local
 * ones, uploaded in the end.
 */
public final class BareLoopContestant {
  private BareLoopContestant() {}

  public static void main(String[] args) {
    Contest.main(args, BareLoopContestant::run);
  }

  private static void run(Contest contest)
      throws IOException, InterruptedException, ExecutionException {
    if (contest.s3Endpoint() == null) {
      PartitionLoops.run(contest, thread -> new FilePerDate(contest.files(), thread, file -> {}));
    } else {
      try (S3Client s3 = s3(contest.s3Endpoint())) {
        Path local = contest.work().resolve("files");
        URI output = URI.create(contest.output());
        String prefix = output.getPath().substring(1);
        Finish upload =
            file -> {
              String key = prefix + "/" + local.relativize(file);
              s3.putObject(request -> request.bucket(output.getHost()).key(key), file);
              Files.delete(file);
            };
        PartitionLoops.run(contest, thread -> new FilePerDate(local, thread, upload));
      }
    }
    long at = System.currentTimeMillis();
    contest.done(at, new FinishedFiles(contest.files()).rows());
  }

  private static S3Client s3(String endpoint) {
    return S3Client.builder()
        .endpointOverride(URI.create(endpoint))
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .build();
  }

  /** What is done with a file that is complete. */
  @FunctionalInterface
  private interface Finish {
    void file(Path file) throws IOException;
  }

  private static final class FilePerDate implements PartitionLoops.Handler {
    // Streaming: no object is made only to be copied from.
    private final JsonFactory json = new JsonFactory();
    private final Path output;
    private final int thread;
    private final Finish finish;
    private final Map<Path, ParquetWriter<GenericRecord>> files = new HashMap<>();
    private final Map<Long, ParquetWriter<GenericRecord>> writers = new HashMap<>();
    // The writer takes the values out at once: one record serves all rows.
    private final GenericData.Record row = new GenericData.Record(Rows.SCHEMA);

    FilePerDate(Path output, int thread, Finish finish) {
      this.output = output;
      this.thread = thread;
      this.finish = finish;
    }

    @Override
    public void handle(byte[] value) throws IOException {
      for (int i = 0; i <= Rows.SKU; i++) {
        row.put(i, null);
      }
      try (JsonParser parser = json.createParser(value)) {
        readEvent(parser);
      }
      if (!(row.get(Rows.EVENT_DATETIME) instanceof Long micros)) {
        throw new IOException("no timestamp");
      }
      writer(Rows.day(micros)).write(row);
    }

    private void readEvent(JsonParser parser) throws IOException {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken token = parser.nextToken();
        switch (name) {
          case "timestamp" -> row.put(Rows.EVENT_DATETIME, micros(parser));
          case "event_name" -> row.put(Rows.EVENT_NAME, text(parser));
          case "user_identifiers" ->
              readObject(parser, token, "id", Rows.USER_ID, "platform", Rows.PLATFORM);
          case "product_information" ->
              readObject(parser, token, "name", Rows.PRODUCT_NAME, "SKU", Rows.SKU);
          default -> parser.skipChildren();
        }
      }
    }

    private void readObject(
        JsonParser parser, JsonToken token, String first, int firstAt, String second, int secondAt)
        throws IOException {
      if (token != JsonToken.START_OBJECT) {
        parser.skipChildren();
        return;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        if (name.equals(first)) {
          row.put(firstAt, text(parser));
        } else if (name.equals(second)) {
          row.put(secondAt, text(parser));
        } else {
          parser.skipChildren();
        }
      }
    }

    private static @Nullable String text(JsonParser parser) throws IOException {
      return parser.getValueAsString(null);
    }

    private ParquetWriter<GenericRecord> writer(long day) throws IOException {
      ParquetWriter<GenericRecord> writer = writers.get(day);
      if (writer == null) {
        Path directory = output.resolve(Rows.directory(day));
        Files.createDirectories(directory);
        Path file = directory.resolve("part-" + thread + ".parquet");
        writer = Rows.writer(new LocalOutputFile(file));
        writers.put(day, writer);
        files.put(file, writer);
      }
      return writer;
    }

    @Override
    public void close() throws IOException {
      for (Map.Entry<Path, ParquetWriter<GenericRecord>> file : files.entrySet()) {
        file.getValue().close();
        finish.file(file.getKey());
      }
    }
  }

  /**
   * A timestamp's microseconds. By hand where it is as most are, {@code yyyy-MM-ddTHH:mm:ss.SSSZ}:
   * {@code Instant.parse} takes as long as all the rest of the parsing.
   */
  private static long micros(JsonParser parser) throws IOException {
    char[] text = parser.getTextCharacters();
    int at = parser.getTextOffset();
    int length = parser.getTextLength();
    if (length == 24
        && text[at + 4] == '-'
        && text[at + 7] == '-'
        && text[at + 10] == 'T'
        && text[at + 13] == ':'
        && text[at + 16] == ':'
        && text[at + 19] == '.'
        && text[at + 23] == 'Z') {
      int year = digits(text, at, 4);
      int month = digits(text, at + 5, 2);
      int day = digits(text, at + 8, 2);
      int hour = digits(text, at + 11, 2);
      int minute = digits(text, at + 14, 2);
      int second = digits(text, at + 17, 2);
      int milli = digits(text, at + 20, 3);
      if ((year | month | day | hour | minute | second | milli) >= 0
          && hour < 24
          && minute < 60
          && second < 60) {
        long seconds =
            TimeUnit.DAYS.toSeconds(LocalDate.of(year, month, day).toEpochDay())
                + hour * 3600L
                + minute * 60L
                + second;
        return (seconds * 1000 + milli) * 1000;
      }
    }
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(new String(text, at, length)));
  }

  /** A number, or -1 where not all are digits. */
  private static int digits(char[] text, int at, int count) {
    int number = 0;
    for (int i = at; i < at + count; i++) {
      int digit = text[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }
}
