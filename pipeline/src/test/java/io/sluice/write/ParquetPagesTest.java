package io.sluice.write;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.ParquetRows;
import io.sluice.block.Block;
import io.sluice.block.TestBlocks;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.lake.AppendLog;
import io.sluice.lake.Positions;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.apache.parquet.example.data.Group;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Files of many pages, with every turn that an encoding takes, read back value by value by DuckDB.
 */
@Tag("slow")
class ParquetPagesTest {
  private static final Contract CONTRACT =
      ContractParser.parse(
          """
          table: pages
          topic: pages
          event_time: t
          position_columns: true
          columns:
            - {name: t, type: "timestamp(micros)", required: true}
            - {name: few, type: string, required: true}
            - {name: many, type: string, dictionary: false, bloom_filter: true}
            - {name: turns, type: string, bloom_filter: true}
            - {name: rare, type: string}
            - {name: never, type: string}
            - {name: long_ones, type: string}
            - {name: small, type: int32, required: true}
            - {name: large, type: int64}
            - {name: no_numbers, type: int64}
            - {name: day, type: date}
            - {name: ms, type: "timestamp(millis)"}
            - {name: ns, type: "timestamp(nanos)"}
            - {name: price, type: "decimal(9,2)"}
            - {name: total, type: "decimal(18,3)"}
            - {name: ratio, type: double}
            - {name: flag, type: boolean}
          """,
          "pages.yaml");

  /** One for all rows: each has it, and a hundred thousand of them would fill the heap. */
  private static final Schema SCHEMA = CONTRACT.rowSchema();

  private static final Instant START = Instant.parse("2026-05-01T00:00:00Z");

  @TempDir Path directory;

  private static Row row(SplittableRandom random, int n, int rows) {
    boolean late = n > rows / 2;
    return Row.withSchema(SCHEMA)
        .attachValues(
            START.plusNanos(n * 1000L),
            List.of("", "a", "b", "naïve 😀").get(random.nextInt(4)),
            random.nextInt(9) == 0 ? null : "user_" + random.nextInt(1_000_000),
            late ? "value " + random.nextInt(1_000_000) : "value " + random.nextInt(300),
            random.nextInt(10_000) == 0 ? "seen" : null,
            null,
            random.nextInt(50) == 0 ? "x".repeat(random.nextInt(3000)) : "short",
            random.nextInt(-5, 5),
            random.nextInt(3) == 0 ? null : random.nextLong(),
            null,
            random.nextInt(4) == 0 ? null : LocalDate.ofEpochDay(random.nextInt(-20_000, 20_000)),
            Instant.ofEpochMilli(random.nextLong(-1L << 40, 1L << 40)),
            random.nextInt(5) == 0
                ? null
                : late ? Instant.EPOCH.plusNanos(random.nextLong() / 2) : START.plusNanos(n % 300),
            BigDecimal.valueOf(random.nextInt(-999_999_999, 999_999_999), 2),
            random.nextBoolean() ? null : BigDecimal.valueOf(random.nextInt(100), 3),
            random.nextInt(7) == 0 ? null : random.nextDouble(),
            random.nextBoolean(),
            "source",
            0,
            (long) n,
            START.toEpochMilli() + n);
  }

