package io.sluice.protobuf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractJson;
import io.sluice.contract.ContractParser;
import io.sluice.decode.RecordFormat;
import io.sluice.decode.ValueDecoder;
import io.sluice.infer.DraftRequest;
import io.sluice.infer.GivenSchema;
import io.sluice.infer.SchemaContract;
import io.sluice.schema.Framing;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.SchemaId;
import io.sluice.schema.Schemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Contracts that are drafted from schemas of Protobuf. */
class ProtobufSchemaDraftTest {
  private static final int SEEDS = Integer.getInteger("sluice.seeds", 120);

  private static final String ACTION =
      """
      syntax = "proto3";
      package shop;
      import "google/protobuf/timestamp.proto";
      import "google/protobuf/any.proto";
      import "google/protobuf/struct.proto";
      import "google/protobuf/wrappers.proto";
      import "google/protobuf/duration.proto";
      enum Kind { NONE = 0; BUY = 1; }
      message Action {
        // When it happened.
        google.protobuf.Timestamp at = 1;
        string id = 2; // Of the action.
        repeated Item items = 3;
        map<int32, Item> by_number = 4;
        google.protobuf.Any any = 5;
        google.protobuf.Struct extra = 6;
        google.protobuf.UInt64Value count = 7;
        google.protobuf.Duration took = 8;
        Kind kind = 9;
        oneof who { string user = 10; uint64 device = 11; }
        Action parent = 12;
        Empty empty = 13;
        fixed32 number = 14;
        optional bool loud = 15;
        Place place = 16;
        message Place { float x = 1; bytes raw = 2; }
      }
      message Item { string sku = 1; optional int32 count = 2; repeated Item parts = 3; }
      message Empty {}
      """;

  private static SchemaContract draft(RegisteredSchema schema, String message) {
    return SchemaContract.of(
        new GivenSchema(
            "--subject=actions-value",
            "the newest schema of subject actions-value",
            "actions",
            schema,
            Framing.Kind.CONFLUENT,
            null),
        DraftRequest.OF_SAMPLE,
        null,
        message,
        Schemas.NONE);
  }

  private static RegisteredSchema registered(String text) {
    return new RegisteredSchema(RegisteredSchema.PROTOBUF, text, List.of());
  }

  private static final String COLUMNS =
      """
        # When it happened.
        - {name: at, type: timestamp, required: true}
        # Of the action.
        - {name: id, type: string, required: true}
        # contains itself: the JSON text of it
        - {name: items, type: {list: {struct: [{name: sku, type: string, required: true}, {name: count, type: int32}, {name: parts, type: {list: json}, required: true}]}}, required: true}
        # contains itself: the JSON text of it
        - {name: by_number, type: {map: {struct: [{name: sku, type: string, required: true}, {name: count, type: int32}, {name: parts, type: {list: json}, required: true}]}}, required: true}
        - {name: any_type_url, path: any.type_url, type: string}
        - {name: any_value, path: any.value, type: bytes}
        - {name: extra, type: json}
        - {name: count, type: "decimal(20,0)"}
        # a duration as 1.500s; as int64 it is nanoseconds
        - {name: took, type: string}
        # one of NONE, BUY
        - {name: kind, type: string, required: true}
        # contains itself: the JSON text of it
        - {name: parent, type: json}
        - {name: number, type: int64, required: true}
        - {name: loud, type: boolean}
        - {name: place_x, path: place.x, type: float}
        - {name: place_raw, path: place.raw, type: bytes}
        - {name: user_value, path: user, type: string}
        - {name: device, type: "decimal(20,0)"}
      # Not in it:
      #   "empty": an object without fields
      """;

  @Test
  void eachFieldHasItsTypeAndWhatTheSchemaSaysOfIt() {
    SchemaContract draft = draft(registered(ACTION), null);
    assertEquals(
        """
        # yaml-language-server: $schema=contract.schema.json
        # Drafted from the newest schema of subject actions-value: message shop.Action of Protobuf. No record was looked at: read it before you use it.
        # it is the first of the messages shop.Action, shop.Item, shop.Empty: --message=NAME drafts from another one.
        version: 1
        table: actions
        topic: actions
        format: protobuf
        # at is a time that the schema does not require: a record without it is a dead letter; there is no other time.
        event_time: at
        unknown_fields: ignore
        columns:
        """
            + COLUMNS,
        draft.yaml());
  }

