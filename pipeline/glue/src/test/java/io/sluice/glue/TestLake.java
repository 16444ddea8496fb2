package io.sluice.glue;

import io.sluice.compact.Compact;
import io.sluice.complete.Publication;
import io.sluice.contract.Table;
import io.sluice.follow.FileLists;
import io.sluice.follow.Follower;
import io.sluice.follow.Published;
import io.sluice.follow.Reconcile;
import io.sluice.follow.Reconciled;
import io.sluice.lake.AppendLog;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import io.sluice.lake.TestStores;
import io.sluice.write.TestPanes;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.beam.sdk.io.aws2.options.AwsOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.glue.GlueClient;

/** A real lake of user actions, and its table in a Glue of the test's. */
final class TestLake implements AutoCloseable {
  static final String DATABASE = "lake";
  static final Table TABLE = TestPanes.TABLE;
  static final LocalDate DATE = LocalDate.of(2026, 1, 31);

  private final Path directory;
  private final URI endpoint;
  final Store store;

  TestLake(Path directory, URI endpoint) throws IOException {
    this.directory = directory;
    this.endpoint = endpoint;
    Stores stores = TestStores.of(directory);
    store = open(directory);
    LakeTable.begin(store, stores, TABLE, null, false);
  }

  static Store open(Path directory) {
    return TestStores.of(directory).open(PipelineOptionsFactory.create());
  }

  /** As a run has it, but for keys, which a run takes from the environment. */
  static GlueConfig config(URI endpoint) {
    return new GlueConfig(DATABASE, "{table}", null, endpoint);
  }

  static GlueClient client(URI endpoint) {
    AwsOptions options = PipelineOptionsFactory.as(AwsOptions.class);
    options.setAwsRegion(Region.EU_CENTRAL_1);
    options.setAwsCredentialsProvider(
        StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")));
    // Of an S3 server, which is not to be asked for tables.
    options.setEndpoint(URI.create("http://127.0.0.1:1"));
    return config(endpoint).open(options);
  }

  static Follower follower(Store store, Table table, GlueClient client, URI endpoint) {
    GlueConfig config = config(endpoint);
    return new GlueFollower(
        store,
        new FileLists(store, table, "glue"),
        LakeColumns.shape(table),
        new GlueTable(client, config, config.tableName(table.name())));
  }

  void append(LocalDate date, int shard, long... offsets) throws IOException {
    new AppendLog(store, TABLE, date, shard, false).append(TestPanes.rows(offsets));
  }

  void publish(LocalDate date) throws IOException {
    new Publication(store, TABLE, date).complete(Map.of());
  }

  Compact.Result compact(LocalDate date) throws IOException {
    return new Compact(
            store, TABLE, new Compact.Settings(1 << 20, Duration.ZERO, 2, false), bytes -> {})
        .run(date, false);
  }

  Follower follower(UnaryOperator<Store> faults) {
    return follower(faults.apply(open(directory)), TABLE, client(endpoint), endpoint);
  }

  /** Follows a date as another process would. */
  Reconciled follow(LocalDate date) throws IOException {
    try (Follower follower = follower(UnaryOperator.identity())) {
      return new Reconcile(Published.in(store, TABLE), follower, "glue").date(date);
    }
  }

  Map<LocalDate, Reconcile.Outcome> follow(Collection<LocalDate> dates) throws IOException {
    try (Follower follower = follower(UnaryOperator.identity())) {
      return new Reconcile(Published.in(store, TABLE), follower, "glue").dates(dates, () -> {});
    }
  }

  /** All that the lake or Glue has something of, as the verb does it. */
  Map<LocalDate, Reconcile.Outcome> followAll() throws IOException {
    try (Follower follower = follower(UnaryOperator.identity())) {
      Reconcile reconcile = new Reconcile(Published.in(store, TABLE), follower, "glue");
      return reconcile.dates(reconcile.dates(), () -> {});
    }
  }

  @Override
  public void close() {
    store.close();
  }
}
