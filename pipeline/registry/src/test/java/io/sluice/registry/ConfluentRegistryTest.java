package io.sluice.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.registry.FakeServer.Reply;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.RegisteredSchema.Reference;
import io.sluice.schema.SchemaId;
import io.sluice.schema.SchemaSettings;
import io.sluice.schema.Schemas;
import io.sluice.schema.UnknownSchemaException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked and kept, and what is made of answers. */
class ConfluentRegistryTest {
  private final FakeTime time = new FakeTime();

  private Schemas open(String address) {
    return ConfluentRegistry.open(new SchemaSettings(address, null, true), time);
  }

  private static UserException refusal(Schemas schemas) {
    UserException e =
        assertThrows(UserException.class, () -> schemas.get(SchemaId.of(7)), "it refuses");
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    return e;
  }

  @Test
  void isFoundByTheAddressOfTheFlag() throws Exception {
    try (FakeServer server = FakeServer.start((asked, to) -> Reply.schema("\"int\""))) {
      try (Schemas schemas = new SchemaSettings(server.address() + "/", null, false).open()) {
        assertEquals("\"int\"", schemas.get(SchemaId.of(1)).text());
      }
      assertEquals(List.of("/schemas/ids/1"), server.paths());
    }
    UserException e =
        assertThrows(UserException.class, new SchemaSettings("ftp://x", null, false)::open);
    assertTrue(e.getMessage().contains("(confluent, glue)"), e.getMessage());
  }

  @Test
  void whatWasAnsweredIsNotAskedForAgain() throws Exception {
    try (FakeServer server =
            FakeServer.start(
                (asked, to) ->
                    Reply.json(
                        200,
                        "{\"schemaType\":\"PROTOBUF\",\"schema\":\"syntax = \\\"proto3\\\";\"}"));
        Schemas schemas = open(server.address() + "/apis/ccompat/v7/")) {
      RegisteredSchema schema = schemas.get(SchemaId.of(3));
      assertEquals(
          new RegisteredSchema(
              RegisteredSchema.PROTOBUF, "syntax = \"proto3\";", List.<Reference>of()),
          schema);
      assertEquals(schema, schemas.get(SchemaId.of(3)));
      time.pass(Duration.ofDays(3));
      assertEquals(schema, schemas.get(SchemaId.of(3)));
      assertEquals(List.of("/apis/ccompat/v7/schemas/ids/3"), server.paths());
    }
  }

  /** A refers to B and C, both refer to D. */
  @Test
  void referencesComeBehindThoseThatTheyReferTo() throws Exception {
    Map<String, String> answers =
        Map.of(
            "/schemas/ids/1",
            "{\"schema\":\"A\",\"references\":[{\"name\":\"b\",\"subject\":\"s"
                + " b/x\",\"version\":2},{\"name\":\"c\",\"subject\":\"c\",\"version\":1}]}",
            "/subjects/s%20b%2Fx/versions/2?deleted=true",
            "{\"schema\":\"B\",\"references\":[{\"name\":\"d\",\"subject\":\"d\",\"version\":4}]}",
            "/subjects/c/versions/1?deleted=true",
            "{\"schema\":\"C\",\"references\":[{\"name\":\"d\",\"subject\":\"d\",\"version\":4}]}",
            "/subjects/d/versions/4?deleted=true",
            "{\"schema\":\"D\",\"references\":[]}");
    try (FakeServer server =
            FakeServer.start((asked, to) -> Reply.json(200, answers.get(asked.path())));
        Schemas schemas = open(server.address())) {
      assertEquals(
          List.of(new Reference("d", "D"), new Reference("b", "B"), new Reference("c", "C")),
          schemas.get(SchemaId.of(1)).references());
      assertEquals(4, server.paths().size());
    }
  }