  @Test
  void whatTheLibraryWritesComesOutAtItsColumns() {
    Contract contract = draft(registered(ACTION), null).contract();
    Descriptor type = Protos.type(ACTION, "shop.Action");
    byte[] message =
        Protos.message(
            type,
            """
            at { seconds: 1767323045 nanos: 123456000 } id: "a-1" items { sku: "s" parts { sku: "p" } }
            by_number { key: 7 value { sku: "n" count: 2 } }
            any { type_url: "type.googleapis.com/shop.Item" value: "x" }
            extra { fields { key: "k" value { number_value: 1 } } } count { value: 18446744073709551615 }
            took { seconds: 1 nanos: 500000000 } kind: BUY device: 9 parent { id: "p-1" }
            number: 4294967295 loud: true place { x: 1.5 raw: "ab" }
            """);
    ValueDecoder decoder =
        new ProtobufFormat()
            .decoder(
                contract,
                Protos.schemas(Map.of(SchemaId.of(3), registered(ACTION))),
                new Protos.Events());
    String row = Protos.decode(decoder, contract, Protos.framed(3, message));
    for (String value :
        List.of(
            "2026-01-02T03:04:05.123456Z",
            "a-1",
            "[[s, null, [{\"parts\":[],\"sku\":\"p\"}]]]",
            "type.googleapis.com/shop.Item",
            "{\"k\":1}",
            "18446744073709551615",
            "1.500s",
            "BUY",
            "\"id\":\"p-1\"",
            "4294967295",
            "true",
            "1.5",
            "0x6162/2",
            "null, 9]")) {
      assertTrue(row.contains(value), () -> value + " in " + row);
    }
  }

  @Test
  void anotherMessageIsNamedInFullOrByItsLastName() {
    for (String name : List.of("shop.Action.Place", "Place")) {
      SchemaContract draft = draft(registered(ACTION), name);
      assertEquals("{name: protobuf, message: shop.Action.Place}", draft.format());
      assertTrue(draft.schema().endsWith("message shop.Action.Place of Protobuf"));
      assertTrue(draft.yaml().contains("\nevent_time: record_time\n"), draft.yaml());
      assertEquals("record_time", draft.contract().columns().get(2).name());
      assertEquals(List.of(), draft.warnings());
    }
    UserException e =
        assertThrows(UserException.class, () -> draft(registered(ACTION), "shop.Nothing"));
    assertTrue(e.getMessage().contains("no message shop.Nothing, but shop.Action"), e.getMessage());
  }

  @Test
  void ofSeveralTimesNoneOfWhichIsTheEventsNoneIsTaken() {
    SchemaContract draft =
        draft(
            registered(
                """
                syntax = "proto3";
                import "google/protobuf/timestamp.proto";
                message M {
                  google.protobuf.Timestamp created_at = 1;
                  google.protobuf.Timestamp paid_at = 2;
                  string record_time = 3;
                }
                """),
            null);
    assertTrue(
        draft
            .yaml()
            .contains(
                "its times: created_at (not required), paid_at (not required), of which one may be"
                    + " it, with required: true.\n"
                    + "event_time: record_time\n"),
        draft.yaml());
    assertEquals(1, draft.warnings().size());
    assertTrue(draft.yaml().contains("{name: record_time_value, path: record_time, type: string"));
  }

  private static SchemaContract ofFile(Path file, String format, String message) {
    return SchemaContract.ofFile(
        file,
        new DraftRequest(null, format, file.resolveSibling("draft.yaml").toString()),
        "actions",
        message);
  }

