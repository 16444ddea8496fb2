package io.sluice.write;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.block.TestBlocks;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.lake.Positions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.apache.beam.sdk.values.Row;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.filter2.predicate.Operators;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a file says of its values, so that readers may pass over it: true of each value, there for
 * long ones too, and no larger than it has to be.
 */
class BoundsTest {
  private static final Instant START = Instant.parse("2026-05-01T00:00:00Z");
  private static final int LONG = 5000;

  @TempDir Path directory;

  /** A file of rows with one column {@code v}. */
  private Path file(String column, int rows, IntFunction<Object> value) throws IOException {
    Contract contract =
        ContractParser.parse(
            "table: t\ntopic: t\nevent_time: at\ncolumns:\n  - {name: at, type: timestamp, required: true}\n  - {name: v, "
                + column
                + "}\n",
            "bounds.yaml");
    List<Row> all = new ArrayList<>();
    for (int n = 0; n < rows; n++) {
      all.add(
          Row.withSchema(contract.rowSchema())
              .attachValues(
                  START.plusSeconds(n),
                  value.apply(n),
                  "source",
                  0,
                  (long) n,
                  START.toEpochMilli() + n));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new Pane(contract.lakeTable(), TestBlocks.of(contract.lakeTable(), all, 1000), 3)
        .without(new Positions())
        .orElseThrow()
        .writeTo(bytes);
    return Files.write(Files.createTempFile(directory, "v", ".parquet"), bytes.toByteArray());
  }

  private static ParquetFileReader open(Path file, FilterCompat.Filter filter) throws IOException {
    return ParquetFileReader.open(
        new LocalInputFile(file),
        ParquetReadOptions.builder(new PlainParquetConfiguration())
            .withRecordFilter(filter)
            .useStatsFilter()
            .useDictionaryFilter()
            .useColumnIndexFilter()
            .useBloomFilter()
            .build());
  }

  /** The rows that a reader has to look at. */
  private static long candidates(Path file, FilterPredicate predicate) throws IOException {
    try (ParquetFileReader reader = open(file, FilterCompat.get(predicate))) {
      return reader.getRowGroups().isEmpty() ? 0 : reader.getFilteredRecordCount();
    }
  }

  private static long count(Path file, String where, Object value) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        PreparedStatement statement =
            connection.prepareStatement("select count(*) from '" + file + "' where v " + where)) {
      statement.setObject(1, value);
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        return result.getLong(1);
      }
    }
  }

  private static ColumnChunkMetaData chunk(ParquetFileReader reader) {
    assertEquals(1, reader.getRowGroups().size());
    return reader.getRowGroups().get(0).getColumns().get(1);
  }

  /** Strings that begin alike and differ at the end, or in a character where they are cut. */
  private static String text(SplittableRandom random, String kind) {
    String last = "!~é߿ࠀ￿\uD83D\uDE00\uDBFF\uDFFF";
    return switch (kind) {
      case "ascii" -> "x".repeat(LONG) + random.nextInt(100, 1000);
      case "multi-byte" -> "a".repeat(random.nextInt(4)) + "日本語€é😀".repeat(700);
      case "any" ->
          random
              .ints(random.nextInt(LONG), 1, 0x110000)
              .filter(c -> c < 0xD800 || c > 0xDFFF)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      default -> "z".repeat(1023 + random.nextInt(-3, 3)) + last.substring(random.nextInt(6));
    };
  }

  /** A reader that asks for a nanosecond passes over the pages whose bounds leave it out. */
  @Test
  void nanosecondsHaveBoundsOfNanoseconds() throws Exception {
    long first = 1769903999123456789L;
    Path file =
        file(
            "type: timestamp(nanos)",
            100_000,
            n -> n % 10 == 0 ? null : Instant.EPOCH.plusNanos(first + n));
    Operators.LongColumn v = FilterApi.longColumn("v");
    assertEquals(0, candidates(file, FilterApi.lt(v, first + 1)));
    assertEquals(0, candidates(file, FilterApi.gt(v, first + 99_999)));
    long some = candidates(file, FilterApi.eq(v, first + 55_555));
    assertTrue(some > 0 && some < 100_000, some + " rows");
    assertTrue(candidates(file, FilterApi.gtEq(v, first + 99_999)) > 0);
    try (ParquetFileReader reader = open(file, FilterCompat.NOOP)) {
      assertEquals(
          (first + 1) + " " + (first + 99_999) + " 10000",
          chunk(reader).getStatistics().genericGetMin()
              + " "
              + chunk(reader).getStatistics().genericGetMax()
              + " "
              + chunk(reader).getStatistics().getNumNulls());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ascii", "multi-byte", "any", "at the cut"})
  void longStringsHaveBoundsThatHoldAndANullCount(String kind) throws Exception {
    SplittableRandom random = new SplittableRandom(7);
    List<String> values = new ArrayList<>();
    for (int n = 0; n < 300; n++) {
      values.add(n % 10 == 0 ? null : text(random, kind));
    }
    Path file = file("type: string, dictionary: false", values.size(), values::get);
    List<String> present =
        values.stream()
            .filter(v -> v != null)
            .sorted((a, b) -> Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8)))
            .toList();
    byte[] least = present.get(0).getBytes(UTF_8);
    byte[] greatest = present.get(present.size() - 1).getBytes(UTF_8);
    try (ParquetFileReader reader = open(file, FilterCompat.NOOP)) {
      Statistics<?> statistics = chunk(reader).getStatistics();
      assertEquals(30, statistics.getNumNulls());
      assertTrue(statistics.hasNonNullValue(), "there are bounds");
      byte[] min = statistics.getMinBytes();
      byte[] max = statistics.getMaxBytes();
      assertTrue(min.length <= 1024 && max.length <= 1024, min.length + ", " + max.length);
      assertTrue(Arrays.compareUnsigned(min, least) <= 0, "the least value is within");
      assertTrue(Arrays.compareUnsigned(max, greatest) >= 0, "the greatest value is within");
      UTF_8.newDecoder().decode(ByteBuffer.wrap(min));
      UTF_8.newDecoder().decode(ByteBuffer.wrap(max));
      assertNotNull(reader.readColumnIndex(chunk(reader)));
    }
    for (int i = 0; i < present.size(); i += 17) {
      String value = present.get(i);
      Binary binary = Binary.fromString(value);
      assertTrue(candidates(file, FilterApi.eq(FilterApi.binaryColumn("v"), binary)) > 0, value);
      assertTrue(candidates(file, FilterApi.gtEq(FilterApi.binaryColumn("v"), binary)) > 0, value);
      assertTrue(candidates(file, FilterApi.ltEq(FilterApi.binaryColumn("v"), binary)) > 0, value);
      assertEquals(present.stream().filter(value::equals).count(), count(file, "= ?", value));
      assertEquals(present.size() - present.indexOf(value), count(file, ">= ?", value), value);
    }
    String beyond = new String(greatest, UTF_8) + "z";
    assertEquals(0, count(file, "> ?", beyond));
    // Nobody takes a cut bound for a value.
    for (String of : List.of("min", "max")) {
      String extreme = present.get(of.equals("min") ? 0 : present.size() - 1);
      String same = "= ? and v = (select " + of + "(v) from '" + file + "')";
      assertTrue(count(file, same, extreme) > 0, of);
    }
  }

  @Test
  void aFilePastWhichLongStringsCanBePassedIsPassed() throws Exception {
    Path file = file("type: string, dictionary: false", 20, n -> "x".repeat(LONG) + n);
    for (String other : List.of("w", "y", "x".repeat(20))) {
      assertEquals(
          0,
          candidates(file, FilterApi.eq(FilterApi.binaryColumn("v"), Binary.fromString(other))),
          other);
    }
  }

  @Test
  void bytesOfWhichNoneIsLargerKeepTheirBound() throws Exception {
    byte[] value = new byte[LONG];
    Arrays.fill(value, (byte) 0xff);
    Path file = file("type: bytes, dictionary: false", 20, n -> value);
    assertEquals(
        20,
        candidates(
            file, FilterApi.eq(FilterApi.binaryColumn("v"), Binary.fromConstantByteArray(value))));
  }

  private static final List<Double> SPECIAL = List.of(0.0, -0.0, Double.NaN);

  /** Bits of a NaN that nobody asks for. */
  private static final double OTHER_NAN = Double.longBitsToDouble(0x7ff8000000000001L);

  @Test
  void zerosAreEqualToEachOtherAndSoAreNotANumbersForABloomFilter() throws Exception {
    for (double there : List.of(0.0, -0.0, OTHER_NAN)) {
      Path doubles = file("type: double, dictionary: false, bloom_filter: true", 20, n -> there);
      Path floats =
          file("type: float, dictionary: false, bloom_filter: true", 20, n -> (float) there);
      for (double asked : SPECIAL) {
        boolean equal = there == asked || Double.isNaN(there) && Double.isNaN(asked);
        String what = asked + " of " + there;
        assertEquals(equal, mightContain(doubles, asked), what);
        assertEquals(equal, mightContain(floats, (float) asked), what);
        assertEquals(equal ? 20 : 0, count(doubles, "= ?", asked), what);
        assertEquals(equal ? 20 : 0, count(floats, "= ?", (float) asked), what);
      }
    }
  }

  private static boolean mightContain(Path file, Object value) throws IOException {
    try (ParquetFileReader reader = open(file, FilterCompat.NOOP)) {
      BloomFilter filter = reader.readBloomFilter(chunk(reader));
      return filter.findHash(filter.hash(value));
    }
  }

  private record Typed(String type, IntFunction<Object> row, IntFunction<Object> plain) {}

  private static byte[] fixed(int unscaled, int length) {
    return ByteBuffer.allocate(length).putInt(length - Integer.BYTES, unscaled).array();
  }

  @Test
  void aBloomFilterOfNumbersIsAsLargeAsItsValuesNeed() throws Exception {
    for (Typed typed :
        List.of(
            new Typed("int32", n -> n, n -> n),
            new Typed("int64", n -> n * 1_000_000L, n -> n * 1_000_000L),
            new Typed("float", n -> n + 0.5f, n -> n + 0.5f),
            new Typed("double", n -> n + 0.25, n -> n + 0.25),
            new Typed("date", n -> LocalDate.ofEpochDay(n), n -> n),
            new Typed("timestamp", n -> Instant.ofEpochMilli(n), n -> n * 1000L),
            new Typed("'timestamp(millis)'", n -> Instant.ofEpochMilli(n), n -> (long) n),
            new Typed("'decimal(9,2)'", n -> BigDecimal.valueOf(n, 2), n -> n),
            new Typed("'decimal(18,2)'", n -> BigDecimal.valueOf(n, 2), n -> (long) n),
            new Typed(
                "'decimal(38,2)'",
                n -> BigDecimal.valueOf(n, 2),
                n -> Binary.fromConstantByteArray(fixed(n, 16))))) {
      Path file =
          file(
              "type: " + typed.type() + ", dictionary: false, bloom_filter: true",
              500,
              n -> typed.row().apply(n % 50 + 1));
      try (ParquetFileReader reader = open(file, FilterCompat.NOOP)) {
        ColumnChunkMetaData chunk = chunk(reader);
        BloomFilter filter = reader.readBloomFilter(chunk);
        assertTrue(
            filter.getBitsetSize() <= 256, typed.type() + ": " + filter.getBitsetSize() + " bytes");
        int wrong = 0;
        for (int n = 1; n <= 50; n++) {
          assertTrue(filter.findHash(filter.hash(typed.plain().apply(n))), typed.type() + n);
          wrong += filter.findHash(filter.hash(typed.plain().apply(n + 1000))) ? 1 : 0;
        }
        assertTrue(wrong < 10, typed.type() + ": " + wrong + " of 50 that are not there");
      }
    }
  }
}