  @ParameterizedTest
  @CsvSource({"1,1", "300,7", "50000,20000", "130000,130000", "61000,999"})
  void everyValueIsReadBack(int count, int bundle) throws Exception {
    SplittableRandom random = new SplittableRandom(count);
    List<Row> rows = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      rows.add(row(random, n, count));
    }
    List<Block> blocks = TestBlocks.of(CONTRACT.lakeTable(), rows, bundle);
    Positions committed = new Positions();
    List<Row> left = new ArrayList<>();
    for (Row row : rows) {
      long offset = row.getInt64("_offset");
      if (count > 1 && (random.nextInt(10) == 0 || offset >= 30_000 && offset < 41_000)) {
        committed.add("source", 0, offset);
      } else {
        left.add(row);
      }
    }
    Pane pane = new Pane(CONTRACT.lakeTable(), blocks, 3);
    AppendLog.Selection selection = pane.without(committed).orElseThrow();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    selection.writeTo(bytes);
    ByteArrayOutputStream rewritten = new ByteArrayOutputStream();
    selection.writeTo(rewritten);
    assertArrayEquals(bytes.toByteArray(), rewritten.toByteArray(), "the same bytes each time");
    Path file = directory.resolve("pages.parquet");
    Files.write(file, bytes.toByteArray());
    compare(left, file);
    compareNanos(left, file);
  }

  /** By parquet-java, for DuckDB 1 cuts off what is finer than microseconds. */
  private static void compareNanos(List<Row> expected, Path file) throws Exception {
    Map<Long, Group> read = new HashMap<>();
    for (Group group : ParquetRows.of(file, "ns", "_offset")) {
      read.put(group.getLong("_offset", 0), group);
    }
    assertEquals(expected.size(), read.size());
    for (Row row : expected) {
      Instant time = row.getValue("ns");
      Group group = read.get((long) row.getInt64("_offset"));
      boolean isThere = group.getFieldRepetitionCount("ns") > 0;
      assertEquals(
          time == null ? null : ChronoUnit.NANOS.between(Instant.EPOCH, time),
          isThere ? (Long) group.getLong("ns", 0) : null,
          group.toString());
    }
  }

  private static void compare(List<Row> expected, Path file) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("set timezone='UTC'");
      int n = 0;
      try (ResultSet read =
          statement.executeQuery(
              "select epoch_us(t), few, many, turns, rare, never, long_ones, small, large, no_numbers, day::varchar,"
                  + " epoch_ms(ms), price, total, ratio, flag, _source, _partition, _offset, epoch_ms(_record_time) from '"
                  + file
                  + "' order by _offset")) {
        for (; read.next(); n++) {
          Row row = expected.get(n);
          String where = "row " + n + ", offset " + row.getInt64("_offset");
          assertEquals(micros(row.getValue("t")), read.getLong(1), where);
          for (int i = 1; i <= 6; i++) {
            assertEquals((String) row.getValue(i), read.getString(i + 1), where + ", column " + i);
          }
          assertEquals((int) row.getInt32("small"), read.getInt(8), where);
          assertEquals((Object) row.getValue("large"), read.getObject(9), where);
          assertEquals(null, read.getObject(10));
          LocalDate day = row.getValue("day");
          assertEquals(day == null ? null : day.toString(), read.getString(11), where);
          assertEquals(((Instant) row.getValue("ms")).toEpochMilli(), read.getLong(12), where);
          assertEquals((Object) row.getValue("price"), read.getBigDecimal(13), where);
          assertEquals((Object) row.getValue("total"), read.getBigDecimal(14), where);
          assertEquals((Object) row.getValue("ratio"), read.getObject(15), where);
          assertEquals((Object) row.getValue("flag"), read.getObject(16), where);
          assertEquals("source", read.getString(17));
          assertEquals(0, read.getInt(18));
          assertEquals((long) row.getInt64("_offset"), read.getLong(19), where);
          assertEquals((long) row.getInt64("_record_time"), read.getLong(20), where);
        }
      }
      assertEquals(expected.size(), n);
      // Statistics and Bloom filters must never hide a row that is there.
      for (int i = 0; i < expected.size(); i += 1 + expected.size() / 40) {
        Row row = expected.get(i);
        for (String column : List.of("many", "turns", "few", "large", "small")) {
          Object value = row.getValue(column);
          String literal = value instanceof String ? "'" + value + "'" : String.valueOf(value);
          if (value != null) {
            try (ResultSet found =
                statement.executeQuery(
                    "select count(*) from '" + file + "' where " + column + " = " + literal)) {
              found.next();
              assertTrue(found.getInt(1) > 0, column + " = " + literal);
            }
          }
        }
      }
    }
  }

  private static long micros(Instant time) {
    return time.getEpochSecond() * 1_000_000L + time.getNano() / 1000;
  }
}