  @Test
  void schemasThatReferInACircleEnd() throws Exception {
    try (FakeServer server =
            FakeServer.start(
                (asked, to) ->
                    Reply.json(
                        200,
                        "{\"schema\":\"A\",\"references\":[{\"name\":\"a\",\"subject\":\"a\",\"version\":1}]}"));
        Schemas schemas = open(server.address())) {
      assertEquals(List.of(new Reference("a", "A")), schemas.get(SchemaId.of(1)).references());
    }
  }

  @Test
  void referencesWithoutEndAreRefused() {
    try (FakeServer server =
            FakeServer.start(
                (asked, to) -> {
                  int n = asked.path().hashCode();
                  return Reply.json(
                      200,
                      "{\"schema\":\"A\",\"references\":[{\"name\":\"n"
                          + n
                          + "\",\"subject\":\"s"
                          + n
                          + "\",\"version\":1}]}");
                });
        Schemas schemas = open(server.address())) {
      assertTrue(refusal(schemas).getMessage().contains("more than 1000"));
    }
  }

  @Test
  void aVersionOfASubjectIsAskedForByItsNumber() throws Exception {
    try (FakeServer server =
            FakeServer.start(
                (asked, to) ->
                    Reply.json(200, "{\"id\":4,\"version\":2,\"schema\":\"\\\"int\\\"\"}"));
        Schemas schemas = open(server.address())) {
      assertEquals("\"int\"", schemas.version("a/b", 2).text());
      assertEquals(List.of("/subjects/a%2Fb/versions/2"), server.paths());
      server.answer(
          (asked, to) ->
              Reply.json(404, "{\"error_code\":40402,\"message\":\"Version not found\"}"));
      UnknownSchemaException e =
          assertThrows(UnknownSchemaException.class, () -> schemas.version("a", 9));
      assertEquals("version 9 of subject a is not in " + server.address(), e.getMessage());
    }
  }

  @Test
  void theNewestOfASubjectIsAskedForEachTime() throws Exception {
    try (FakeServer server =
            FakeServer.start(
                (asked, to) ->
                    Reply.json(
                        200,
                        "{\"subject\":\"a"
                            + " b-value\",\"id\":4,\"version\":2,\"schemaType\":\"JSON\",\"schema\":\"{}\"}"));
        Schemas schemas = open(server.address())) {
      assertEquals(RegisteredSchema.JSON, schemas.latest("a b-value").type());
      schemas.latest("a b-value");
      assertEquals(
          List.of("/subjects/a%20b-value/versions/latest", "/subjects/a%20b-value/versions/latest"),
          server.paths());
      server.answer(
          (asked, to) ->
              Reply.json(404, "{\"error_code\":40401,\"message\":\"Subject not found\"}"));
      UnknownSchemaException e =
          assertThrows(UnknownSchemaException.class, () -> schemas.latest("none"));
      assertEquals(
          "the newest schema of subject none is not in " + server.address(), e.getMessage());
    }
  }

  /** Each of five answers over some seconds was the same; then it is known, for ten seconds. */
  @Test
  void whatIsNotThereIsAskedForSomeTimesAndIsNotKeptForLong() throws Exception {
    try (FakeServer server = FakeServer.start((asked, to) -> Reply.unknown());
        Schemas schemas = open(server.address())) {
      UnknownSchemaException e =
          assertThrows(UnknownSchemaException.class, () -> schemas.get(SchemaId.of(5)));
      assertEquals("schema 5 is not in " + server.address(), e.getMessage());
      assertEquals(5, server.paths().size());
      assertEquals(Duration.ofMillis(3750), time.sleptInAll());
      assertThrows(UnknownSchemaException.class, () -> schemas.get(SchemaId.of(5)));
      assertEquals(5, server.paths().size());
      server.answer((asked, to) -> Reply.schema("\"int\""));
      time.pass(Duration.ofSeconds(11));
      assertEquals("\"int\"", schemas.get(SchemaId.of(5)).text());
    }
  }