  @Test
  void aFileIsNamedByTheContractWithItsMessage(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("actions.proto"), ACTION);
    SchemaContract draft = ofFile(file, null, null);
    assertEquals(
        "{name: protobuf, framing: none, schema: {file: actions.proto}, message: shop.Action}",
        draft.format());
    assertTrue(draft.yaml().endsWith(COLUMNS), draft.yaml());
    Path out = Files.writeString(folder.resolve("draft.yaml"), draft.yaml());
    Contract contract = ContractParser.read(out);
    ValueDecoder decoder =
        RecordFormat.of(contract).decoder(contract, Schemas.NONE, new Protos.Events());
    byte[] message =
        Protos.message(Protos.type(ACTION, "shop.Action"), "at { seconds: 1 } id: \"x\"");
    assertTrue(Protos.decode(decoder, contract, message).startsWith("[1970-01-01T00:00:01"));
    Path other = Files.writeString(folder.resolve("actions"), ACTION);
    assertEquals(
        "{name: protobuf, framing: none, schema: {file: actions}, message: shop.Item}",
        ofFile(other, "protobuf", "Item").format());
    assertFalse(ofFile(other, null, "Item").notes().toString().contains("first of"));
  }

  private static final String WITH_IMPORT =
      """
      syntax = "proto3";
      package shop;
      import "shop/common/item.proto";
      import "shop/options.proto";
      message Order { common.Item item = 1; string id = 2; }
      """;

  private static void writeImport(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("shop/common"));
    Files.writeString(
        folder.resolve("shop/common/item.proto"),
        """
        syntax = "proto3";
        package shop.common;
        import "shop/common/color.proto";
        message Item { // Which one.
          string sku = 1; Color color = 2; }
        """);
    Files.writeString(
        folder.resolve("shop/common/color.proto"),
        "syntax = \"proto3\"; package shop.common; enum Color { RED = 0; GREEN = 1; }");
  }

  @Test
  void whatAFileImportsIsFoundAboveItAndStandsInTheContract(@TempDir Path folder)
      throws IOException {
    writeImport(folder);
    Path file = Files.writeString(folder.resolve("shop/order.proto"), WITH_IMPORT);
    SchemaContract draft = ofFile(file, null, null);
    assertTrue(
        draft
            .format()
            .matches(
                "\\{name: protobuf, framing: none, schema: \"base64:[^\"]+\", message:"
                    + " shop.Order}"),
        draft.format());
    assertTrue(draft.yaml().contains("# Which one.\n  - {name: item_sku, path: item.sku"));
    Contract contract = draft.contract();
    Path whole = folder.resolve("order.desc");
    byte[] set = Base64.getDecoder().decode(draft.format().replaceAll(".*base64:|\".*", ""));
    Files.write(whole, set);
    // Its second message is a file's that is imported.
    SchemaContract ofSet = ofFile(whole, null, null);
    assertEquals(
        "{name: protobuf, framing: none, schema: {file: order.desc}, message: shop.Order}",
        ofSet.format());
    assertEquals(contract.columns(), ofSet.contract().columns());
    ValueDecoder decoder =
        new ProtobufFormat().decoder(contract.asRead(), Schemas.NONE, new Protos.Events());
    // A message in field 1 with a text in its field 1 and a 1 in its field 2.
    byte[] message = Protos.bytes(0x0a, 5, 0x0a, 1, "s", 0x10, 1, 0x12, 1, "i");
    assertEquals("[s, GREEN, i, null]", Protos.decode(decoder, contract.asRead(), message));
  }

  /** With what nobody needs, larger than any contract. */
  private static String large(String text) {
    StringBuilder large = new StringBuilder(text);
    for (int i = 0; large.length() < 3 << 19; i++) {
      large.append("message Unneeded").append(i).append(" {\n");
      for (int field = 1; field <= 50; field++) {
        large.append("optional Absent ").append("long_".repeat(20)).append(field);
        large.append(" = ").append(field).append(";\n");
      }
      large.append("}\n");
    }
    return large.append("message Absent { extensions 5 to 9; }\n").toString();
  }

  private static void assertIsRead(Path folder, SchemaContract draft) throws IOException {
    assertTrue(draft.yaml().length() < 10_000, draft.yaml().length() + "");
    Path out = Files.writeString(folder.resolve("small.yaml"), draft.yaml());
    Contract contract = ContractParser.read(out);
    assertEquals(draft.contract(), contract);
    ValueDecoder decoder =
        RecordFormat.of(contract).decoder(contract, Schemas.NONE, new Protos.Events());
    byte[] message =
        Protos.bytes(
            // inner { color: 1 next { color: 0 } }, which has a group in its field 3
            0x0a,
            8,
            0x08,
            1,
            0x12,
            2,
            0x08,
            0,
            0x1b,
            0x1c,
            // by_name { key: "k" value: 1 }, id: "i"
            0x12,
            5,
            0x0a,
            1,
            "k",
            0x10,
            1,
            0x1a,
            1,
            "i",
            // at { seconds: 1 }
            0x22,
            2,
            0x08,
            1);
    assertEquals(
        "[BLUE, {\"color\":\"RED\"}, null, {k=BLUE}, i, 1970-01-01T00:00:01Z]",
        Protos.decode(decoder, contract, message));
  }

  /** Of what a message imports and of its own file it is what it has in it, and no more. */
  @Test
  void aContractHasThePartOfALargeSchemaThatItsMessageNeeds(@TempDir Path folder)
      throws IOException {
    String shared =
        """
        syntax = "proto2";
        package shared;
        enum Color { RED = 0; BLUE = 1; }
        message Outer {
          message Inner {
            optional Color color = 1 [default = BLUE];
            optional Inner next = 2;
            optional group Size = 3 { optional int32 width = 1; }
          }
          optional Absent absent = 1;
          extend Absent { optional int32 more = 5; }
        }
        """;
    String order =
        """
        message Order {
          optional shared.Outer.Inner inner = 1;
          map<string, shared.Color> by_name = 2;
          optional string id = 3;
          optional google.protobuf.Timestamp at = 4;
        }
        """;
    String time = "import \"google/protobuf/timestamp.proto\"; ";
    Files.writeString(folder.resolve("shared.proto"), large(shared));
    Files.writeString(
        folder.resolve("all.proto"), "syntax = \"proto2\"; import public \"shared.proto\";");
    Path imports =
        Files.writeString(
            folder.resolve("order.proto"),
            "syntax = \"proto2\"; package shop; import \"all.proto\"; " + time + order);
    assertIsRead(folder, ofFile(imports, null, null));
    String alone = large(shared + time + order.replace("shared.", ""));
    Path one = Files.writeString(folder.resolve("one.proto"), alone);
    SchemaContract ofOne = ofFile(one, null, "Order");
    assertTrue(ofOne.notes().get(0).contains("which is larger than 1 MiB"), ofOne.notes() + "");
    assertIsRead(folder, ofOne);
    Path set = folder.resolve("one.desc");
    String base64 = Protos.descriptorSet(Protos.type(alone, "shared.Order").getFile());
    Files.write(set, Base64.getDecoder().decode(base64.substring("base64:".length())));
    assertTrue(Files.size(set) > 1 << 20, Files.size(set) + "");
    assertIsRead(folder, ofFile(set, null, "shared.Order"));
  }

  @Test
  void whatARegistrysSchemaRefersToIsIts() {
    RegisteredSchema schema =
        new RegisteredSchema(
            RegisteredSchema.PROTOBUF,
            "syntax = \"proto3\"; import \"item.proto\"; message Order { Item item = 1; }",
            List.of(
                new RegisteredSchema.Reference(
                    "item.proto", "syntax = \"proto3\"; message Item { string sku = 1; }")));
    SchemaContract draft = draft(schema, null);
    assertEquals("protobuf", draft.format());
    assertTrue(draft.yaml().contains("  - {name: item_sku, path: item.sku, type: string}\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.proto | 'syntax = \"proto3\"; message M { Absent a = 1; }' | cannot be read",
        "a.proto | 'syntax = \"proto3\"; import \"b.proto\"; message M { B b = 1; }' | there is no"
            + " b.proto",
        "a.proto | 'syntax = \"proto3\"; enum E { A = 0; }' | it has no message",
        "a.proto | 'message {' | a.proto: ",
        "a.desc | 'no descriptor set' | it is no descriptor set",
        "a.pb | '' | it is no descriptor set",
      })
  void whatCannotBeReadIsSaidInOneLine(String name, String text, String said, @TempDir Path folder)
      throws IOException {
    Path file = Files.writeString(folder.resolve(name), text, UTF_8);
    UserException e = assertThrows(UserException.class, () -> ofFile(file, null, null));
    assertTrue(e.getMessage().startsWith("--schema=" + file + ": "), e.getMessage());
    assertTrue(e.getMessage().contains(said), e.getMessage());
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
  }

  private static String neededTypes(Descriptor type, FileDescriptor file) {
    byte[] set = NeededTypes.of(type).in(List.of(file)).toByteArray();
    return "base64:" + Base64.getEncoder().encodeToString(set);
  }

  /** Of random schemas each message is a row, and the one that the library reads. */
  @Test
  @Tag("slow")
  void aContractThatIsDraftedFromASchemaTakesItsRecords() throws IOException {
    int rows = 0;
    int compared = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      FileDescriptor file = new RandomSchema(random).file();
      Descriptor type = file.getMessageTypes().get(0);
      SchemaContract draft = draft(registered(Protos.descriptorSet(file)), "M0");
      // Only whoever knows the messages knows that this number is a time.
      Contract contract =
          ContractParser.parse(
              draft
                  .yaml()
                  .replace(
                      "{name: protobuf, message: M0}",
                      "{name: protobuf, framing: none, message: M0, schema: \""
                          + neededTypes(type, file)
                          + "\"}")
                  .replaceFirst("(?m)^event_time: .*$", "event_time: at")
                  .replaceAll("type: timestamp, required: true", "type: timestamp")
                  .replaceFirst(
                      "\\{name: at, type: int64(, required: true)?",
                      "{name: at, type: \"timestamp(micros, epoch_s)\", required: true"),
              "draft.yaml");
      boolean isCompared =
          contract.columns().stream()
              .noneMatch(column -> ContractJson.text(column.type()).matches(".*(json|\\{map:).*"));
      ValueDecoder decoder =
          new ProtobufFormat().decoder(contract, Schemas.NONE, new Protos.Events());
      for (int i = 0; i < 10; i++) {
        byte[] bytes = new RandomWire(random, false).message(type, 0);
        DynamicMessage message = DynamicMessage.newBuilder(type).mergeFrom(bytes).buildPartial();
        if (bytes.length == 0 || !message.isInitialized()) {
          continue;
        }
        String row = Protos.decode(decoder, contract, bytes);
        long of = seed;
        assertTrue(row.startsWith("["), () -> "seed " + of + ": " + row + "\n" + draft.yaml());
        rows++;
        if (isCompared) {
          assertEquals(Expected.row(contract, message), row, () -> "seed " + of);
          compared++;
        }
      }
    }
    assertTrue(rows > 2 * SEEDS && compared > SEEDS / 4, rows + " rows, " + compared);
  }

  /** As Confluent's serializer of Python registers a schema and what it imports. */
  private static String serialized(FileDescriptor file) {
    return Base64.getEncoder().encodeToString(file.toProto().toByteArray());
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true"})
  void aSchemaAndItsImportsMayBeSerializedFiles(boolean isMainOne, boolean isImportOne)
      throws Exception {
    String money =
        "syntax = \"proto3\"; package shop.common; message Money { string currency = 1; int64 units = 2; }";
    String order =
        "syntax = \"proto3\"; package shop; import \"shop/common/money.proto\";"
            + " import \"google/protobuf/timestamp.proto\";"
            + " message Other { string x = 1; }"
            + " message Order { google.protobuf.Timestamp at = 1; common.Money total = 2; }";
    FileDescriptor imported = ProtoFiles.of(money).get(0);
    FileDescriptor main =
        ProtoFiles.of(
            new RegisteredSchema(
                RegisteredSchema.PROTOBUF,
                order,
                List.of(new RegisteredSchema.Reference("shop/common/money.proto", money))));
    RegisteredSchema schema =
        new RegisteredSchema(
            RegisteredSchema.PROTOBUF,
            isMainOne ? serialized(main) : order,
            List.of(
                new RegisteredSchema.Reference(
                    "shop/common/money.proto", isImportOne ? serialized(imported) : money)));
    SchemaContract draft = draft(schema, "Order");
    assertTrue(
        draft
            .yaml()
            .endsWith(
                """
                  - {name: at, type: timestamp, required: true}
                  - {name: total_currency, path: total.currency, type: string}
                  - {name: total_units, path: total.units, type: int64}
                """),
        draft.yaml());
    ValueDecoder decoder =
        new ProtobufFormat()
            .decoder(
                draft.contract(),
                Protos.schemas(Map.of(SchemaId.of(3), schema)),
                new Protos.Events());
    byte[] message =
        Protos.message(
            main.findMessageTypeByName("Order"),
            "at { seconds: 1 } total { currency: \"EUR\" units: 7 }");
    assertEquals(
        "[1970-01-01T00:00:01Z, EUR, 7]",
        Protos.decode(decoder, draft.contract(), Protos.bytes(0, 0, 0, 0, 3, 2, 2, message)),
        "the second message of the file");
  }

  @ParameterizedTest
  @CsvSource({"QUJD, 'Syntax error in schema.proto:1:1'", "aGVsbG8gd29ybGQ=, Syntax error"})
  void whatIsBase64OfSomethingElseIsNoSchema(String text, String said) {
    UserException e = assertThrows(UserException.class, () -> draft(registered(text), null));
    assertTrue(e.getMessage().contains(said), e.getMessage());
    assertThrows(UserException.class, () -> new ProtobufFormat().requireSchema(registered(text)));
  }
}
