package io.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizeCommandTest {
  @TempDir Path directory;

  private static String errorOf(String... args) {
    Ran ran = Ran.sluice(args);
    assertEquals(Main.USER_ERROR, ran.status());
    String text = ran.err();
    assertEquals(1, text.lines().count(), text);
    return text;
  }

  private static String outputOf(String... args) {
    Ran ran = Ran.sluice(args);
    assertEquals(0, ran.status(), ran.err());
    return ran.out();
  }

  @Tag("slow")
  @ParameterizedTest
  @CsvSource({"50, 2, 2", "500, 2, 2", "51200, 24, 64"})
  void aLoadIsSized(String gibPerDay, int parallelism, int shards) throws Exception {
    Path file = directory.resolve("size.json");
    String printed = outputOf("size", "--gibPerDay=" + gibPerDay, "--json=" + file);
    assertTrue(printed.contains("--fileMebibytes"), printed);
    JsonNode root = new ObjectMapper().readTree(Files.readString(file));
    double gib = Double.parseDouble(gibPerDay);
    assertEquals(
        gib * (1L << 30) / 86_400_000,
        root.at("/load/events_per_second_mean").asDouble(),
        0.001 * gib);
    assertEquals(parallelism, root.at("/as_advised/set/parallelism").asInt());
    assertEquals(shards, root.at("/as_advised/set/shards").asInt());
    for (String column : new String[] {"/with_the_flags", "/as_advised"}) {
      JsonNode size = root.at(column);
      assertEquals(0, size.at("/kafka_partitions").asInt() % shards);
      assertTrue(size.at("/kafka_partitions").asInt() >= parallelism);
      // A tenth of the JSON, and footers.
      double parquet = size.at("/files/parquet_bytes_a_day").asDouble();
      assertEquals(gib * (1L << 30) * 0.1, parquet, 0.03 * parquet);
      assertTrue(size.at("/state/catch_up_seconds").asInt() <= 3 * 3600);
      assertTrue(
          size.at("/state/peak_bytes").asDouble()
              <= 3.0 * shards * (size.at("/set/fileMebibytes").asInt() << 20));
      assertTrue(size.at("/files/p5_bytes").asLong() <= size.at("/files/p50_bytes").asLong());
      assertTrue(size.at("/files/p50_bytes").asLong() <= size.at("/files/p95_bytes").asLong());
    }
    assertTrue(
        root.at("/as_advised/files/a_day").asInt()
            < root.at("/with_the_flags/files/a_day").asInt());
    assertTrue(
        root.at("/as_advised/dollars_a_month/requests").asDouble()
            < root.at("/with_the_flags/dollars_a_month/requests").asDouble());
  }

  private static final Pattern ROW = Pattern.compile("  ( *)(\\S.*?) {2,}(\\S.*?) {2,}(\\S.*)");

  /**
   * What is printed, as the manual has it: as advised and, in brackets where they differ, given.
   */
  private static Map<String, String> table(String gibPerDay) {
    Map<String, String> table = new LinkedHashMap<>();
    String parent = "";
    for (String line : outputOf("size", "--gibPerDay=" + gibPerDay).lines().toList()) {
      Matcher row = ROW.matcher(line);
      if (row.matches() && !row.group(3).equals("with the flags")) {
        boolean inner = !row.group(1).isEmpty();
        String label = inner ? parent + ", " + row.group(2) : row.group(2);
        parent = inner ? parent : label;
        String given = row.group(3);
        String advised = row.group(4);
        table.put(label, given.equals(advised) ? advised : advised + " (" + given + ")");
      }
    }
    return table;
  }

  @Tag("slow")
  @Test
  void theManualHasTheFiguresThatArePrinted() throws Exception {
    String manual = Files.readString(Path.of("../../docs/operations.md"));
    Map<String, String> small = table("50");
    Map<String, String> middle = table("500");
    Map<String, String> large = table("51200");
    assertTrue(small.size() > 35, small::toString);
    List<String> absent = new ArrayList<>();
    small.forEach(
        (label, value) -> {
          String shown = label.startsWith("--") ? "`" + label + "`" : label;
          String row =
              String.join(" | ", shown, value, middle.get(label), large.get(label)) + " |\n";
          if (!manual.contains("\n| " + row)) {
            absent.add(row);
          }
        });
    assertEquals(List.of(), absent);
  }

  @Test
  void whatIsWrongWithAFlagIsToldInOneLine() {
    assertTrue(errorOf("size").contains("--gibPerDay"));
    assertTrue(errorOf("size", "--gibPerDay=0").contains("--gibPerDay=0: from 0.001 to"));
    assertTrue(errorOf("size", "--gibPerDay=NaN").contains("--gibPerDay=NaN"));
    assertTrue(errorOf("size", "--gibPerDay=x").contains("--gibPerDay"));
    assertTrue(errorOf("size", "--gibPerDay=1", "--shards=0").contains("--shards=0: from 1"));
    assertTrue(errorOf("size", "--gibPerDay=1", "--windowSize=soon").contains("not a duration"));
    assertTrue(
        errorOf("size", "--gibPerDay=1", "--peakFactor=0.5").contains("--peakFactor=0.5: from 1"));
    assertTrue(
        errorOf("size", "--gibPerDay=1", "--json=/dev/null/none/size.json")
            .contains("the folder /dev/null/none cannot be made: a file is in the way; name"));
    assertTrue(
        errorOf("size", "--gibPerDay=1", "--json=" + directory)
            .contains("cannot be written: a directory"));
  }
}
