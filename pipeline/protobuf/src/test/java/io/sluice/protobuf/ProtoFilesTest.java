package io.sluice.protobuf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.DescriptorProtos;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.StructProto;
import com.google.protobuf.TypeProto;
import com.google.protobuf.WrappersProto;
import io.sluice.schema.Framing;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.RegisteredSchema.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ProtoFilesTest {
  static Stream<FileDescriptor> files() {
    return Stream.of(
        StructProto.getDescriptor(),
        TypeProto.getDescriptor(),
        WrappersProto.getDescriptor(),
        DescriptorProtos.getDescriptor());
  }

  /** The library brings the texts, and what its own compiler has made of them. */
  @ParameterizedTest
  @MethodSource("files")
  void textsOfTheLibraryBecomeItsOwnDescriptors(FileDescriptor expected) throws Exception {
    String text;
    try (InputStream in =
        Objects.requireNonNull(
            FileDescriptor.class.getResourceAsStream("/" + expected.getFullName()))) {
      text = new String(in.readAllBytes(), UTF_8);
    }
    FileDescriptor parsed =
        ProtoFiles.of(new RegisteredSchema(RegisteredSchema.PROTOBUF, text, List.of()));
    assertEquals(describe(expected), describe(parsed));
  }

  private static String describe(FileDescriptor file) {
    return ProtoFiles.messages(file).stream()
            .map(ProtoFilesTest::describe)
            .collect(Collectors.joining("\n"))
        + file.getEnumTypes().stream().map(ProtoFilesTest::describe).toList();
  }

  private static String describe(Descriptor type) {
    return type.getFullName()
        + " "
        + type.getFields().stream()
            .sorted()
            .map(
                f ->
                    f.getName()
                        + f.getNumber()
                        + f.getType()
                        + f.isRepeated()
                        + f.isRequired()
                        + f.hasPresence()
                        + f.isMapField()
                        + (f.getRealContainingOneof() == null
                            ? ""
                            : f.getRealContainingOneof().getName())
                        + typeName(f))
            .toList()
        + type.getEnumTypes().stream().map(ProtoFilesTest::describe).toList();
  }

  private static String typeName(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case MESSAGE -> field.getMessageType().getFullName();
      case ENUM -> field.getEnumType().getFullName();
      default -> "";
    };
  }

  private static String describe(EnumDescriptor type) {
    return type.getFullName()
        + type.getValues().stream().map(v -> v.getName() + v.getNumber()).toList();
  }

  private static RegisteredSchema schema(String text, Reference... references) {
    return new RegisteredSchema(RegisteredSchema.PROTOBUF, text, List.of(references));
  }

  @Test
  void referencesAreImports() throws Exception {
    FileDescriptor file =
        ProtoFiles.of(
            schema(
                """
                syntax = "proto3";
                package a;
                import "b.proto";
                import "google/protobuf/timestamp.proto";
                import public "google/protobuf/wrappers.proto";
                message A { b.B b = 1; .c.C c = 2; google.protobuf.Timestamp at = 3; google.protobuf.BoolValue f = 4; In in = 5; message In { A a = 1; } }
                """,
                new Reference("c.proto", "syntax = \"proto3\"; package c; message C { }"),
                new Reference(
                    "b.proto",
                    "syntax = \"proto3\"; package b; import public \"c.proto\"; message B { c.C c = 1; }"),
                new Reference("google/protobuf/timestamp.proto", "not looked at")));
    assertEquals(
        List.of("b.B", "c.C", "google.protobuf.Timestamp", "google.protobuf.BoolValue", "a.A.In"),
        file.getMessageTypes().get(0).getFields().stream()
            .map(field -> field.getMessageType().getFullName())
            .toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          message A { X x = 1; }                        | "X" is not defined.
          import "x.proto"; message A { x.X x = 1; }    | "x.X" is not defined.; of what it imports there is no x.proto
          message A { string a = 1; string b = 1; }     | Field number 1 has already been used in "A" by field "a".
          message A { string a = 1; string a = 2; }     | "a" is already defined in "A".
          message A { string a = 1 }                    | Syntax error in schema.proto:1:46: expected ';' but was '}'
          message A { map<string, X> x = 1; }           | "X" is not defined.
          {                                             | Syntax error in schema.proto:1:20: expected a word
          """)
  void whatDoesNotCompileIsSaidInTheCompilersWords(String text, String fault) {
    UnusableSchemaException e =
        assertThrows(
            UnusableSchemaException.class,
            () -> ProtoFiles.of(schema("syntax = \"proto3\"; " + text)));
    String message = String.valueOf(e.getMessage());
    assertEquals(fault, message.replaceFirst("^(schema.proto|A(\\.\\w+)*): ", ""));
  }

  @Test
  void whatIsNoProtobufSchemaIsSaidToBeNone() {
    assertEquals(
        "it is of type AVRO, not PROTOBUF",
        assertThrows(
                UnusableSchemaException.class,
                () -> ProtoFiles.of(new RegisteredSchema("AVRO", "{}", List.of())))
            .getMessage());
    String deep = "syntax = \"proto3\"; " + "message A { ".repeat(20_000) + "}".repeat(20_000);
    assertThrows(UnusableSchemaException.class, () -> ProtoFiles.of(schema(deep)));
  }

  /** What is missing may have been for options alone, which do not change how bytes are read. */
  @Test
  void anImportThatIsNotThereMayBeOneOfOptions() throws Exception {
    FileDescriptor file =
        ProtoFiles.of(
            schema(
                """
                syntax = "proto3";
                import "confluent/meta.proto";
                message A { string a = 1 [(confluent.field_meta) = { doc: "x" }]; }
                """));
    assertEquals(1, file.getMessageTypes().size());
  }

  /** A set in any order, with or without what protobuf brings, in base64 or as the bytes are. */
  @Test
  void descriptorSetsAreLinked() throws Exception {
    FileDescriptorProto a =
        FileDescriptorProto.newBuilder()
            .setName("a.proto")
            .addDependency("b.proto")
            .addDependency("google/protobuf/struct.proto")
            .addMessageType(
                DescriptorProto.newBuilder()
                    .setName("A")
                    .addField(
                        FieldDescriptorProto.newBuilder()
                            .setName("b")
                            .setNumber(1)
                            .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL)
                            .setTypeName(".B")))
            .build();
    FileDescriptorProto b =
        FileDescriptorProto.newBuilder()
            .setName("b.proto")
            .addMessageType(DescriptorProto.newBuilder().setName("B"))
            .build();
    FileDescriptorSet both = FileDescriptorSet.newBuilder().addFile(a).addFile(b).build();
    List<FileDescriptor> files =
        ProtoFiles.of("base64:" + Base64.getEncoder().encodeToString(both.toByteArray()));
    assertEquals(List.of("b.proto", "a.proto"), files.stream().map(f -> f.getName()).toList());
    FileDescriptorSet withOwn =
        both.toBuilder().addFile(StructProto.getDescriptor().toProto()).build();
    assertEquals(
        2,
        ProtoFiles.of("base64:" + Base64.getEncoder().encodeToString(withOwn.toByteArray()))
            .size());
    // Small sets are UTF-8, and come as they are.
    assertEquals(2, ProtoFiles.of(new String(both.toByteArray(), UTF_8)).size());
    FileDescriptorSet circle =
        FileDescriptorSet.newBuilder()
            .addFile(a)
            .addFile(b.toBuilder().addDependency("a.proto"))
            .build();
    assertEquals(
        "its files import one another: a.proto, b.proto",
        assertThrows(
                UnusableSchemaException.class,
                () ->
                    ProtoFiles.of(
                        "base64:" + Base64.getEncoder().encodeToString(circle.toByteArray())))
            .getMessage());
  }

  private static final String NESTED =
      """
      syntax = "proto2";
      message B {
        map<string, string> m = 1;
        optional group Grp = 2 { optional int32 x = 3; }
        message C { }
        enum E { X = 1; }
        message A { message D { } }
      }
      message A { }
      """;

  /** Confluent counts what stands in the text, in its order; Glue all messages, by their names. */
  @ParameterizedTest
  @CsvSource({
    "CONFLUENT, 0, B",
    "CONFLUENT, 1, A",
    "CONFLUENT, 2, ",
    "CONFLUENT, -1, ",
    "CONFLUENT, 0 0, B.C",
    "CONFLUENT, 0 1, B.A",
    "CONFLUENT, 0 2, ",
    "CONFLUENT, 0 1 0, B.A.D",
    "CONFLUENT, 5 5 5, ",
    "GLUE, 0, A",
    "GLUE, 1, B",
    "GLUE, 2, B.A",
    "GLUE, 3, B.A.D",
    "GLUE, 4, B.C",
    "GLUE, 5, B.Grp",
    "GLUE, 6, B.MEntry",
    "GLUE, 7, ",
    "GLUE, -1, "
  })
  void messagesHaveTheIndexThatSerializersGiveThem(Framing.Kind kind, String index, String expected)
      throws Exception {
    FileDescriptor file = ProtoFiles.of(schema(NESTED));
    List<Integer> path = Stream.of(index.split(" ")).map(Integer::valueOf).toList();
    Descriptor found = MessageIndex.find(kind, file, path);
    if (expected == null) {
      assertNull(found);
    } else {
      assertEquals(expected, Objects.requireNonNull(found).getFullName());
    }
  }

  @Test
  void emptyTextHasNoMessage() throws IOException, UnusableSchemaException {
    assertEquals(0, ProtoFiles.of(schema("")).getMessageTypes().size());
  }
}
