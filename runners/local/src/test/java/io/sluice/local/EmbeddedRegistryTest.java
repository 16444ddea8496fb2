package io.sluice.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
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
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
              "{\"schema\":\"\\\"long\\\"\",\"references\":[{\"name\":\"x\",\"subject\":\"inner\",\"version\":1}]}"));
      assertEquals(
          new RegisteredSchema(
              "AVRO", "\"long\"", List.of(new RegisteredSchema.Reference("x", "\"int\""))),
          schemas.get(SchemaId.of(2)));
    }
  }

  /** Such a reference would be to itself as soon as it is registered, and never resolved. */
  @Test
  void aReferenceToTheLatestVersionIsToTheOneThatIsThereThen(@TempDir Path directory)
      throws Exception {
    Path file = directory.resolve("schemas");
    String references =
        ",\"references\":[{\"name\":\"x\",\"subject\":\"inner\",\"version\":\"latest\"}]}";
    try (EmbeddedRegistry registry = EmbeddedRegistry.start(file, 0)) {
      post(registry, "inner", "{\"schema\":\"\\\"int\\\"\"}");
      assertEquals(
          "{\"id\":2}", post(registry, "inner", "{\"schema\":\"\\\"long\\\"\"" + references));
      assertEquals(
          "{\"id\":3}", post(registry, "outer", "{\"schema\":\"\\\"string\\\"\"" + references));
    }
    try (EmbeddedRegistry registry = EmbeddedRegistry.start(file, 0);
        Schemas schemas = new SchemaSettings(registry.address(), null, false).open()) {
      assertEquals(
          List.of(new RegisteredSchema.Reference("x", "\"int\"")),
          schemas.get(SchemaId.of(2)).references());
      assertTrue(
          asked(registry, "/schemas/ids/3", null).contains("\"version\":2"),
          asked(registry, "/schemas/ids/3", null));
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

  private static String asked(EmbeddedRegistry registry, String path, @Nullable String body)
      throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(registry.address() + path));
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                body == null
                    ? request.build()
                    : request.POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
    return answer.statusCode() + " " + answer.body();
  }

  private static String of(String type, String schema, String references) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("schemaType", type)
        .put("schema", schema)
        .set("references", JsonNodeFactory.instance.arrayNode())
        .toString()
        .replace("[]", references);
  }

  /** What the serializer of Python asks that registers a schema of Protobuf and its imports. */
  @Test
  void aSerializerLooksUpAsWhichVersionItsSchemaIsThere() throws Exception {
    String money =
        base64("shop/common/money.proto", "Money", FileDescriptorProto.getDefaultInstance());
    String order =
        base64(
            "order.proto",
            "Order",
            FileDescriptorProto.newBuilder().addDependency("shop/common/money.proto").build());
    String name = "shop%2Fcommon%2Fmoney.proto";
    String references =
        "[{\"name\":\"shop/common/money.proto\",\"subject\":\"shop/common/money.proto\",\"version\":1}]";
    try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      assertEquals(
          "404 {\"error_code\":40401,\"message\":\"Subject 'shop/common/money.proto' not found.\"}",
          asked(registry, "/subjects/" + name, of("PROTOBUF", money, "[]")));
      assertEquals(
          "200 {\"id\":1}",
          asked(
              registry,
              "/subjects/" + name + "/versions?normalize=false",
              of("PROTOBUF", money, "[]")));
      assertEquals(
          "200 {\"schemaType\":\"PROTOBUF\",\"schema\":\""
              + money
              + "\",\"references\":[],\"subject\":\"shop/common/money.proto\",\"id\":1,\"version\":1}",
          asked(
              registry,
              "/subjects/" + name + "?normalize=false&deleted=false",
              of("PROTOBUF", money, "[]")));
      assertEquals(
          "200 {\"id\":2}",
          asked(registry, "/subjects/orders-value/versions", of("PROTOBUF", order, references)));
      String found = asked(registry, "/subjects/orders-value", of("PROTOBUF", order, references));
      assertTrue(found.startsWith("200 ") && found.contains("\"id\":2,\"version\":1}"), found);
      assertEquals(
          "404 {\"error_code\":40403,\"message\":\"Schema not found\"}",
          asked(registry, "/subjects/orders-value", of("PROTOBUF", order, "[]")));
      assertEquals(
          "404 {\"error_code\":40403,\"message\":\"Schema not found\"}",
          asked(registry, "/subjects/orders-value", of("PROTOBUF", money, "[]")),
          "it is another subject's");
      registry.register("orders-value", "PROTOBUF", money);
      assertEquals("200 [1,2]", asked(registry, "/subjects/orders-value/versions", null));
      assertEquals(
          "200 [\"orders-value\",\"shop/common/money.proto\"]", asked(registry, "/subjects", null));
      assertTrue(
          asked(registry, "/subjects/orders-value/versions/2", null)
              .contains("\"subject\":\"orders-value\",\"id\":1,\"version\":2}"));
      assertTrue(
          asked(registry, "/subjects/orders-value/versions/3", null)
              .startsWith("404 {\"error_code\":40402,"));
      assertTrue(
          asked(registry, "/subjects/none/versions", null)
              .startsWith("404 {\"error_code\":40401,"));
    }
  }

  private static String base64(String name, String message, FileDescriptorProto file) {
    return Base64.getEncoder()
        .encodeToString(
            file.toBuilder()
                .setName(name)
                .addMessageType(DescriptorProto.newBuilder().setName(message))
                .build()
                .toByteArray());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "AVRO | {\"type\":\"record\"",
        "AVRO | {\"type\":\"recrod\",\"name\":\"R\"}",
        "JSON | {\"type\":",
        "JSON | {\"type\":\"strin\"}",
        "PROTOBUF | message A { X x = 1; }",
        "PROTOBUF | message A {",
        "XML | <a/>"
      })
  void whatIsNoSchemaOfItsTypeIsRefusedAndNotKept(String type, String schema) throws Exception {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      String refused = asked(registry, "/subjects/s/versions", of(type, schema, "[]"));
      assertTrue(
          refused.startsWith("422 {\"error_code\":42201,\"message\":\"Invalid schema"), refused);
      assertEquals("200 []", asked(registry, "/subjects", null));
    }
  }

  @Test
  void aReferenceHasToBeThereAndABodyHasToBeJson() throws Exception {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      String refused =
          asked(
              registry,
              "/subjects/s/versions",
              of("AVRO", "\"int\"", "[{\"name\":\"x\",\"subject\":\"none\",\"version\":1}]"));
      assertEquals(
          "422 {\"error_code\":42201,\"message\":\"Invalid reference x: Subject 'none' not found.\"}",
          refused);
      assertTrue(
          asked(registry, "/subjects/s/versions", "{").startsWith("400 {\"error_code\":400,"));
    }
  }
}
