package io.sluice.iceberg;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.SluiceOptions;
import io.sluice.benchmark.SqlEngine;
import io.sluice.benchmark.TypesLake;
import io.sluice.local.EmbeddedS3;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tables that followers made, on an S3 server, as Trino reads them in a process of its own. Trino
 * wants a newer JDK than all else here, which {@code SLUICE_TRINO_JAVA_HOME} names, and its
 * libraries, which Maven fetches for {@code runners/benchmark/trino}: without them it is skipped.
 */
@EnabledIfSystemProperty(
    named = "sluice.nightly",
    matches = "true",
    disabledReason =
        "Trino's libraries are 500 MB, and it is run each night: -Dsluice.nightly=true")
class TrinoIT {
  private static final String JAVA_HOME = "SLUICE_TRINO_JAVA_HOME";
  private static final int LEAST_JAVA = 25;

  @TempDir Path directory;

  private EmbeddedS3 s3;
  private List<String> flags;

  @BeforeEach
  void begin() throws IOException {
    s3 = EmbeddedS3.start(directory.resolve("s3"), "lake", "dead", "tables");
    flags = new ArrayList<>(s3.flags());
    flags.addAll(List.of("--lake=s3://lake/events", "--deadLetters=s3://dead/letters"));
  }

  @AfterEach
  void end() throws IOException {
    s3.close();
  }

  /** Where a JDK is that runs Trino. */
  private static Path jdk() throws IOException {
    String home = System.getenv(JAVA_HOME);
    if (home == null || home.isEmpty()) {
      throw absent(JAVA_HOME + " does not name a JDK " + LEAST_JAVA + " or later");
    }
    Properties release = new Properties();
    try (InputStream in = Files.newInputStream(Path.of(home, "release"))) {
      release.load(in);
    }
    String version = release.getProperty("JAVA_VERSION", "").replace("\"", "");
    if (Integer.parseInt(version.split("\\D", 2)[0]) < LEAST_JAVA) {
      throw absent(JAVA_HOME + " is a JDK " + version + ", and not " + LEAST_JAVA + " or later");
    }
    return Path.of(home);
  }

  private static AssertionError absent(String why) {
    String message = why + "; so tables are not read by Trino";
    if ("required".equals(System.getenv("SLUICE_TOOLS"))) {
      return new AssertionError(message + ", and SLUICE_TOOLS=required");
    }
    // Maven's summary counts what was skipped and does not say why.
    System.err.println("SKIPPED: " + message);
    Assumptions.abort(message);
    return new AssertionError("not reached");
  }

  private SqlEngine trino(
      String module, String plugin, String connector, Map<String, String> settings)
      throws IOException {
    Path jdk = jdk();
    if (!Files.exists(Path.of(module, "target/libraries.txt"))) {
      throw absent("Trino's libraries are not there: mvn -f runners/benchmark/trino package");
    }
    Map<String, String> all = new HashMap<>(settings);
    all.put("fs.native-s3.enabled", "true");
    all.put("s3.endpoint", s3.endpoint().toString());
    all.put("s3.region", "us-east-1");
    all.put("s3.path-style-access", "true");
    all.put("s3.aws-access-key", EmbeddedS3.CREDENTIALS.get("aws.accessKeyId"));
    all.put("s3.aws-secret-key", EmbeddedS3.CREDENTIALS.get("aws.secretAccessKey"));
    return SqlEngine.trino(jdk, directory, module, plugin, connector, all);
  }

  private static long count(SqlEngine trino, String from) {
    return Long.parseLong(trino.row("select count(*) from " + from));
  }

  /** What both kinds of table have to say. */
  private static void assertRead(SqlEngine trino, String table, TypesLake.Filter... more) {
    assertEquals(TypesLake.ROWS, count(trino, table));
    List<TypesLake.Filter> filters = new ArrayList<>(TypesLake.filters());
    filters.addAll(List.of(more));
    for (TypesLake.Filter filter : filters) {
      assertEquals(filter.rows(), count(trino, table + " where " + filter.where()), filter.where());
    }
    assertEquals(
        List.of("2026-02-01|4", "2026-02-02|4", "2026-02-03|4"),
        trino.rows("select event_date, count(*) from " + table + " group by 1 order by 1"));
    assertEquals(
        "2026-02-02 10:00:05.123456 UTC|text ü 5|false|0|-1000000000000|5.5|-0.001|-0.75"
            + "|50000000000.125|-99999999999999999999.9876543211|1969-12-31|05|{\"i\":5}|5|t1|2.5",
        trino.row(
            "select cast(t as varchar), s, b, i, l, f, d, m5, m15, m38, day, to_hex(raw), js,"
                + " element_at(counts, 'x'), element_at(tags, 1), element_at(nested.y, 1).z from "
                + table
                + " where nested.x = 5"));
  }

