package io.sluice.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.RegisteredSchema.Reference;
import io.sluice.schema.SchemaId;
import io.sluice.schema.SchemaSettings;
import io.sluice.schema.Schemas;
import io.sluice.schema.UnknownSchemaException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry that is not ours answers. */
class RegistryIT {
  private static final String INNER =
      "{\"type\":\"record\",\"name\":\"Inner\",\"namespace\":\"x\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"}]}";
  private static final String MIDDLE =
      "{\"type\":\"record\",\"name\":\"Middle\",\"namespace\":\"x\",\"fields\":[{\"name\":\"in\",\"type\":\"x.Inner\"}]}";
  private static final String OUTER =
      "{\"type\":\"record\",\"name\":\"Outer\",\"namespace\":\"x\",\"fields\":[{\"name\":\"m\",\"type\":\"x.Middle\"}]}";

  @TempDir static Path directory;

  private static RegistryServer server;

  @BeforeAll
  static void start() throws Exception {
    server = RegistryServer.start(directory);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Schemas open() {
    return new SchemaSettings(server.address(), null, false).open();
  }

  @Test
  void schemasOfEachTypeAreFoundByTheirIds() throws Exception {
    String avro = "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\",\"Ü\"]}";
    String proto = "syntax = \"proto3\";\nmessage M { string a = 1; }\n";
    String json = "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}";
    int ofAvro = server.register("a-value", "AVRO", avro);
    int ofProto = server.register("p-value", "PROTOBUF", proto);
    int ofJson = server.register("j-value", "JSON", json);
    try (Schemas schemas = open()) {
      assertEquals(new RegisteredSchema("AVRO", avro, List.of()), schemas.get(SchemaId.of(ofAvro)));
      assertEquals(
          new RegisteredSchema("PROTOBUF", proto, List.of()), schemas.get(SchemaId.of(ofProto)));
      assertEquals(new RegisteredSchema("JSON", json, List.of()), schemas.get(SchemaId.of(ofJson)));
      assertEquals(json, schemas.latest("j-value").text());
    }
  }

  @Test
  void referencesAreFoundToTheirEnd() throws Exception {
    server.register("inner", "AVRO", INNER);
    server.register(
        "mid dle/x", "AVRO", MIDDLE, new RegistryServer.Reference("x.Inner", "inner", 1));
    int outer =
        server.register(
            "outer", "AVRO", OUTER, new RegistryServer.Reference("x.Middle", "mid dle/x", 1));
    try (Schemas schemas = open()) {
      RegisteredSchema schema = schemas.get(SchemaId.of(outer));
      assertEquals(OUTER, schema.text());
      assertEquals(
          List.of(new Reference("x.Inner", INNER), new Reference("x.Middle", MIDDLE)),
          schema.references());
      assertEquals(schema, schemas.latest("outer"));
    }
  }

  @Test
  void theNewestOfASubjectIsThat() throws Exception {
    server.register("n-value", "AVRO", "\"int\"");
    try (Schemas schemas = open()) {
      assertEquals("\"int\"", schemas.latest("n-value").text());
      server.register("n-value", "AVRO", "\"long\"");
      assertEquals("\"long\"", schemas.latest("n-value").text());
      assertEquals("\"int\"", schemas.version("n-value", 1).text());
      assertEquals("\"long\"", schemas.version("n-value", 2).text());
      assertThrows(UnknownSchemaException.class, () -> schemas.version("n-value", 3));
    }
  }

  @Test
  void whatIsNotThereIsUnknown() {
    try (Schemas schemas = open()) {
      assertThrows(UnknownSchemaException.class, () -> schemas.get(SchemaId.of(1_000_000)));
      assertThrows(UnknownSchemaException.class, () -> schemas.get(SchemaId.of(0)));
      assertThrows(UnknownSchemaException.class, () -> schemas.latest("no such/subject"));
    }
  }

  @Test
  void aSchemaThatIsRegisteredWhileItIsAskedForIsFound() throws Exception {
    int next = server.register("late-before", "AVRO", "\"bytes\"") + 1;
    AtomicBoolean registered = new AtomicBoolean();
    FakeTime time = new FakeTime();
    time.before(
        delay -> {
          try {
            if (!registered.getAndSet(true)) {
              assertEquals(next, server.register("late", "AVRO", "\"float\""));
            }
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
    try (Schemas schemas =
        ConfluentRegistry.open(new SchemaSettings(server.address(), null, true), time)) {
      assertEquals("\"float\"", schemas.get(SchemaId.of(next)).text());
    }
  }

  @Test
  void anAddressWithoutThePathIsSaidWithIt() {
    String bare = server.address().replace("/apis/ccompat/v7", "");
    try (Schemas schemas = new SchemaSettings(bare, null, true).open()) {
      UserException e = assertThrows(UserException.class, () -> schemas.get(SchemaId.of(1)));
      assertTrue(e.getMessage().contains("of Apicurio it ends with /apis/ccompat/v7"));
    }
  }
}
