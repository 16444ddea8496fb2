package io.sluice.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.UserException;
import io.sluice.registry.FakeServer.Asked;
import io.sluice.registry.FakeServer.Reply;
import io.sluice.schema.Framing;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.SchemaId;
import io.sluice.schema.SchemaSettings;
import io.sluice.schema.Schemas;
import io.sluice.schema.UnknownSchemaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Glue's one action, asked of a server that checks the signature as AWS describes it. */
class GlueRegistryTest {
  private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  private static final UUID UUID_OF_ALL = UUID.fromString("b7b4a7f0-9c96-4e4a-a687-fb5de9ef0c63");
  private static final SchemaId ID =
      new SchemaId(UUID_OF_ALL.getMostSignificantBits(), UUID_OF_ALL.getLeastSignificantBits());

  @TempDir Path directory;

  private final FakeTime time = new FakeTime();

  @BeforeAll
  static void giveCredentials() {
    System.setProperty("aws.accessKeyId", "AKIDEXAMPLE");
    System.setProperty("aws.secretAccessKey", SECRET);
  }

  @AfterAll
  static void takeCredentials() {
    System.clearProperty("aws.accessKeyId");
    System.clearProperty("aws.secretAccessKey");
  }

  private Schemas open(FakeServer server, String address, boolean waits) throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("glue.properties"), "endpoint=" + server.address() + "\n");
    return GlueRegistry.open(new SchemaSettings(address, file.toString(), waits), time);
  }

  private static Reply fault(int status, String kind) {
    return Reply.of(
        status,
        "application/x-amz-json-1.1",
        "{\"__type\":\"" + kind + "\",\"Message\":\"said\\nso\"}");
  }

  private static Reply version() {
    return Reply.of(
        200,
        "application/x-amz-json-1.1",
        "{\"SchemaVersionId\":\""
            + UUID_OF_ALL
            + "\",\"SchemaDefinition\":\"{}\",\"DataFormat\":\"JSON\",\"Status\":\"AVAILABLE\"}");
  }

  private static byte[] hmac(byte[] key, String text) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(UTF_8));
  }

  private static String sha256(String text) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
  }

  /** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
  private static void assertSigned(Asked asked) throws Exception {
    String authorization = asked.headers().getFirst("Authorization");
    Matcher said =
        Pattern.compile(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/(\\d{8})/eu-central-1/glue/aws4_request,"
                    + " SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})")
            .matcher(authorization);
    assertTrue(said.matches(), authorization);
    StringBuilder headers = new StringBuilder();
    for (String name : said.group(2).split(";", -1)) {
      headers.append(name).append(':').append(asked.headers().getFirst(name)).append('\n');
    }
    assertTrue(said.group(2).contains("host") && said.group(2).contains("x-amz-target"));
    String canonical = "POST\n/\n\n" + headers + "\n" + said.group(2) + "\n" + sha256(asked.body());
    String day = said.group(1);
    String toSign =
        "AWS4-HMAC-SHA256\n"
            + asked.headers().getFirst("X-Amz-Date")
            + "\n"
            + day
            + "/eu-central-1/glue/aws4_request\n"
            + sha256(canonical);
    byte[] key = hmac(("AWS4" + SECRET).getBytes(UTF_8), day);
    for (String part : List.of("eu-central-1", "glue", "aws4_request")) {
      key = hmac(key, part);
    }
    assertEquals(HexFormat.of().formatHex(hmac(key, toSign)), said.group(3));
  }

  @Test
  void aVersionIsAskedForByItsIdWithASignature() throws Exception {
    try (FakeServer server = FakeServer.start((asked, to) -> version());
        Schemas schemas = open(server, "glue:eu-central-1", true)) {
      assertEquals(new RegisteredSchema("JSON", "{}", List.of()), schemas.get(ID));
      schemas.get(ID);
      assertEquals(1, server.asked().size());
      Asked asked = server.asked().get(0);
      assertEquals("POST", asked.method());
      assertEquals("AWSGlue.GetSchemaVersion", asked.headers().getFirst("X-Amz-Target"));
      assertEquals("application/x-amz-json-1.1", asked.headers().getFirst("Content-Type"));
      assertEquals("{\"SchemaVersionId\":\"" + UUID_OF_ALL + "\"}", asked.body());
      assertSigned(asked);
    }
  }

  @ParameterizedTest
  @CsvSource({"glue:eu-central-1, default-registry", "glue:eu-central-1/orders, orders"})
  void theNewestOfASchemaIsOfTheRegistryThatIsNamed(String address, String registry)
      throws Exception {
    try (FakeServer server = FakeServer.start((asked, to) -> version());
        Schemas schemas = open(server, address, true)) {
      assertEquals("JSON", schemas.latest("a \"b\"").type());
      assertEquals(
          new ObjectMapper()
              .readTree(
                  "{\"SchemaId\":{\"SchemaName\":\"a \\\"b\\\"\",\"RegistryName\":\""
                      + registry
                      + "\"},\"SchemaVersionNumber\":{\"LatestVersion\":true}}"),
          new ObjectMapper().readTree(server.asked().get(0).body()));
    }
  }

  @Test
  void aVersionOfASchemaIsAskedForByItsNumber() throws Exception {
    try (FakeServer server = FakeServer.start((asked, to) -> version());
        Schemas schemas = open(server, "glue:eu-central-1/orders", true)) {
      assertEquals("JSON", schemas.version("lines", 3).type());
      assertEquals(
          "{\"SchemaId\":{\"SchemaName\":\"lines\",\"RegistryName\":\"orders\"},\"SchemaVersionNumber\":{\"VersionNumber\":3}}",
          server.asked().get(0).body());
    }
    assertEquals(Framing.Kind.GLUE, new SchemaSettings("glue:eu-central-1", null, false).framing());
    assertEquals(Framing.Kind.CONFLUENT, new SchemaSettings("http://h:1", null, false).framing());
  }

  @Test
  void anIdThatGlueHasNotIsAskedForSomeTimes() throws Exception {
    try (FakeServer server =
            FakeServer.start((asked, to) -> fault(400, "EntityNotFoundException"));
        Schemas schemas = open(server, "glue:eu-central-1", true)) {
      UnknownSchemaException e = assertThrows(UnknownSchemaException.class, () -> schemas.get(ID));
      assertEquals("schema " + UUID_OF_ALL + " is not in glue:eu-central-1", e.getMessage());
      assertEquals(5, server.asked().size());
      // A number of a frame that is none of Glue's, too, is a UUID that Glue has not.
      assertThrows(UnknownSchemaException.class, () -> schemas.get(SchemaId.of(5)));
      assertTrue(server.asked().get(5).body().contains("00000000-0000-0000-0000-000000000005"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400, ThrottlingException",
    "400, com.amazonaws.glue#OperationTimeoutException",
    "400, ExpiredTokenException",
    "500, InternalServiceException",
    "503, ServiceUnavailable",
    "429, x"
  })
  void whatPassesIsWaitedFor(int status, String kind) throws Exception {
    int[] left = {3};
    try (FakeServer server =
            FakeServer.start((asked, to) -> left[0]-- > 0 ? fault(status, kind) : version());
        Schemas schemas = open(server, "glue:eu-central-1", true)) {
      assertEquals("{}", schemas.get(ID).text());
      assertEquals(3, time.slept().size());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | AccessDeniedException | 2 | AccessDeniedException 400 (said so); allow"
            + " glue:GetSchemaVersion",
        "400 | UnrecognizedClientException | 2 | check the AWS credentials",
        "400 | com.amazonaws#InvalidSignatureException:http://x/ | 2 | InvalidSignatureException"
            + " 400 (said so); check the AWS",
        "403 | Whatever | 2 | check the AWS credentials",
        "400 | InvalidInputException | 1 | check --schemaRegistry=glue:REGION, and endpoint",
        "404 | UnknownOperationException | 1 | check --schemaRegistry=glue:REGION, and endpoint",
      })
  void whatSomebodyHasToChangeIsSaidInOneLine(int status, String kind, int times, String message)
      throws Exception {
    try (FakeServer server = FakeServer.start((asked, to) -> fault(status, kind));
        Schemas schemas = open(server, "glue:eu-central-1", true)) {
      UserException e = assertThrows(UserException.class, () -> schemas.get(ID));
      assertTrue(e.getMessage().startsWith(server.address() + "/: GetSchemaVersion: "));
      assertTrue(e.getMessage().contains(message), e.getMessage());
      assertEquals(1, e.getMessage().lines().count());
      assertFalse(e.getMessage().contains(SECRET));
      assertEquals(times, server.asked().size());
    }
  }

  @Test
  void missingCredentialsAreWaitedForAndNamed() throws Exception {
    takeCredentials();
    System.setProperty("aws.disableEc2Metadata", "true");
    System.setProperty("aws.sharedCredentialsFile", directory.resolve("none").toString());
    System.setProperty("aws.configFile", directory.resolve("none").toString());
    try (FakeServer server = FakeServer.start((asked, to) -> version());
        Schemas schemas = open(server, "glue:eu-central-1", false)) {
      UserException e = assertThrows(UserException.class, () -> schemas.get(ID));
      assertTrue(e.getMessage().startsWith("there are no AWS credentials: set"), e.getMessage());
      giveCredentials();
      assertEquals("{}", schemas.get(ID).text());
    } finally {
      giveCredentials();
      System.clearProperty("aws.disableEc2Metadata");
      System.clearProperty("aws.sharedCredentialsFile");
      System.clearProperty("aws.configFile");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"glue:", "glue:nowhere", "glue:eu-central-1/", "glue:eu-central-1/a/b"})
  void anAddressThatIsNoneIsRefused(String address) {
    assertTrue(new GlueRegistry().isAddress(address));
    UserException e =
        assertThrows(UserException.class, () -> new SchemaSettings(address, null, false).open());
    assertTrue(e.getMessage().contains("write glue:REGION"), e.getMessage());
  }

  @Test
  void aSettingOfTheOtherKindIsRefused() throws Exception {
    Path file =
        Files.writeString(directory.resolve("glue.properties"), "basic.auth.user.info=me:it\n");
    UserException e =
        assertThrows(
            UserException.class,
            () -> new SchemaSettings("glue:eu-central-1", file.toString(), false).open());
    assertTrue(e.getMessage().contains("there is no setting basic.auth.user.info"), e.getMessage());
    Files.writeString(file, "endpoint=ftp://x");
    assertThrows(
        UserException.class,
        () -> new SchemaSettings("glue:eu-central-1", file.toString(), false).open());
  }
}
