package io.sluice.write;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.SampleEvents;
import io.sluice.block.Block;
import io.sluice.block.TestBlocks;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.decode.DecodeSettings;
import io.sluice.decode.RecordDecoder;
import io.sluice.decode.TestDecoders;
import io.sluice.lake.Positions;
import io.sluice.schema.SchemaSettings;
import io.sluice.source.SourceRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How many bytes of a block, and of a file, a byte of JSON becomes: what {@code sluice size} and
 * docs/operations.md reckon with.
 */
class RatiosTest {
  private static final int EVENTS = 50_000;
  private static final int BUNDLE = 5_000;
  private static final int ZSTD_LEVEL = 3;

  @TempDir Path directory;

  private record Ratios(double jsonBytes, double block, double parquet) {}

  private static Ratios ratios(Contract contract, List<SourceRecord> records) throws IOException {
    List<Row> rows = new ArrayList<>();
    RecordDecoder decoder =
        new RecordDecoder(contract, new DecodeSettings(null, null, SchemaSettings.NONE));
    long json = 0;
    for (SourceRecord record : records) {
      byte[] value = record.value();
      json += value == null ? 0 : value.length;
      rows.add(TestDecoders.row(decoder, record));
    }
    List<Block> blocks = TestBlocks.of(contract.lakeTable(), rows, BUNDLE);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    new Pane(contract.lakeTable(), blocks, ZSTD_LEVEL)
        .without(new Positions())
        .orElseThrow()
        .writeTo(file);
    double block = blocks.stream().mapToLong(Block::size).sum();
    return new Ratios((double) json / records.size(), block / json, (double) file.size() / json);
  }

  @Test
  void aUserActionIsMostlyNamesAndRepetition() throws IOException {
    Ratios ratios = ratios(SampleEvents.CONTRACT, SampleEvents.records(EVENTS));
    assertEquals(0.134, ratios.block(), 0.02);
    assertEquals(0.038, ratios.parquet(), 0.01);
  }

  /** A thousand bytes with identifiers, an address, a URL and numbers that hardly repeat. */
  @Test
  void anEventOfAKilobyteKeepsItsIdentifiers() throws IOException {
    Path contract = directory.resolve("clicks.yaml");
    Files.write(
        contract,
        Stream.concat(
                Stream.of(
                    "table: clicks",
                    "topic: clicks",
                    "event_time: event_time",
                    "columns:",
                    "  - {name: event_time, path: meta.timestamp, type: timestamp, required: true}",
                    "  - {name: event_id, path: meta.event_id, type: string, dictionary: false}",
                    "  - {name: session_id, path: meta.session_id, type: string}",
                    "  - {name: latency_ms, path: metrics.latency_ms, type: int64}",
                    "  - {name: amount, path: metrics.amount_cents, type: int64}"),
                Stream.of(
                        "meta.schema",
                        "meta.event_name",
                        "user.user_id",
                        "user.country",
                        "user.language",
                        "user.ip_address",
                        "user.user_agent",
                        "page.url",
                        "page.referrer",
                        "page.title",
                        "page.campaign",
                        "page.experiment")
                    .map(
                        path ->
                            "  - {name: "
                                + path.substring(path.indexOf('.') + 1)
                                + ", path: "
                                + path
                                + ", type: string}"))
            .toList());
    SplittableRandom random = new SplittableRandom(7);
    Instant start = Instant.parse("2026-05-01T00:00:00Z");
    List<SourceRecord> records = new ArrayList<>();
    String[] sessions = Stream.generate(() -> uuid(random)).limit(5_000).toArray(String[]::new);
    for (int i = 0; i < EVENTS; i++) {
      Instant time = start.plusMillis(i * 10L);
      int user = random.nextInt(sessions.length);
      records.add(
          new SourceRecord(
              "cluster/topic/id",
              0,
              i,
              time.toEpochMilli(),
              null,
              event(random, time, sessions[user], user).getBytes(UTF_8),
              List.of()));
    }
    Ratios ratios = ratios(ContractParser.read(contract), records);
    assertEquals(1000, ratios.jsonBytes(), 100);
    assertEquals(0.45, ratios.block(), 0.05);
    assertEquals(0.064, ratios.parquet(), 0.015);
  }

  private static String event(SplittableRandom random, Instant time, String session, int user) {
    return """
        {"meta":{"schema":"com.example.web.click_event/jsonschema/2-1-0","timestamp":"%s","event_id":"%s",\
        "session_id":"%s","event_name":"%s"},"user":{"user_id":"user_%d","country":"%s","language":"%s",\
        "ip_address":"10.%d.%d.%d","user_agent":"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 \
        (KHTML, like Gecko) Chrome/%d.0.%d.%d Safari/537.36"},"page":{"url":"https://www.example.com/shop/category-%d/product-%d?\
        utm_source=newsletter&utm_medium=email&click_id=%016x","referrer":"https://search.example.net/results?q=term%d&page=%d",\
        "title":"Product %d of our catalogue, in category %d, at a price that you will like","campaign":"spring-sale-2026-%d",\
        "experiment":"checkout-button-colour:variant-%d;recommendations-model:v%d"},"metrics":{"latency_ms":%d,"amount_cents":%d,\
        "viewport_width_not_in_the_contract":1920,"viewport_height_not_in_the_contract":1080,"scroll_depth_not_in_the_contract":%d}}"""
        .formatted(
            time,
            uuid(random),
            session,
            random.nextInt(3) == 0 ? "add_to_cart" : "page_view",
            user,
            "C" + user % 40,
            "l" + user % 12,
            user % 250,
            user / 250,
            user % 97,
            100 + user % 30,
            user % 7000,
            user % 200,
            random.nextInt(50),
            random.nextInt(20_000),
            random.nextLong(),
            random.nextInt(5_000),
            random.nextInt(10),
            random.nextInt(20_000),
            random.nextInt(50),
            random.nextInt(20),
            random.nextInt(4),
            random.nextInt(6),
            random.nextInt(3_000),
            random.nextInt(100_000),
            random.nextInt(100));
  }

  private static String uuid(SplittableRandom random) {
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }
}