  private static void assertChanged(SqlEngine trino, String table) {
    assertEquals(TypesLake.ROWS + 1, count(trino, table));
    assertEquals(1, count(trino, table + " where extra = 'new'"));
    assertEquals(1, count(trino, table + " where must is null"));
    assertEquals(TypesLake.ROWS, count(trino, table + " where must = 'm'"));
  }

  private String file(Map<String, String> settings) throws IOException {
    Map<String, String> all = new TreeMap<>(settings);
    all.put("sluice.namespace", "tables");
    return Files.writeString(
            Files.createTempFile(directory, "iceberg", ".properties"),
            all.entrySet().stream()
                .map(one -> one.getKey() + "=" + one.getValue())
                .collect(Collectors.joining("\n")))
        .toString();
  }

  private Catalog catalog() throws IOException {
    IcebergConfig config =
        IcebergConfig.read(
            file(
                Map.of(
                    "type",
                    "jdbc",
                    "uri",
                    "jdbc:h2:mem:"
                        + directory.getFileName()
                        + ";DB_CLOSE_DELAY=-1;DATABASE_TO_LOWER=TRUE",
                    "jdbc.schema-version",
                    "V1",
                    "warehouse",
                    "s3://tables/warehouse")));
    SluiceOptions options =
        PipelineOptionsFactory.fromArgs(flags.toArray(new String[0])).as(SluiceOptions.class);
    return config.open(LakeS3Clients.settings(config.catalog(), options, options.isS3PathStyle()));
  }

  @Test
  void icebergIsReadFilteredAndTravelled() throws Exception {
    Catalog catalog = catalog();
    try (RestServer rest = new RestServer(catalog)) {
      Map<String, String> settings = Map.of("type", "rest", "uri", rest.uri());
      flags.add("--icebergConfig=" + file(settings));
      TypesLake lake = new TypesLake(directory, flags, true);
      lake.write();
      lake.follow("iceberg");
      TableIdentifier name = TableIdentifier.of("tables", "types");
      try (SqlEngine trino =
          trino(
              "trino/iceberg",
              "io.trino.plugin.iceberg.IcebergPlugin",
              "iceberg",
              Map.of("iceberg.catalog.type", "rest", "iceberg.rest-catalog.uri", rest.uri()))) {
        String table = "lake.tables.types";
        assertRead(
            trino,
            table,
            new TypesLake.Filter("clock >= time '10:00:05'", 5),
            new TypesLake.Filter("id = uuid '00000000-0000-4000-8000-000000000005'", 1));
        long before = catalog.loadTable(name).currentSnapshot().snapshotId();
        lake.change();
        lake.writeExtra("new");
        lake.follow("iceberg");
        assertChanged(trino, table);
        assertEquals(TypesLake.ROWS, count(trino, table + " for version as of " + before));
        assertEquals(2, count(trino, "lake.tables.\"types$snapshots\""));
        assertEquals(
            String.valueOf(TypesLake.ROWS + 1),
            trino.row("select sum(record_count) from lake.tables.\"types$files\""));
        assertEquals(
            List.of("2026-02-01|5", "2026-02-02|4", "2026-02-03|4"),
            trino.rows(
                "select partition.event_date, record_count from lake.tables.\"types$partitions\""
                    + " order by 1"));
      }
    }
  }

  @Test
  void deltaIsReadAndFiltered() throws Exception {
    TypesLake lake = new TypesLake(directory, flags, false);
    lake.write();
    lake.follow("delta");
    try (SqlEngine trino =
        trino(
            "trino/delta",
            "io.trino.plugin.deltalake.DeltaLakePlugin",
            "delta_lake",
            Map.of(
                "hive.metastore",
                "file",
                "hive.metastore.catalog.dir",
                "s3://tables/metastore",
                "fs.hadoop.enabled",
                "false",
                "delta.register-table-procedure.enabled",
                "true",
                // Each statement looks at the log.
                "delta.metadata.cache-ttl",
                "0s"))) {
      trino.rows("create schema lake.tables with (location = 's3://tables/schema')");
      trino.rows("call lake.system.register_table('tables', 'types', 's3://lake/events/types')");
      String table = "lake.tables.types";
      assertRead(trino, table, new TypesLake.Filter("id = X'00000000000040008000000000000005'", 1));
      lake.change();
      lake.writeExtra("new");
      lake.follow("delta");
      assertChanged(trino, table);
      assertEquals(
          List.of("0|WRITE", "1|WRITE"),
          trino.rows(
              "select version, operation from lake.tables.\"types$history\" order by version"));
    }
  }
}
