package io.sluice.lake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.io.aws2.options.S3Options;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;

/** What S3 refuses is one line: store, action, answer, and what to change. */
@Tag("slow")
class S3FailuresTest {
  private static HttpServer server;

  /** What the server answers now. */
  private static volatile int status;

  private static volatile String body = "";
  private static volatile String region = "";

  @BeforeAll
  static void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          if (!region.isEmpty()) {
            exchange.getResponseHeaders().set("x-amz-bucket-region", region);
          }
          boolean head = exchange.getRequestMethod().equals("HEAD");
          exchange.sendResponseHeaders(status, head || bytes.length == 0 ? -1 : bytes.length);
          if (!head) {
            exchange.getResponseBody().write(bytes);
          }
          exchange.close();
        });
    server.start();
  }

  @AfterAll
  static void stop() {
    server.stop(0);
  }

  private static void answer(int code, String error, String message) {
    status = code;
    region = "";
    body =
        error.isEmpty()
            ? ""
            : "<Error><Code>" + error + "</Code><Message>" + message + "</Message></Error>";
  }

  private static Store store(String endpoint, String kmsKey, Map<String, String> tags) {
    AwsCredentialsProvider static1 =
        StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret"));
    return store(endpoint, static1, kmsKey, tags);
  }

  private static Store store(
      String endpoint,
      AwsCredentialsProvider credentials,
      String kmsKey,
      Map<String, String> tags) {
    S3Options options = PipelineOptionsFactory.as(S3Options.class);
    options.setEndpoint(URI.create(endpoint));
    options.setAwsRegion(Region.US_EAST_1);
    options.setAwsCredentialsProvider(credentials);
    return new Stores(
            "s3://lake/x",
            new S3Settings(
                null,
                null,
                kmsKey.isEmpty() ? null : kmsKey,
                false,
                tags,
                S3Settings.LEAST_PART_SIZE,
                true,
                Duration.ofSeconds(60)),
            true)
        .open(options);
  }

  private static Store store() {
    return store("http://127.0.0.1:" + server.getAddress().getPort(), "", Map.of());
  }

  /** The message of what is thrown as it is, for asking again would not help. */
  private static String lasting(org.junit.jupiter.api.function.Executable asked) {
    String message = assertThrows(StoreException.class, asked).getMessage();
    assertEquals(1, message.lines().count(), message);
    return message;
  }

  /** The message of what may be tried again. */
  private static String passing(org.junit.jupiter.api.function.Executable asked) {
    IOException e = assertThrows(IOException.class, asked);
    assertEquals(e.getMessage(), e.getCause().getMessage());
    assertTrue(e.getCause() instanceof StoreException, e.toString());
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    return e.getMessage();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "403 | AccessDenied | Access Denied | allow s3:ListBucket on the bucket",
        "403 | AccessDenied | User: u is not authorized to perform: s3:ListBucket on resource:"
            + " \"arn:aws:s3:::lake\" because no policy allows it | allow s3:ListBucket on"
            + " arn:aws:s3:::lake",
        "403 | AccessDenied | User: u is not authorized to perform: s3:ListBucket on resource:"
            + " \"arn:aws:s3:::lake\" with an explicit deny in a resource-based policy | a policy"
            + " denies s3:ListBucket on arn:aws:s3:::lake explicitly: change it",
        "403 | InvalidAccessKeyId | The key does not exist | check AWS_ACCESS_KEY_ID",
        "403 | SignatureDoesNotMatch | The signature does not match | check AWS_ACCESS_KEY_ID",
        "400 | InvalidToken | The token is malformed | AWS_SESSION_TOKEN",
        "400 | AuthorizationHeaderMalformed | the region 'us-east-1' is wrong; expecting"
            + " 'eu-west-1' | bucket lake is in another region: set --awsRegion=eu-west-1",
        "301 | PermanentRedirect | address it otherwise | is in another region: set --awsRegion to"
            + " its own",
        "401 | Unauthorized | Who are you | the store wants other credentials",
        "404 | NoSuchBucket | not there | bucket lake does not exist: create it, or name another",
        "400 | KMS.DisabledException | key is disabled | enable the key of --SSEKMSKeyId",
        "400 | KMS.NotFoundException | no key | no such key in this region: check --SSEKMSKeyId",
        "400 | InvalidTag | too long | check --s3Tags",
        "403 | InvalidObjectState | archived | restore it first",
      })
  void whatAskingAgainWouldNotChange(int code, String error, String message, String fix) {
    answer(code, error, message);
    try (Store store = store()) {
      String said = lasting(() -> store.list("t/"));
      assertTrue(said.contains(fix), said);
      if (!error.equals("NoSuchBucket")) {
        assertTrue(said.startsWith("s3://lake/x: listing t/: " + code + " " + error), said);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | ExpiredToken | the credentials have expired: renew them",
        "403 | RequestTimeTooSkewed | this host's clock is wrong",
        "503 | SlowDown | the store fails: run it again later",
        "500 | InternalError | the store fails: run it again later",
        "418 | IAmATeapot | see what the store says of it",
        "307 | TemporaryRedirect | the bucket is new, and not known everywhere yet",
        "400 | KMS.ThrottlingException | the bucket's key is asked for too often, or KMS fails",
        "400 | KMS.DependencyTimeoutException | the bucket's key is asked for too often, or KMS fails",
        "500 | KMS.KMSInternalException | the bucket's key is asked for too often, or KMS fails",
        "503 | KMS.SomethingNew | the bucket's key is asked for too often, or KMS fails",
      })
  void whatMayPassIsSaidAndMayBeTriedAgain(int code, String error, String fix) {
    answer(code, error, "why");
    try (Store store = store()) {
      String said = passing(() -> store.list("t/"));
      assertTrue(said.contains(fix), said);
      assertTrue(said.startsWith("s3://lake/x: listing t/: "), said);
    }
  }

  /** Each action names its own right, and what tags and a key need beside it. */
  @Test
  void aRightIsThatOfTheAction() {
    answer(403, "AccessDenied", "Access Denied");
    String endpoint = "http://127.0.0.1:" + server.getAddress().getPort();
    try (Store plain = store();
        Store all = store(endpoint, "arn:k", Map.of("a", "b"))) {
      assertSays(
          "reading k: 403 AccessDenied (Access Denied); allow s3:GetObject,",
          lasting(() -> plain.read("k")));
      assertSays(
          "writing k: 403 AccessDenied (Access Denied); allow s3:PutObject, and the use of the"
              + " bucket's key",
          lasting(() -> plain.replace("k", new byte[1])));
      assertSays(
          "deleting 1 objects: 403 AccessDenied (Access Denied); allow s3:DeleteObject",
          lasting(() -> plain.delete(List.of("k"))));
      String put = lasting(() -> all.create("k", new byte[1], "token"));
      assertSays("s3://lake/x: writing k: 403", put);
      assertSays(
          ", and s3:PutObjectTagging for --s3Tags, and kms:GenerateDataKey and kms:Decrypt with"
              + " arn:k",
          put);
      // Parts, too.
      assertSays(
          "s3://lake/x: writing large: 403",
          lasting(
              () -> {
                try (Store.Upload upload = plain.begin("large", "token")) {
                  upload.stream().write(new byte[12 << 20]);
                  upload.commit();
                }
              }));
    }
  }

  private static void assertSays(String part, String message) {
    assertTrue(message.contains(part), message);
  }

  @Test
  void anAnswerWithoutABodyIsNamedByItsStatus() {
    try (Store store = store()) {
      answer(403, "", "");
      assertSays(
          "asking for k: 403; the store does not say why: the credentials are wrong or have expired, or this host's clock is wrong by more than fifteen minutes, or a right is missing: allow s3:GetObject",
          lasting(() -> store.owner("k", "t")));
      assertSays(
          "listing the bucket: 403; the store does not say why: the credentials are wrong or have expired, or this host's clock is wrong by more than fifteen minutes, or a right is missing: allow s3:ListBucket",
          lasting(store::probe));
      answer(400, "", "");
      assertSays("; the store does not say why: the region is wrong", lasting(store::probe));
      answer(301, "", "");
      region = "eu-central-1";
      assertSays(
          "bucket lake is in another region: set --awsRegion=eu-central-1", lasting(store::probe));
      answer(404, "", "");
      assertEquals("bucket lake does not exist: create it, or name another", lasting(store::probe));
    }
  }

  /** HEAD's answer has no body, whatever the store would say: it is GET's that is told. */
  @Test
  void whatHeadCannotSayIsAskedOfGet() {
    try (Store store = store()) {
      answer(400, "ExpiredToken", "The provided token has expired.");
      assertSays(
          "asking for k: 400 ExpiredToken (The provided token has expired.); the credentials have expired",
          passing(() -> store.owner("k", "t")));
      assertSays("the credentials have expired", passing(store::probe));
      answer(403, "RequestTimeTooSkewed", "The difference is too large.");
      assertSays("this host's clock is wrong", passing(() -> store.owner("k", "t")));
      assertSays("this host's clock is wrong", passing(store::probe));
      answer(403, "AccessDenied", "Access Denied");
      assertSays(
          "403 AccessDenied (Access Denied); allow s3:GetObject",
          lasting(() -> store.owner("k", "t")));
      answer(400, "AuthorizationHeaderMalformed", "wrong; expecting 'eu-west-1'");
      assertSays("set --awsRegion=eu-west-1", lasting(store::probe));
    }
  }

  /** A data file is damaged where S3 has given its bytes, and only there. */
  @Test
  void whatS3DoesNotGiveIsNotDamaged() {
    Store.Entry file =
        new Store.Entry("t/event_date=2026-01-02/part-00000-00000000.parquet", 400, Instant.EPOCH);
    try (Store store = store()) {
      answer(503, "SlowDown", "later");
      passing(() -> LakeFiles.read(store, file));
      answer(403, "AccessDenied", "Access Denied");
      lasting(() -> LakeFiles.read(store, file));
      status = 206;
      body = "x".repeat(400);
      DamagedFileException e =
          assertThrows(DamagedFileException.class, () -> LakeFiles.read(store, file));
      assertTrue(e.getMessage().startsWith("s3://lake/x/" + file.key() + " is damaged: "));
    }
  }

  @Test
  void deletionsThatAreRefusedOneByOneAreNamed() {
    status = 200;
    region = "";
    body =
        "<DeleteResult><Error><Key>x/k</Key><Code>AccessDenied</Code><Message>Access"
            + " Denied</Message></Error></DeleteResult>";
    try (Store store = store()) {
      assertEquals(
          "s3://lake/x: deleting 1 objects, such as x/k: AccessDenied (Access Denied); allow"
              + " s3:DeleteObject",
          passing(() -> store.delete(List.of("k"))));
    }
  }

  @Test
  void whatCannotBeReachedSaysWhereToLook() throws IOException {
    try (Store store = store("http://no-such-host.invalid:1", "", Map.of())) {
      String said = passing(() -> store.list("t/"));
      assertTrue(said.contains("no such host: check --endpoint, --awsRegion and DNS"), said);
    }
    int free;
    try (java.net.ServerSocket socket =
        new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    try (Store store = store("http://127.0.0.1:" + free, "", Map.of())) {
      String said = passing(() -> store.list("t/"));
      assertTrue(said.contains("nothing answers: check --endpoint"), said);
    }
  }

  @Test
  void noCredentialsAreSaidWithoutTheListOfWhereTheyWereLookedFor() {
    AwsCredentialsProvider none =
        () -> {
          throw SdkClientException.create(
              "Unable to load credentials from any of the providers in the chain");
        };
    try (Store store =
        store("http://127.0.0.1:" + server.getAddress().getPort(), none, "", Map.of())) {
      String said = passing(() -> store.list("t/"));
      assertTrue(said.contains("there are no credentials: set AWS_ACCESS_KEY_ID"), said);
    }
  }
}