  @Test
  void aSchemaThatANodeGetsAMomentLaterIsFound() throws Exception {
    int[] left = {3};
    try (FakeServer server =
            FakeServer.start(
                (asked, to) -> left[0]-- > 0 ? Reply.unknown() : Reply.schema("\"int\""));
        Schemas schemas = open(server.address())) {
      assertEquals("\"int\"", schemas.get(SchemaId.of(5)).text());
      assertEquals(4, server.paths().size());
    }
  }

  @Test
  void anotherNodeIsAskedForWhatOneHasNot() throws Exception {
    try (FakeServer behind = FakeServer.start((asked, to) -> Reply.unknown());
        FakeServer ahead = FakeServer.start((asked, to) -> Reply.schema("\"int\""));
        Schemas schemas = open(behind.address() + ", " + ahead.address())) {
      assertEquals("\"int\"", schemas.get(SchemaId.of(5)).text());
      assertEquals(1, behind.paths().size());
    }
  }

  /** Records of another format, each of which seems to name a schema of its own. */
  @Test
  void aTopicOfGarbageIsNotWaitedForIdById() {
    try (Warnings warnings = new Warnings();
        FakeServer server = FakeServer.start((asked, to) -> Reply.unknown());
        Schemas schemas = open(server.address())) {
      for (int i = 1; i <= 60; i++) {
        SchemaId id = SchemaId.of(i);
        assertThrows(UnknownSchemaException.class, () -> schemas.get(id));
      }
      Duration slept = time.sleptInAll();
      assertTrue(slept.compareTo(Duration.ofSeconds(25)) > 0, slept.toString());
      assertTrue(slept.compareTo(Duration.ofSeconds(35)) < 0, slept.toString());
      assertEquals(1, warnings.said().size(), warnings.said().toString());
      // It is patient again later.
      time.pass(Duration.ofMinutes(10));
      int before = server.paths().size();
      assertThrows(UnknownSchemaException.class, () -> schemas.get(SchemaId.of(1000)));
      assertEquals(before + 5, server.paths().size());
    }
  }

  /** A tenth of the time, however long it goes on. */
  @Test
  void waitingInVainTakesATenthOfTheTime() {
    try (FakeServer server = FakeServer.start((asked, to) -> Reply.unknown());
        Schemas schemas = open(server.address())) {
      for (int i = 1; i <= 250; i++) {
        SchemaId id = SchemaId.of(i);
        assertThrows(UnknownSchemaException.class, () -> schemas.get(id));
        time.pass(Duration.ofSeconds(1));
      }
      Duration slept = time.sleptInAll();
      Duration inAll = slept.plusSeconds(250);
      Duration most = inAll.dividedBy(10).plusSeconds(30);
      assertTrue(slept.compareTo(most) <= 0, slept + " of " + inAll);
    }
  }

  @Test
  void numbersThatNoRegistryGivesAreNotAskedFor() {
    try (FakeServer server = FakeServer.start((asked, to) -> Reply.schema("\"int\""));
        Schemas schemas = open(server.address())) {
      for (SchemaId id :
          List.of(SchemaId.of(-1), new SchemaId(0, 1L << 31), new SchemaId(0, 0xFFFF_FFFFL))) {
        assertThrows(UnknownSchemaException.class, () -> schemas.get(id));
      }
      UserException e =
          assertThrows(UserException.class, () -> schemas.get(new SchemaId(1L << 40, 2)));
      assertTrue(e.getMessage().contains("glue:REGION"), e.getMessage());
      assertEquals(List.of(), server.paths());
    }
  }

