package io.sluice.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.SchemaId;
import io.sluice.schema.SchemaSettings;
import io.sluice.schema.Schemas;
import io.sluice.schema.UnknownSchemaException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo's registry, as the client sees it that is on the class path. */
class EmbeddedRegistryTest {
  @Test
  void whatIsRegisteredIsFoundByIdAndBySubject() throws Exception {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        Schemas schemas = new SchemaSettings(registry.address(), null, false).open()) {
      int first = registry.register("a b-value", "AVRO", "\"int\"");
      int second = registry.register("a b-value", "AVRO", "\"long\"");
      assertEquals(first, registry.register("other", "AVRO", "\"int\""));
      assertEquals("\"int\"", schemas.get(SchemaId.of(first)).text());
      assertEquals("\"long\"", schemas.get(SchemaId.of(second)).text());
      assertEquals("\"long\"", schemas.latest("a b-value").text());
      assertEquals("\"int\"", schemas.latest("other").text());
      assertThrows(UnknownSchemaException.class, () -> schemas.get(SchemaId.of(99)));
      assertThrows(UnknownSchemaException.class, () -> schemas.latest("none"));
    }
  }

  @Test
  void aSerializerRegistersOverHttpWithReferences() throws Exception {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        Schemas schemas = new SchemaSettings(registry.address(), null, false).open()) {
      assertEquals("{\"id\":1}", post(registry, "inner", "{\"schema\":\"\\\"int\\\"\"}"));
      assertEquals(
          "{\"id\":2}",
          post(
              registry,
              "outer",
              "{\"schema\":\"A\",\"references\":[{\"name\":\"x\",\"subject\":\"inner\",\"version\":1}]}"));
      assertEquals(
          new RegisteredSchema(
              "AVRO", "A", List.of(new RegisteredSchema.Reference("x", "\"int\""))),
          schemas.get(SchemaId.of(2)));
    }
  }

  private static String post(EmbeddedRegistry registry, String subject, String body)
      throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(
                    URI.create(registry.address() + "/subjects/" + subject + "/versions"))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  /** Or records of before would be of another schema. */
  @Test
  void oneThatIsStartedAgainOnItsFileHasTheSameIds(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("schemas");
    String text = "{\"type\": \"fixed\", \"name\": \"ü\",\n \"size\": 1}";
    try (EmbeddedRegistry registry = EmbeddedRegistry.start(file, 0)) {
      assertEquals(1, registry.register("a-value", "AVRO", "\"int\""));
      assertEquals("{\"id\":2}", post(registry, "a-value", "{\"schema\":\"\\\"long\\\"\"}"));
      assertEquals(3, registry.register("b-value", "AVRO", text));
      assertEquals(1, registry.register("b-value", "AVRO", "\"int\""));
    }
    try (EmbeddedRegistry registry = EmbeddedRegistry.start(file, 0);
        Schemas schemas = new SchemaSettings(registry.address(), null, false).open()) {
      assertEquals("\"long\"", schemas.get(SchemaId.of(2)).text());
      assertEquals(text, schemas.get(SchemaId.of(3)).text());
      assertEquals("\"int\"", schemas.latest("b-value").text());
      assertEquals(2, registry.register("a-value", "AVRO", "\"long\""));
      assertEquals(4, registry.register("a-value", "AVRO", "\"string\""));
    }
  }

  @Test
  void aWrongPathIsNoMissingSchema() throws Exception {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        Schemas schemas =
            new SchemaSettings(registry.address() + "/apis/ccompat/v7", null, false).open()) {
      UserException e = assertThrows(UserException.class, () -> schemas.get(SchemaId.of(1)));
      assertTrue(e.getMessage().contains("no schema registry is there"), e.getMessage());
    }
  }
}
