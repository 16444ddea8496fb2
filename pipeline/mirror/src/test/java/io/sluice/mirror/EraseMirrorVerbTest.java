package io.sluice.mirror;

import static io.sluice.mirror.ChangesLake.envelope;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cli.Main;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sluice erase} finds the mirror of its table, for this module is on the class path. */
class EraseMirrorVerbTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;
  private ChangesLake lake;
  private Path contract;
  private String out = "";
  private String err = "";

  @BeforeEach
  void begin() throws IOException {
    String yaml = MirrorTest.CONTRACT.formatted(true);
    contract = Files.writeString(directory.resolve("orders.yaml"), yaml);
    lake = new ChangesLake(directory.resolve("lake"), yaml);
    for (int id = 1; id < 6; id++) {
      lake.append(
          List.of(
              lake.send(
                  0,
                  envelope(
                      "c",
                      null,
                      "{\"shop\":\"s\",\"id\":" + id + ",\"large\":\"text-of-" + id + "\"}",
                      id,
                      1_767_323_045_000_000L + id))));
    }
  }

  @AfterEach
  void end() {
    lake.close();
  }

  private int erase(String where, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "erase",
                "--where=" + where,
                "--contract=" + contract,
                "--lake=" + directory.resolve("lake"),
                "--settle=0s"));
    args.addAll(List.of(more));
    PrintStream systemOut = System.out;
    PrintStream systemErr = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, UTF_8));
    System.setErr(new PrintStream(said, true, UTF_8));
    try {
      return Main.execute(args.toArray(new String[0]));
    } finally {
      System.setOut(systemOut);
      System.setErr(systemErr);
      out = printed.toString(UTF_8);
      err = said.toString(UTF_8);
    }
  }

  private List<JsonNode> records() throws IOException {
    try (Stream<Path> all = Files.list(directory.resolve("lake/_sluice/order_changes/erasures"))) {
      List<JsonNode> records = new ArrayList<>();
      for (Path path : all.toList()) {
        records.add(JSON.readTree(Files.readString(path)));
      }
      return records;
    }
  }

  @Test
  void aMirrorLosesTheRowsAndTheRecordSaysSo() throws Exception {
    lake.run();
    assertEquals(0, erase("large = text-of-3", "--dry-run"), err);
    assertTrue(out.contains("rows=1 left=0") && out.contains("derived=1 (a dry run"), out);
    assertEquals(5, lake.newest().rows());
    assertEquals(0, erase("large = text-of-3", "--grace=1h"), err);
    assertTrue(out.matches("(?s).*derived +order_changes_current +\\d+ +1 +1 +0\\n.*"), out);
    assertTrue(out.contains("erase: keys=1 found=1 rows=1 left=0"), out);
    assertTrue(out.contains("  - version 1 of order_changes_current: it stays until 2"), out);
    assertTrue(out.contains("  - what a run of sluice mirror that was under way"), out);
    assertEquals(List.of("1", "2", "4", "5"), lake.rows(lake.newest(), "id"));
    JsonNode record = records().get(0);
    assertTrue(record.path("done").asBoolean(), record.toString());
    JsonNode derived = record.path("derived").path(0);
    assertEquals("order_changes_current", derived.path("table").asText());
    assertEquals(1, derived.path("rows").asInt());
    assertEquals(1, derived.path("rewritten").asInt());
    assertEquals(0, derived.path("left").asInt());
    assertTrue(derived.path("files").asInt() > 1);
    assertTrue(derived.has("replaced_files_until"));
    assertFalse(record.toString().contains("text-of"));
    assertFalse(lake.run().isNew(), "nothing is new");
    assertEquals(0, erase("large = text-of-3", "--json"), err);
    JsonNode json = JSON.readTree(out);
    assertEquals(0, json.path("derived").path(0).path("rows").asInt());
    assertEquals(1, json.path("derived").size());
    assertEquals(1, lake.versions().numbers().size() - 1, "the fence and the one before it");
  }

  /** A key that the lake has no more, for its files have expired, is found in the mirror. */
  @Test
  void aKeyThatTheMirrorAloneHasIsFound() throws Exception {
    lake.run();
    try (Stream<Path> all = Files.walk(directory.resolve("lake/order_changes"))) {
      for (Path file : all.filter(one -> one.toString().endsWith(".parquet")).toList()) {
        Files.delete(file);
      }
    }
    assertEquals(0, erase("id = 4"), err);
    assertTrue(out.contains("found=1 rows=0 left=0"), out);
    assertEquals(List.of("1", "2", "3", "5"), lake.rows(lake.newest(), "id"));
  }

  @Test
  void aTableWithoutAMirrorHasNothingDerived() throws Exception {
    assertEquals(0, erase("id = 4", "--json"), err);
    JsonNode json = JSON.readTree(out);
    assertTrue(json.path("derived").isArray());
    assertEquals(0, json.path("derived").size());
    assertEquals(1, json.path("dates").path(0).path("rows").asInt());
    assertFalse(Files.exists(directory.resolve("lake/order_changes_current")));
  }

  @Test
  void aDamagedMirrorIsOneLineAndTheLakeIsDone() throws Exception {
    lake.run();
    Path file =
        directory.resolve("lake/order_changes_current").resolve(lake.newest().rowFiles().get(0));
    Files.writeString(file, "no parquet");
    assertEquals(Main.USER_ERROR, erase("id = 4"), err);
    assertTrue(err.contains("is damaged"), err);
    assertTrue(err.contains("--from-scratch makes all of it anew; the rest is done"), err);
    assertEquals(1, err.lines().count(), err);
    assertTrue(out.contains("rows=1 left=0"), out);
    assertFalse(records().get(0).path("done").asBoolean());
  }
}
