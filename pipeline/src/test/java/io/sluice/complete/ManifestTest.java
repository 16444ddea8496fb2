package io.sluice.complete;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.UserException;
import io.sluice.lake.Damages;
import io.sluice.lake.Footer;
import io.sluice.lake.PositionRanges;
import io.sluice.lake.Positions;
import io.sluice.lake.Replaced;
import io.sluice.lake.Store;
import io.sluice.lake.StoreScript;
import io.sluice.write.TestPanes;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A manifest is read as it was written, by this version and by earlier ones. */
class ManifestTest {
  private static final LocalDate DATE = LocalDate.of(2026, 3, 11);
  private static final Instant NOW = Instant.parse("2026-03-12T00:00:05Z");

  /**
   * As version 0.1 wrote it: a file that was appended, one that a compaction made, a dead rewrite.
   */
  private static final String OLD =
      """
      {
        "format" : 1,
        "sluice_version" : "0.1.0",
        "table" : "user_actions",
        "event_date" : "2026-03-11",
        "version" : 4,
        "rows" : 114,
        "bytes" : 4137,
        "event_time_min" : "2026-03-11T00:00:00Z",
        "event_time_max" : "2026-03-11T05:57:00Z",
        "positions" : {
          "cluster/user-actions/id" : {
            "0" : [ [ 480, 482 ], [ 484, 502 ], [ 504, 522 ] ],
            "1" : [ [ 7, 7 ] ]
          }
        },
        "files" : [ {
          "name" : "part-00000-00000002.parquet",
          "rows" : 19,
          "bytes" : 1922,
          "sha256" : "251d46944b76e88fad3725cc34fe49314858fc7fa83102877139ba7fb1d97718",
          "contract_version" : "1",
          "event_time_min" : "2026-03-11T00:00:00Z",
          "event_time_max" : "2026-03-11T00:57:00Z",
          "recovered" : true,
          "positions" : {
            "cluster/user-actions/id" : {
              "0" : [ [ 480, 482 ], [ 484, 499 ] ]
            }
          }
        }, {
          "name" : "part-00000-00000001_6920c3a1b7e2aaaa-000.parquet",
          "rows" : 95,
          "bytes" : 2215,
          "sha256" : "8cb9f27282dc35904108c94f5a8ba3fd38958f199e4ea0c19975d0794324e4ff",
          "written" : "2026-03-11T23:14:32.367101198Z",
          "contract_version" : "2",
          "event_time_min" : "2026-03-11T01:00:00Z",
          "event_time_max" : "2026-03-11T05:57:00Z",
          "replaces" : "0-1",
          "positions" : {
            "cluster/user-actions/id" : {
              "0" : [ [ 500, 502 ], [ 504, 522 ] ],
              "1" : [ [ 7, 7 ] ]
            }
          }
        } ],
        "abandoned" : [ "part-00000-00000001_6920c3a7deadbeef-000.parquet" ],
        "abandoned_rewrites" : {
          "deadbeef" : "2026-03-12T00:00:05Z"
        }
      }""";

  private final Store store = StoreScript.inMemory(0).bare();

  private Optional<Manifest> read(byte[] json) throws IOException {
    Store.Entry entry =
        new Store.Entry(
            "user_actions/event_date=2026-03-11/_manifest-000004.json", json.length, NOW);
    return ManifestJson.read(store, TestPanes.TABLE, DATE, entry, 4, json);
  }

  private Optional<Manifest> read(String json) throws IOException {
    return read(json.getBytes(UTF_8));
  }

  private static PositionRanges ranges(int partition, long... ends) {
    PositionRanges.Builder builder = new PositionRanges.Builder();
    for (int i = 0; i < ends.length; i += 2) {
      builder.add(
          new Positions.Partition("cluster/user-actions/id", partition), ends[i], ends[i + 1]);
    }
    return builder.build();
  }