  /**
   * None of these says that there is no schema 7: each is said in one line, and none waited for.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "404 | text/html        | <html>nothing here</html>            | 404 (a page); no schema"
            + " registry is there: check --schemaRegistry",
        "404 | application/json | {\"error_code\":404,\"message\":\"HTTP 404 Not Found\"} | ends"
            + " with /apis/ccompat/v7",
        "404 | application/json | {\"error_code\":0,\"message\":\"no path\"} | 404 (no path); no"
            + " schema registry is there",
        "404 | application/json | {\"message\":\"no Route matched\"}    | 404 (no Route matched);"
            + " no schema registry is there",
        "404 | text/plain       | `` | 404; no schema registry is there",
        "200 | text/html        | <html>log in</html>                  | 200 (a page): that is no"
            + " schema; check --schemaRegistry",
        "200 | application/json | {\"compatibility\":\"NONE\"}           | that is no schema; check"
            + " --schemaRegistry",
        "400 | text/html        | <h1>plain HTTP sent to HTTPS port</h1> | 400 (a page); check"
            + " --schemaRegistry",
        "401 | application/json | {\"error_code\":401,\"message\":\"Unauthorized\"} | 401"
            + " (Unauthorized); check basic.auth.user.info or bearer.auth.token in a file that"
            + " --schemaRegistryConfigFile names",
        "403 | application/json | {\"error_code\":40301,\"message\":\"denied\"} | 403 (denied);"
            + " allow the principal",
      })
  void whatSomebodyHasToChangeIsSaidInOneLine(
      int status, String type, String body, String message) {
    try (FakeServer server =
            FakeServer.start((asked, to) -> Reply.of(status, type, body == null ? "" : body));
        Schemas schemas = open(server.address())) {
      String said = refusal(schemas).getMessage();
      assertTrue(said.startsWith(server.address() + "/schemas/ids/7: "), said);
      assertTrue(said.contains(message.strip()), said);
      assertEquals(List.of(), time.slept());
    }
  }

  @Test
  void anAnswerWithoutEndIsRefusedAndNotRead() {
    try (FakeServer server =
            FakeServer.start(
                (asked, to) -> {
                  to.sendResponseHeaders(200, 0);
                  byte[] block = new byte[1 << 16];
                  for (int i = 0; i < 1 << 14; i++) {
                    to.getResponseBody().write(block);
                  }
                  return null;
                });
        Schemas schemas = open(server.address())) {
      assertTrue(refusal(schemas).getMessage().contains("more than 2097152 bytes"));
    }
  }

  @Test
  void aRedirectIsFollowedToTheSameHostAlone() throws Exception {
    try (FakeServer server = FakeServer.start((asked, to) -> Reply.schema("\"int\""));
        FakeServer first =
            FakeServer.start(
                (asked, to) ->
                    new Reply(
                        307, Map.of("Location", server.address() + asked.path()), new byte[0]))) {
      try (Schemas schemas = open(first.address())) {
        assertEquals("\"int\"", schemas.get(SchemaId.of(1)).text());
      }
      for (String other :
          List.of("http://localhost:1/x", "//example.org/", "", "ht!tp:", "ftp://127.0.0.1/")) {
        first.answer((asked, to) -> new Reply(302, Map.of("Location", other), new byte[0]));
        try (Schemas schemas = open(first.address())) {
          String said = refusal(schemas).getMessage();
          assertTrue(said.contains("302, redirected to "), said);
        }
      }
      first.answer((asked, to) -> new Reply(301, Map.of("Location", "/again"), new byte[0]));
      try (Schemas schemas = open(first.address())) {
        assertTrue(refusal(schemas).getMessage().contains("redirects to "));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://",
        "http://host:1/?x=y",
        "http://host/#a",
        "http://a:1,b:2",
        "https://[",
        "http://a:8081,"
      })
  void anAddressThatIsNoneIsRefused(String address) {
    UserException e = assertThrows(UserException.class, () -> open(address));
    assertTrue(e.getMessage().startsWith("--schemaRegistry"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://me:hidden@host:8081", "http://me:hidden@host:8081/ x"})
  void aPasswordInAnAddressIsRefusedAndNotRepeated(String address) {
    UserException e = assertThrows(UserException.class, () -> open(address));
    assertFalse(e.getMessage().contains("hidden"), e.getMessage());
  }
}
