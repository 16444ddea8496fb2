package io.sluice.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.registry.FakeServer.Reply;
import io.sluice.schema.SchemaId;
import io.sluice.schema.SchemaSettings;
import io.sluice.schema.Schemas;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who we are to a registry, and whom it is to be: the file of --schemaRegistryConfigFile. */
class CredentialsTest {
  private static final SchemaId ID = SchemaId.of(7);
  private static final String SECRET = "open-sesame";

  @TempDir Path directory;

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("registry.properties"), text);
  }

  private static Schemas open(String address, Path file) {
    return ConfluentRegistry.open(
        new SchemaSettings(address, file.toString(), true), new FakeTime());
  }

  private static String basic(String user) {
    return "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
  }

  private static FakeServer only(String authorization) {
    return FakeServer.start(
        (asked, to) ->
            authorization.equals(asked.headers().getFirst("Authorization"))
                ? Reply.schema("\"int\"")
                : Reply.json(401, "{\"error_code\":401,\"message\":\"Unauthorized\"}"));
  }

  @Test
  void userAndPasswordOfTheFileAreSent() throws Exception {
    Path file =
        file(
            "schema.registry.basic.auth.user.info = me:"
                + SECRET
                + ":ü\nbasic.auth.credentials.source=USER_INFO\n");
    try (FakeServer server = only(basic("me:" + SECRET + ":Ã¼"));
        Schemas schemas = open(server.address(), file)) {
      // Java reads properties files as ISO 8859-1.
      assertEquals("\"int\"", schemas.get(ID).text());
    }
  }

  @Test
  void aTokenOfTheFileIsSent() throws Exception {
    try (FakeServer server = only("Bearer " + SECRET);
        Schemas schemas = open(server.address(), file("bearer.auth.token=" + SECRET))) {
      assertEquals("\"int\"", schemas.get(ID).text());
    }
  }

  @Test
  void aRenewedSecretIsReadWhenTheOldOneIsRefused() throws Exception {
    Path file = file("basic.auth.user.info=me:old");
    try (FakeServer server = only(basic("me:" + SECRET));
        Schemas schemas = open(server.address(), file)) {
      file("basic.auth.user.info=me:" + SECRET);
      assertEquals("\"int\"", schemas.get(ID).text());
      assertEquals(2, server.paths().size());
      schemas.get(SchemaId.of(8));
      assertEquals(3, server.paths().size());
    }
  }

  @Test
  void whatIsRefusedTwiceIsSaidWithTheFileAndWithoutTheSecret() throws Exception {
    Path file = file("basic.auth.user.info=me:" + SECRET);
    try (Warnings warnings = new Warnings();
        FakeServer server = only("nobody");
        Schemas schemas = open(server.address(), file)) {
      UserException e = assertThrows(UserException.class, () -> schemas.get(ID));
      assertEquals(
          server.address()
              + "/schemas/ids/7: 401 (Unauthorized); check basic.auth.user.info or"
              + " bearer.auth.token in --schemaRegistryConfigFile "
              + file,
          e.getMessage());
      assertEquals(2, server.paths().size());
      assertEquals(List.of(), warnings.said());
    }
  }

  @Test
  void credentialsGoNowhereElse() throws Exception {
    try (FakeServer other = FakeServer.start((asked, to) -> Reply.schema("\"int\""));
        FakeServer server =
            FakeServer.start(
                (asked, to) ->
                    new Reply(
                        302,
                        java.util.Map.of("Location", "http://localhost:" + other.port() + "/x"),
                        new byte[0]));
        Schemas schemas = open(server.address(), file("bearer.auth.token=" + SECRET))) {
      assertThrows(UserException.class, () -> schemas.get(ID));
      assertEquals(List.of(), other.paths());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "basic.auth.user=x | there is no setting basic.auth.user; those that there are: basic.auth.user.info,",
        "endpoint=http://h | there is no setting endpoint",
        "schema.registry.url=x | there is no setting schema.registry.url",
        "basic.auth.user.info=open-sesame | basic.auth.user.info is not USER:PASSWORD",
        "basic.auth.credentials.source=URL | basic.auth.credentials.source can be USER_INFO alone",
        "bearer.auth.credentials.source=OAUTHBEARER | can be STATIC_TOKEN alone",
        "bearer.auth.token=an open-sesame | is no token",
        "timeout=10 | timeout is no time up to five minutes",
        "timeout=6m | timeout is no time up to five minutes",
        "timeout=0s | timeout is no time up to five minutes",
        "x=open-sesame\\\\u00 | cannot be read: a \\u in it is no character",
        "ssl.truststore.location=/none/open | ssl.truststore.location cannot be read: no such file or directory; check it and ssl.truststore.type",
      })
  void aMistakeInTheFileIsOneLineWithoutItsValue(String text, String message) throws Exception {
    Path file = file(text.replace("\\\\", "\\"));
    UserException e = assertThrows(UserException.class, () -> open("http://h:1", file));
    assertTrue(
        e.getMessage().startsWith("--schemaRegistryConfigFile " + file + ": "), e.getMessage());
    assertTrue(e.getMessage().contains(message), e.getMessage());
    assertFalse(e.getMessage().contains(SECRET), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
  }

  @Test
  void aFileThatIsNotThereIsOneLine() {
    UserException e =
        assertThrows(
            UserException.class, () -> open("http://h:1", directory.resolve("none.properties")));
    assertTrue(e.getMessage().contains("cannot be read: no such file"), e.getMessage());
  }

  /** A key and certificate of its own for a name, as keytool makes them. */
  private Path store(String name, String type) throws Exception {
    Path store = directory.resolve(name + "." + type);
    keytool(
        "-genkeypair",
        "-alias",
        name,
        "-keyalg",
        "EC",
        "-dname",
        "CN=" + name,
        "-ext",
        "san=dns:localhost,ip:127.0.0.1",
        "-validity",
        "2",
        "-storetype",
        type,
        "-keystore",
        store.toString(),
        "-storepass",
        SECRET,
        "-keypass",
        SECRET);
    return store;
  }

  private static void keytool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
  }

  private static KeyStore load(Path store) throws Exception {
    KeyStore keys = KeyStore.getInstance(KeyStore.getDefaultType());
    try (InputStream in = new FileInputStream(store.toFile())) {
      keys.load(in, SECRET.toCharArray());
    }
    return keys;
  }

  /** A server's, which trusts itself and a client. */
  private static SSLContext context(Path own, Path client) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
    keys.init(load(own), SECRET.toCharArray());
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(load(client));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private Path pem(Path store, String alias, boolean withKey) throws Exception {
    KeyStore keys = load(store);
    StringBuilder pem = new StringBuilder("a comment\n");
    Base64.Encoder lines = Base64.getMimeEncoder(64, new byte[] {'\n'});
    if (withKey) {
      pem.append("-----BEGIN PRIVATE KEY-----\n")
          .append(lines.encodeToString(keys.getKey(alias, SECRET.toCharArray()).getEncoded()))
          .append("\n-----END PRIVATE KEY-----\n");
    }
    pem.append("-----BEGIN CERTIFICATE-----\n")
        .append(lines.encodeToString(keys.getCertificate(alias).getEncoded()))
        .append("\n-----END CERTIFICATE-----\n");
    return Files.writeString(directory.resolve(alias + withKey + ".pem"), pem.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "PKCS12, false",
    "JKS, false",
    "PEM, false",
    "PKCS12, true",
    "JKS, true",
    "PEM, true"
  })
  void aRegistryOfItsOwnAuthorityIsTrustedAndTrustsUs(String type, boolean wantsCertificate)
      throws Exception {
    String made = type.equals("PEM") ? "PKCS12" : type;
    Path server = store("server", made);
    Path client = store("client", made);
    StringBuilder settings = new StringBuilder();
    if (type.equals("PEM")) {
      settings
          .append("ssl.truststore.type=PEM\nssl.truststore.location=")
          .append(pem(server, "server", false));
      if (wantsCertificate) {
        settings
            .append("\nssl.keystore.type=PEM\nssl.keystore.location=")
            .append(pem(client, "client", true));
      }
    } else {
      settings.append("ssl.truststore.password=" + SECRET + "\nssl.truststore.location=" + server);
      if (wantsCertificate) {
        settings.append(
            "\nssl.keystore.type="
                + type
                + "\nssl.key.password="
                + SECRET
                + "\nssl.keystore.password="
                + SECRET
                + "\nssl.keystore.location="
                + client);
      }
    }
    try (FakeServer https =
            FakeServer.startTls(
                context(server, client), wantsCertificate, (asked, to) -> Reply.schema("\"int\""));
        Schemas schemas =
            open(https.address().replace("http:", "https:"), file(settings.toString()))) {
      assertEquals("\"int\"", schemas.get(ID).text());
    }
  }

  @Test
  void whomWeDoNotTrustIsSaidInOneLineEvenAfterALookAtTheFile() throws Exception {
    Path server = store("server", "PKCS12");
    Path other = store("other", "PKCS12");
    String trust = "ssl.truststore.password=" + SECRET + "\nssl.truststore.location=";
    Path file = file(trust + other);
    try (FakeServer https =
        FakeServer.startTls(
            context(server, server), false, (asked, to) -> Reply.schema("\"int\""))) {
      String address = https.address().replace("http:", "https:");
      try (Schemas schemas = open(address, file)) {
        UserException e = assertThrows(UserException.class, () -> schemas.get(ID));
        assertTrue(e.getMessage().contains("TLS failed"), e.getMessage());
        assertTrue(
            e.getMessage().contains("ssl.truststore.location in the file of"), e.getMessage());
        assertEquals(1, e.getMessage().lines().count());
        // A new authority is taken without a restart.
        file(trust + server);
        assertEquals("\"int\"", schemas.get(ID).text());
      }
      String plain = "https://127.0.0.1:" + https.port();
      file("timeout=10s");
      try (Schemas schemas = open(plain, file)) {
        UserException e = assertThrows(UserException.class, () -> schemas.get(ID));
        assertTrue(e.getMessage().contains("signed by nobody who is trusted"), e.getMessage());
      }
    }
  }

  @Test
  void tlsToAPortWithoutItIsSaidInOneLine() throws Exception {
    try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread server =
          new Thread(
              () -> {
                // It is asked twice.
                for (int i = 0; i < 2; i++) {
                  try (Socket socket = plain.accept()) {
                    socket.getInputStream().read(new byte[4096]);
                    socket
                        .getOutputStream()
                        .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.UTF_8));
                  } catch (IOException e) {
                    return;
                  }
                }
              });
      server.start();
      try (Schemas schemas =
          open("https://127.0.0.1:" + plain.getLocalPort(), file("timeout=10s"))) {
        UserException e = assertThrows(UserException.class, () -> schemas.get(ID));
        assertTrue(e.getMessage().contains("write http:// into --schemaRegistry"), e.getMessage());
      }
    }
  }

  @Test
  void aStoreThatCannotBeOpenedIsSaidWithoutItsPassword() throws Exception {
    Path store = store("server", "PKCS12");
    Path text = Files.writeString(directory.resolve("text"), "no store");
    for (String settings :
        List.of(
            "ssl.truststore.password=wrong-" + SECRET + "\nssl.truststore.location=" + store,
            "ssl.truststore.password=" + SECRET + "\nssl.truststore.location=" + text,
            "ssl.truststore.type=PEM\nssl.truststore.location=" + text,
            "ssl.keystore.type=PEM\nssl.keystore.location=" + pem(store, "server", false),
            "ssl.keystore.type=x-" + SECRET + "\nssl.keystore.location=" + store,
            "ssl.keystore.password="
                + SECRET
                + "\nssl.key.password=wrong-"
                + SECRET
                + "\nssl.keystore.location="
                + store)) {
      Path file = file(settings);
      UserException e = assertThrows(UserException.class, () -> open("https://h:1", file));
      assertTrue(e.getMessage().contains("ssl."), e.getMessage());
      assertFalse(e.getMessage().contains(SECRET), e.getMessage());
      assertEquals(1, e.getMessage().lines().count());
    }
  }
}