  @Test
  void oneOfVersion01IsOfACompleteDateAndHasAllThatItSays() throws Exception {
    Manifest manifest = read(OLD).orElseThrow();
    assertTrue(manifest.isComplete());
    assertEquals(1, manifest.firstComplete());
    assertEquals(DATE, manifest.date());
    assertEquals("user_actions", manifest.table());
    assertEquals(4, manifest.version());
    assertEquals(114, manifest.rows());
    assertEquals(4137, manifest.bytes());
    assertEquals(
        new Footer.TimeRange(
            Instant.parse("2026-03-11T00:00:00Z"), Instant.parse("2026-03-11T05:57:00Z")),
        manifest.eventTimes().orElseThrow());
    // By name, in which the one that was rewritten comes first.
    assertEquals(
        new Manifest.DataFile(
            "part-00000-00000002.parquet",
            19,
            1922,
            "251d46944b76e88fad3725cc34fe49314858fc7fa83102877139ba7fb1d97718",
            null,
            "1",
            new Footer.TimeRange(
                Instant.parse("2026-03-11T00:00:00Z"), Instant.parse("2026-03-11T00:57:00Z")),
            true,
            null,
            ranges(0, 480, 482, 484, 499)),
        manifest.files().get(1));
    Manifest.DataFile rewritten = manifest.files().get(0);
    assertEquals("part-00000-00000001_6920c3a1b7e2aaaa-000.parquet", rewritten.name());
    assertEquals(Instant.parse("2026-03-11T23:14:32.367101198Z"), rewritten.written());
    assertEquals(new Replaced("0-1"), rewritten.replaces());
    assertEquals(Optional.of(rewritten), manifest.file(rewritten.name()));
    assertEquals(Optional.empty(), manifest.file("part-00000-00000001.parquet"));
    assertEquals(
        Set.of("part-00000-00000000.parquet", "part-00000-00000001.parquet"),
        manifest.replaced(TestPanes.TABLE));
    Positions all = ranges(0, 480, 482, 484, 502, 504, 522).toPositions();
    assertEquals(ranges(1, 7, 7).addTo(all), manifest.positions());
    assertEquals(Map.of("deadbeef", NOW), manifest.abandoned().since());
    assertEquals(
        Set.of("part-00000-00000001_6920c3a7deadbeef-000.parquet"), manifest.abandonedFiles());
  }

  /** Such a date is one without a manifest: the next version is made of its files. */
  @Test
  void whatIsDamagedIsNoManifest() throws Exception {
    for (Damages.Damage damage : Damages.whole(OLD.getBytes(UTF_8))) {
      assertEquals(Optional.empty(), read(damage.bytes()), damage.toString());
    }
    Set<String> unread =
        Set.of("sluice_version", "version", "rows", "bytes", "event_time_min", "event_time_max");
    for (Damages.Damage damage : Damages.of(OLD.getBytes(UTF_8), Set.of(), unread)) {
      // Some say less than before, which the audit compares with the files; none is a bug.
      assertDoesNotThrow(
          () -> read(damage.bytes()).ifPresent(one -> one.replaced(TestPanes.TABLE)),
          damage.toString());
    }
  }

