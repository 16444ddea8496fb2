package io.sluice.write;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.SluicePipeline;
import io.sluice.UserException;
import io.sluice.contract.Table;
import io.sluice.decode.TestDecoders;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import io.sluice.source.SourceRecord;
import io.sluice.source.SourceRecordCoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of two versions of a contract, read together by DuckDB: the changes that are allowed give
 * what docs/contract.md says, and some of those that are not show why.
 */
class ContractChangeTest {
  private static final String HEAD =
      """
      table: t
      topic: t
      event_time: at
      columns:
        - {name: at, type: timestamp, required: true}
      """;

  @TempDir Path directory;
  private long offset;

  private SluiceOptions options(String lake, String version, String columns) throws Exception {
    Path contract = directory.resolve(lake + version + ".yaml");
    Files.writeString(contract, "version: " + version + "\n" + HEAD + columns);
    PipelineOptionsFactory.register(SluiceOptions.class);
    return PipelineOptionsFactory.fromArgs(
            "--bootstrapServers=none:1",
            "--lake=" + directory.resolve(lake),
            "--deadLetters=" + directory.resolve(lake),
            "--contract=" + contract,
            "--fileInterval=0s")
        .as(SluiceOptions.class);
  }

  private static void begin(SluiceOptions options) throws IOException {
    SluicePipeline.open(SluiceConfig.from(options), options)
        .build(Pipeline.create(options).apply(Create.empty(SourceRecordCoder.of())));
  }

  private void write(String lake, String version, String columns, String json) throws Exception {
    SluiceOptions options = options(lake, version, columns);
    SluiceConfig config = SluiceConfig.from(options);
    begin(options);
    SourceRecord record =
        new SourceRecord(
            "s",
            0,
            offset++,
            Instant.parse("2026-02-01T00:00:00Z").toEpochMilli(),
            null,
            ("{\"at\":\"2026-02-01T00:00:00Z\"," + json + "}").getBytes(UTF_8),
            List.of());
    try (Store store = config.lake().open(options)) {
      Table table = config.contract().lakeTable();
      LogWriter writer =
          new LogWriter(
              LakeTable.begin(store, config.lake(), table, null, false),
              store,
              config.write(),
              false,
              (date, file, positions) -> {});
      writer.add(TestDecoders.row(config.contract(), record));
      writer.flush();
    }
  }

  private List<String> query(String what, String... lakes) throws SQLException {
    List<String> files = new ArrayList<>();
    for (String lake : lakes) {
      files.add("'" + directory.resolve(lake) + "/t/*/*.parquet'");
    }
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("set timezone='UTC'");
      try (ResultSet rows =
          statement.executeQuery(
              "select " + what + " from read_parquet(" + files + ", union_by_name=true)")) {
        List<String> values = new ArrayList<>();
        while (rows.next()) {
          for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
            values.add(String.valueOf((Object) rows.getString(i)));
          }
        }
        return values;
      }
    }
  }

  @Test
  void oldAndNewFilesAreReadTogether() throws Exception {
    write(
        "lake",
        "1",
        """
          - {name: kept, type: string, required: true}
          - {name: dropped, type: int32}
          - {name: nested, type: {struct: [{name: a, type: string}, {name: gone, type: int32}]}}
          - {name: items, type: {list: {struct: [{name: a, type: int32}]}}}
        """,
        "\"kept\":\"k1\",\"dropped\":1,\"nested\":{\"a\":\"a1\",\"gone\":1},\"items\":[{\"a\":1}]");
    write(
        "lake",
        "2",
        """
          - {name: items, type: {list: {struct: [{name: b, type: string}, {name: a, type: int32}]}}}
          - {name: nested, type: {struct: [{name: b, type: double, required: true}, {name: a, type: string}]}}
          - {name: added, type: "decimal(9,2)"}
          - {name: needed, type: string, required: true}
          - {name: kept, type: string}
        """,
        "\"kept\":null,\"added\":1.5,\"needed\":\"n2\",\"nested\":{\"a\":\"a2\",\"b\":0.5},\"items\":[{\"a\":2,\"b\":\"b2\"}]");
    assertEquals(
        List.of(
            "k1", "1", "null", "null", "a1", "1", "null", "1", "null", "null", "null", "1.50", "n2",
            "a2", "null", "0.5", "2", "b2"),
        query(
            "kept, dropped, added, needed, nested.a, nested.gone, nested.b, items[1].a, items[1].b",
            "lake"));
  }

  private void refused(String lake, String before, String after) throws Exception {
    begin(options(lake, "1", before));
    SluiceOptions options = options(lake, "2", after);
    UserException e =
        assertThrows(
            UserException.class, () -> SluicePipeline.open(SluiceConfig.from(options), options));
    assertTrue(e.getMessage().contains("not compatible with version 1"), e.getMessage());
  }

  /** DuckDB gives the column another type, and every query that knew it as a number fails. */
  @Test
  void aNumberThatBecomesTextIsRefusedForReadersLoseTheNumber() throws Exception {
    String number = "  - {name: x, type: int64}\n";
    String text = "  - {name: x, type: string}\n";
    write("numbers", "1", number, "\"x\":7");
    write("texts", "2", text, "\"x\":\"seven\"");
    assertEquals(List.of("BIGINT"), query("any_value(typeof(x))", "numbers"));
    assertEquals(List.of("VARCHAR"), query("any_value(typeof(x))", "numbers", "texts"));
    assertThrows(SQLException.class, () -> query("sum(x)", "numbers", "texts"));
    refused("both", number, text);
  }

  /** Without union_by_name DuckDB takes the first file's type, and fails at what does not fit. */
  @Test
  void aListThatBecomesAValueIsRefusedForNoTypeReadsBoth() throws Exception {
    String list = "  - {name: x, type: {list: int32}}\n";
    String value = "  - {name: x, type: int32}\n";
    write("lists", "1", list, "\"x\":[7]");
    write("values", "2", value, "\"x\":7");
    assertThrows(SQLException.class, () -> query("x[1] + 1", "lists", "values"));
    refused("both", list, value);
  }

  /** Case aside they are one name: DuckDB has one column, of the first file's name. */
  @Test
  void anotherCaseIsRefusedForSomeReadersTakeBothForOne() throws Exception {
    String lower = "  - {name: sku, type: string}\n";
    String upper = "  - {name: SKU, path: sku, type: string}\n";
    write("lower", "1", lower, "\"sku\":\"a\"");
    write("upper", "2", upper, "\"sku\":\"b\"");
    assertEquals(
        List.of("a", "b"),
        query("columns('(?i)sku')", "lower", "upper").stream().sorted().toList());
    refused("both", lower, upper);
  }
}
