package io.sluice.iceberg;

import static io.sluice.iceberg.TestLake.DATE;
import static io.sluice.iceberg.TestLake.NAME;
import static io.sluice.iceberg.TestLake.rows;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.LakeStores;
import io.sluice.SluiceOptions;
import io.sluice.follow.Follower;
import io.sluice.follow.FollowerKind;
import io.sluice.follow.Published;
import io.sluice.follow.Reconcile;
import io.sluice.local.EmbeddedS3;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Lake and metadata on an S3 server, by a file for the flag that says nothing of endpoint, region
 * and credentials: they are the lake's.
 */
class IcebergS3IT {
  @TempDir Path directory;

  private EmbeddedS3 s3;
  private SluiceOptions options;
  private TestLake lake;
  private RestServer rest;

  @BeforeEach
  void begin() throws IOException {
    s3 = EmbeddedS3.start(directory.resolve("s3"), "lake", "tables");
    options = options();
    lake = new TestLake(LakeStores.lake(options), options);
    IcebergConfig behind = config(jdbc());
    rest =
        new RestServer(
            behind.open(
                LakeS3Clients.settings(behind.catalog(), options, options.isS3PathStyle())));
  }

  @AfterEach
  void end() throws IOException {
    rest.close();
    lake.close();
    s3.close();
  }

  private SluiceOptions options(String... more) {
    List<String> flags = new ArrayList<>(s3.flags());
    flags.add("--lake=s3://lake/events");
    flags.addAll(List.of(more));
    return PipelineOptionsFactory.fromArgs(flags.toArray(new String[0])).as(SluiceOptions.class);
  }

  private Map<String, String> jdbc() {
    return Map.of(
        "type",
        "jdbc",
        "uri",
        "jdbc:h2:mem:" + directory.getFileName() + ";DB_CLOSE_DELAY=-1;DATABASE_TO_LOWER=TRUE",
        "jdbc.schema-version",
        "V1",
        "warehouse",
        "s3://tables/warehouse");
  }

  private Map<String, String> settings(String type) {
    return type.equals("jdbc") ? jdbc() : Map.of("type", "rest", "uri", rest.uri());
  }

  private String file(Map<String, String> settings) throws IOException {
    Map<String, String> all = new TreeMap<>(settings);
    all.put("sluice.namespace", "lake");
    return Files.writeString(
            Files.createTempFile(directory, "iceberg", ".properties"),
            all.entrySet().stream()
                .map(one -> one.getKey() + "=" + one.getValue())
                .collect(Collectors.joining("\n")))
        .toString();
  }

  private IcebergConfig config(Map<String, String> settings) throws IOException {
    return IcebergConfig.read(file(settings));
  }

  /** As a reader opens it, who has to say by himself where S3 is. */
  private Catalog reader(String type) throws IOException {
    Map<String, String> settings = new TreeMap<>(settings(type));
    settings.put("s3.endpoint", s3.endpoint().toString());
    settings.put("s3.path-style-access", "true");
    settings.put("s3.access-key-id", EmbeddedS3.CREDENTIALS.get("aws.accessKeyId"));
    settings.put("s3.secret-access-key", EmbeddedS3.CREDENTIALS.get("aws.secretAccessKey"));
    settings.put("client.region", "us-east-1");
    IcebergConfig config = config(settings);
    return config.open(
        LakeS3Clients.settings(config.catalog(), PipelineOptionsFactory.create(), false));
  }

  private void follow(Map<String, String> settings, SluiceOptions options) throws IOException {
    SluiceOptions with = options;
    with.as(IcebergOptions.class).setIcebergConfig(file(settings));
    try (Follower follower = FollowerKind.named("publish", "iceberg").open(lake.table, with)) {
      new Reconcile(Published.in(lake.store, lake.table.table()), follower, "iceberg").date(DATE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"jdbc", "rest"})
  void aTableIsMadeFollowedCompactedAndRead(String type) throws Exception {
    lake.append(DATE, 0, 1, 2, 3);
    lake.append(DATE, 1, 4);
    follow(settings(type), options);
    assertEquals(4, rows(reader(type)));
    lake.append(DATE, 0, 5);
    lake.compact(DATE);
    follow(settings(type), options);
    assertEquals(5, rows(reader(type)));
    assertEquals(1, rows(reader(type), Expressions.equal("user_id", "user_5")));

    Table table = reader(type).loadTable(NAME);
    assertTrue(table.location().startsWith("s3://tables/warehouse/"), table.location());
    CatalogContract.files(table)
        .forEach(
            file ->
                assertTrue(
                    file.location().startsWith("s3://lake/events/user_actions/event_date=" + DATE),
                    file.location()));
    try (Stream<Path> metadata = Files.walk(directory.resolve("s3/tables/warehouse"))) {
      assertTrue(metadata.anyMatch(path -> path.toString().endsWith(".avro")));
    }
  }

  /** A profile, a role or keys of the flag are those of the metadata, too. */
  @Test
  void theFlagsProviderIsTheMetadatas() throws Exception {
    lake.append(DATE, 0, 1, 2, 3);
    // There is no table yet: metadata that cannot be read is tried twenty times.
    SluiceOptions byProfile =
        options(
            "--awsCredentialsProvider={\"@type\":\"ProfileCredentialsProvider\",\"profileName\":\"nobody\"}");
    Map<String, String> impatient = new TreeMap<>(jdbc());
    impatient.put("s3.retry.num-retries", "0");
    IOException e = assertThrows(IOException.class, () -> follow(impatient, byProfile));
    assertTrue(e.getMessage().startsWith("table lake.user_actions: "), e.getMessage());
    assertTrue(e.getMessage().contains("nobody"), e.getMessage());
    SluiceOptions byProperty =
        options("--awsCredentialsProvider={\"@type\":\"SystemPropertyCredentialsProvider\"}");
    follow(jdbc(), byProperty);
    assertEquals(3, rows(reader("jdbc")));
  }

  /** What the file says is what holds, whatever the flags are. */
  @Test
  void theFilesOwnCredentialsComeFirst() throws Exception {
    lake.append(DATE, 0, 1, 2, 3);
    Map<String, String> wrong = new TreeMap<>(jdbc());
    wrong.put("s3.access-key-id", "somebody");
    wrong.put("s3.secret-access-key", "else");
    IOException e = assertThrows(IOException.class, () -> follow(wrong, options));
    assertTrue(e.getMessage().startsWith("table lake.user_actions: "), e.getMessage());
    assertTrue(!e.getMessage().contains("else"), e.getMessage());
  }
}
