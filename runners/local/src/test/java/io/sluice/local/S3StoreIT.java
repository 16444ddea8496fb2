package io.sluice.local;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.sluice.SluiceOptions;
import io.sluice.UserException;
import io.sluice.cli.Main;
import io.sluice.flink.FlinkJob;
import io.sluice.lake.S3Settings;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import io.sluice.metrics.SluiceMetrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** The S3 store against a server that speaks the protocol. */
class S3StoreIT {
  @TempDir static Path directory;
  private static EmbeddedS3 s3;
  private static SluiceOptions options;

  @BeforeAll
  static void start() throws Exception {
    s3 = EmbeddedS3.start(directory, "lake");
    options = FlinkJob.options(s3.flags());
  }

  @AfterAll
  static void stop() throws Exception {
    s3.close();
  }

  private static Stores stores(String root) {
    return new Stores(
        root,
        new S3Settings(
            null,
            null,
            null,
            false,
            Map.of("team", "data & more"),
            S3Settings.LEAST_PART_SIZE,
            true,
            Duration.ofSeconds(2)),
        true);
  }

  @Test
  void aStoreThatHangsFailsInTimeAndIsCounted() throws Exception {
    double before = SluiceMetrics.STORE_FAILURES.labelValues("timeout").get();
    // It takes connections, as far as the system does, and answers none.
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      SluiceOptions at =
          FlinkJob.options(
              EmbeddedS3.flags(URI.create("http://127.0.0.1:" + silent.getLocalPort())));
      try (Store store = stores("s3://lake/x").open(at)) {
        IOException e = assertThrows(IOException.class, () -> store.owner("key", "token"));
        assertTrue(e.getMessage().contains("asking for key"), e.getMessage());
      }
    }
    assertEquals(before + 1, SluiceMetrics.STORE_FAILURES.labelValues("timeout").get());
  }

  /** The SDK tries again by itself, and says so to nobody but its metrics. */
  @Test
  void whatTheClientTriesAgainIsCountedByItsCause() throws Exception {
    String[] causes = {"throttled", "server_error", "connection", "timeout", "other"};
    List<Double> before = retries(causes);
    AtomicInteger requests = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          int status = new int[] {503, 500, 200}[Math.min(requests.getAndIncrement(), 2)];
          String code = status == 503 ? "SlowDown" : "InternalError";
          byte[] body =
              (status == 200 ? "content" : "<Error><Code>" + code + "</Code></Error>")
                  .getBytes(java.nio.charset.StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try (Store store =
        stores("s3://lake/x")
            .open(
                FlinkJob.options(
                    EmbeddedS3.flags(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort()))))) {
      assertEquals(
          "content",
          new String(store.read("key").orElseThrow(), java.nio.charset.StandardCharsets.UTF_8));
    } finally {
      server.stop(0);
    }
    List<Double> after = retries(causes);
    assertEquals(
        List.of(before.get(0) + 1, before.get(1) + 1, before.get(2), before.get(3), before.get(4)),
        after);
  }

  private static List<Double> retries(String... causes) {
    return Stream.of(causes)
        .map(cause -> SluiceMetrics.STORE_RETRIES.labelValues(cause).get())
        .toList();
  }

  @Test
  void anObjectOfManyPartsIsWrittenOnceAndWhole() throws Exception {
    byte[] content = new byte[13_000_001];
    new Random(1).nextBytes(content);
    try (Store store = stores("s3://lake/parts").open(options)) {
      try (Store.Upload upload = store.begin("a/b", "one")) {
        upload.stream().write(content);
        assertTrue(store.read("a/b").isEmpty(), "readers see nothing before the commit");
        assertEquals(Store.Outcome.COMMITTED, upload.commit());
      }
      try (Store.Upload upload = store.begin("a/b", "two")) {
        upload.stream().write(content, 0, 11_000_000);
        assertEquals(Store.Outcome.EXISTS, upload.commit());
      }
      assertArrayEquals(content, store.read("a/b").orElseThrow());
      assertEquals(Store.Owner.OURS, store.owner("a/b", "one"));
      assertEquals(Store.Owner.OTHERS, store.owner("a/b", "two"));
      assertEquals(Store.Owner.ABSENT, store.owner("a/c", "one"));
      byte[] range = store.read("a/b", 12_999_999, 100);
      assertArrayEquals(new byte[] {content[12_999_999], content[13_000_000]}, range);
    }
  }

  @Test
  void ofManyWritersOneWins() throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(8);
    try (Store store = stores("s3://lake/race").open(options)) {
      List<Callable<Store.Outcome>> writers = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        String token = "writer-" + i;
        writers.add(
            () -> {
              try (Store.Upload upload = store.begin("key", token)) {
                upload.stream().write(token.getBytes(java.nio.charset.StandardCharsets.UTF_8));
                return upload.commit();
              }
            });
      }
      int won = 0;
      for (Future<Store.Outcome> outcome : executor.invokeAll(writers)) {
        won += outcome.get() == Store.Outcome.COMMITTED ? 1 : 0;
      }
      assertEquals(1, won);
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void theProbeLeavesOneObjectAndIsPassed() throws Exception {
    stores("s3://lake/probed").probed(options);
    stores("s3://lake/probed").probed(options);
    try (Stream<Path> files = Files.walk(directory.resolve("lake/probed"))) {
      assertEquals(1, files.filter(Files::isRegularFile).count());
    }
  }

  /** This server's own: another would not have it, and a job would warn of it. */
  @Test
  void anObjectThatIsBeingWrittenIsInNoList() throws Exception {
    Path folder =
        Files.createDirectories(directory.resolve("lake/begun/events/event_date=2026-11-28"));
    Files.createFile(folder.resolve("part-00000-00000001.parquet"));
    Files.createFile(
        folder.resolve("part-00000-00000002.parquet-0a44a777-3800-47e4-9d6f-0b130a86722b"));
    List<String> keys = new ArrayList<>();
    stores("s3://lake/begun").open(options).list("events/").forEach(entry -> keys.add(entry.key()));
    assertEquals(List.of("events/event_date=2026-11-28/part-00000-00000001.parquet"), keys);
  }

  /** A browser that opens a link to it shows a page, and does not save a file. */
  @Test
  void aReportMayGoToS3() throws Exception {
    Path tables = Files.createDirectories(directory.resolve("lake/reported/_sluice"));
    for (String table : List.of("user_actions", "user_actions_dead_letters")) {
      Files.writeString(
          tables.resolve(table + ".json"),
          "{\"format\":2,\"table\":\"" + table + "\",\"shards\":1,\"resharded\":false}");
    }
    String key = "reported/_sluice/user_actions/report.html";
    List<String> words =
        new ArrayList<>(
            List.of(
                "report",
                "--lake=s3://lake/reported",
                "--deadLetters=s3://lake/reported",
                "--out=s3://lake/" + key));
    words.addAll(s3.flags());
    for (int time = 0; time < 2; time++) {
      assertEquals(0, Main.execute(words.toArray(new String[0])));
      try (S3Client client =
          S3Client.builder()
              .endpointOverride(s3.endpoint())
              .region(Region.US_EAST_1)
              .forcePathStyle(true)
              .build()) {
        ResponseBytes<GetObjectResponse> page =
            client.getObjectAsBytes(get -> get.bucket("lake").key(key));
        assertEquals("text/html;charset=utf-8", page.response().contentType());
        assertTrue(page.asUtf8String().startsWith("<!DOCTYPE html>"), page.asUtf8String());
        assertTrue(page.asUtf8String().strip().endsWith("</html>"), page.asUtf8String());
      }
    }
  }

  @Test
  void aBucketThatIsNotThereIsNamed() {
    UserException e =
        assertThrows(UserException.class, () -> stores("s3://missing-bucket").probed(options));
    assertEquals(
        "bucket missing-bucket does not exist: create it, or name another", e.getMessage());
  }

  private static SluiceOptions at(ForgetfulS3 server) {
    return FlinkJob.options(List.of("--endpoint=" + server.endpoint(), "--awsRegion=us-east-1"));
  }

  @Test
  void aStoreThatIgnoresTheConditionIsRefused() throws Exception {
    try (ForgetfulS3 server = ForgetfulS3.start(false)) {
      UserException e =
          assertThrows(UserException.class, () -> stores("s3://lake/x").probed(at(server)));
      assertTrue(e.getMessage().contains("ignores If-None-Match on PutObject"), e.getMessage());
    }
  }

  @Test
  void aStoreThatIgnoresItWhereUploadsAreCompletedGetsFilesWhole() throws Exception {
    try (ForgetfulS3 server = ForgetfulS3.start(true)) {
      Stores probed = stores("s3://lake/x").probed(at(server));
      assertEquals(false, probed.s3().multipart());
      try (Store store = probed.open(at(server));
          Store.Upload upload = store.begin("whole", "token")) {
        upload.stream().write(new byte[12_000_000]);
        assertEquals(Store.Outcome.COMMITTED, upload.commit());
      }
    }
  }
}