  /** So that whatever reads such manifests goes on: the keys, and what they hold. */
  @Test
  void writtenAgainItHasTheSameKeysAndTwoMore() throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    JsonNode again = mapper.readTree(ManifestJson.write(read(OLD).orElseThrow(), TestPanes.TABLE));
    JsonNode old = mapper.readTree(OLD);
    assertTrue(again.path("complete").asBoolean());
    assertEquals(1, again.path("first_complete").asInt());
    for (Map.Entry<String, JsonNode> key : old.properties()) {
      if (!Set.of("files", "sluice_version").contains(key.getKey())) {
        assertEquals(key.getValue(), again.path(key.getKey()), key.getKey());
      }
    }
    assertEquals(old.path("files").path(0), again.path("files").path(1));
    assertEquals(old.path("files").path(1), again.path("files").path(0));
    assertEquals(old.size() + 2, again.size());
  }

  @Test
  void theFlagIsReadAsItWasWrittenAndAVersionThatDoesNotKnowItRefuses() throws Exception {
    Manifest old = read(OLD).orElseThrow();
    Manifest growing =
        new Manifest(old.table(), DATE, 4, 0, old.files(), old.abandoned(), old.abandonedFiles());
    byte[] json = ManifestJson.write(growing, TestPanes.TABLE);
    assertEquals(growing, read(json).orElseThrow());
    assertFalse(read(json).orElseThrow().isComplete());
    // Version 0.1 knows format 1, and would compact what is not complete.
    assertEquals(2, new ObjectMapper().readTree(json).path("format").asInt());
    Manifest later =
        new Manifest(old.table(), DATE, 4, 3, old.files(), old.abandoned(), old.abandonedFiles());
    json = ManifestJson.write(later, TestPanes.TABLE);
    assertEquals(later, read(json).orElseThrow());
    assertEquals(1, new ObjectMapper().readTree(json).path("format").asInt());
  }

  @Test
  void whatItDoesNotKnowIsPassedOver() throws Exception {
    String more =
        OLD.replace("\"rows\" : 19", "\"more\" : {\"a\" : [ 1, {} ]}, \"rows\" : 19")
            .replace("\"table\"", "\"other\" : [ [ 1 ] ], \"table\"");
    assertEquals(read(OLD), read(more));
  }

  @Test
  void whateverIsDamagedIsNoManifestAndNeverAnError() throws Exception {
    for (String not :
        List.of(
            "",
            "[]",
            "{}",
            "null",
            OLD.replace("\"files\"", "\"filed\""),
            OLD.replace("\"positions\"", "\"position\""),
            OLD.replace("\"rows\" : 19", "\"rows\" : \"many\""),
            OLD.replace("\"rows\" : 19", "\"rows\" : -1"),
            OLD.replace("\"name\" : \"part-00000-00000002.parquet\",", ""),
            OLD.replace("\"bytes\" : 1922,", ""),
            OLD.replace("T00:57:00Z", " at noon"),
            OLD.replace("[ 480, 482 ]", "[ 480 ]"),
            OLD.replace("[ 480, 482 ]", "[ 480, 482, 1 ]"),
            OLD.replace("[ 480, 482 ]", "[ 482, 480 ]"),
            OLD.replace("\"0\" :", "\"zero\" :"),
            OLD.replace("\"2026-03-11\"", "\"yesterday\""))) {
      assertEquals(Optional.empty(), read(not), not);
    }
    byte[] bytes = OLD.getBytes(UTF_8);
    SplittableRandom random = new SplittableRandom(5);
    for (int round = 0; round < 2000; round++) {
      byte[] damaged = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
      for (int i = random.nextInt(4); i > 0 && damaged.length > 20; i--) {
        // Not the number of the format, which another version might have written.
        damaged[20 + random.nextInt(damaged.length - 20)] = (byte) random.nextInt(256);
      }
      assertEquals(Optional.empty(), read(damaged));
    }
    assertEquals(Optional.empty(), read(new byte[1000]));
    for (int round = 0; round < 2000; round++) {
      byte[] changed = bytes.clone();
      changed[20 + random.nextInt(bytes.length - 20)] = (byte) random.nextInt(256);
      assertDoesNotThrow(() -> read(changed));
    }
  }

  @Test
  void oneOfAVersionToComeIsRefusedThoughItsFilesAreOfAnotherForm() {
    String newer =
        OLD.replace("\"format\" : 1", "\"format\" : 4")
            .replace("\"files\" : [", "\"files\" : 7, [");
    UserException e = assertThrows(UserException.class, () -> read(newer));
    assertTrue(e.getMessage().contains("format 4"), e.getMessage());
  }

  /** What many late events make of a manifest: a range for nearly each row. */
  @Test
  void oneOfAMillionRangesIsReadAsItWasWritten() throws Exception {
    List<Manifest.DataFile> files = new ArrayList<>();
    Manifest.DataFile one = read(OLD).orElseThrow().files().get(1);
    for (int i = 0; i < 100; i++) {
      PositionRanges.Builder builder = new PositionRanges.Builder();
      Positions.Partition partition = new Positions.Partition("cluster/user-actions/id", i % 3);
      for (long offset = i; offset < 1_000_000; offset += 100) {
        builder.add(partition, offset, offset);
      }
      files.add(
          new Manifest.DataFile(
              String.format("part-00000-%08d.parquet", i),
              10_000,
              one.bytes(),
              one.sha256(),
              NOW,
              "1",
              one.eventTimes(),
              false,
              null,
              builder.build()));
    }
    Manifest manifest = new Manifest("user_actions", DATE, 4, 1, files, Abandoned.NONE, Set.of());
    Manifest again = read(ManifestJson.write(manifest, TestPanes.TABLE)).orElseThrow();
    assertEquals(manifest, again);
    assertEquals(1_000_000, again.rows());
    assertEquals(1_000_000, again.positions().size());
  }
}
