package io.sluice.infer;

import static io.sluice.infer.Samples.TIME;
import static io.sluice.infer.Samples.column;
import static io.sluice.infer.Samples.draft;
import static io.sluice.infer.Samples.with;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.contract.Column;
import io.sluice.contract.ContractJson;
import io.sluice.contract.ContractLint;
import io.sluice.contract.ContractParser;
import io.sluice.schema.Schemas;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContractDraftTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "name       | \"a%d\"                                | string",
        "flag       | true                                   | boolean",
        "n          | %d                                     | int32",
        "n          | %d000000000                            | int64",
        "user_id    | %d                                     | int64",
        "snowflake  | 123456789012345678%d                   | int64",
        "n          | -9223372036854775808                   | int64",
        "n          | 9223372036854775808                    | decimal(38,0)",
        "n          | 1%d00000000000000000000                | decimal(38,0)",
        "ratio      | 0.%d                                   | double",
        "n          | 5%d.0                                  | double",
        "n          | %de3                                   | double",
        "n          | 1%d00000000000000000000000000000000000000000 | double",
        "day        | \"0000-01-0%d\"                        | string",
        "price      | 1%d.0                                  | decimal(18,2)",
        "unitPrice  | 12.%d                                  | decimal(18,2)",
        "price      | \"12.%d\"                              | decimal(18,2)",
        "code       | \"12.%d\"                              | string",
        "born       | \"1980-01-1%d\"                        | date",
        "when       | \"2020-01-01T00:00:0%dZ\"              | timestamp",
        "when       | \"2020-01-01T00:00:00.12345%d+02:00\"  | timestamp",
        "when       | \"20200101T00000%dZ\"                  | timestamp",
        "created_at | 150000000%d                            | timestamp(micros, epoch_s)",
        "created_at | 150000000%d.5                          | timestamp(micros, epoch_s)",
        "created_at | 150000000%d000                         | timestamp(micros, epoch_ms)",
        "createdAt  | 150000000%d000001                      | timestamp(micros, epoch_us)",
        "createdAt  | 150000000%d123456789                   | timestamp(micros, epoch_ns)",
        "unnamed    | 177759360%d                            | timestamp(micros, epoch_s)",
        "unnamed    | 150000000%d                            | int64",
        "key        | \"0B4b1c55-7a0e-4a39-8c1e-00000000000%d\" | uuid",
        "opens      | \"08:30:0%d\"                         | time",
        "opens      | \"08:30:00.12345%d\"                  | time",
        "opens      | \"08:3%d\"                            | string",
        "opens      | \"24:00:0%d\"                         | string",
        "tags       | [\"a\", null, \"b\"]                   | {list: string}",
        "tags       | []                                     | {list: string}",
        "matrix     | [[1.5],[]]                             | {list: {list: double}}",
        "items      | [{\"sku\":\"a\",\"price\":1.5},{\"sku\":\"b\",\"price\":null}] | {list:"
            + " {struct: [{name: sku, type: string, required: true}, {name: price, type:"
            + " \"decimal(18,2)\"}]}}",
        "items      | [{\"unitId\":true,\"order\":\"x\"}] | {list: {struct: [{name: unit_id, path:"
            + " unitId, type: boolean, required: true}, {name: order_value, path: order, type:"
            + " string, required: true}]}}",
        "items      | [{\"a\":{\"b\":[{\"c\":true}]}}]       | {list: {struct: [{name: a, type:"
            + " {struct: [{name: b, type: {list: {struct: [{name: c, type: boolean, required:"
            + " true}]}}, required: true}]}, required: true}]}}",
      })
  void typesAreInferred(String name, String value, String type) {
    ContractDraft draft =
        with(9, i -> "\"" + name + "\":" + value.replace("%d", String.valueOf(i + 1)));
    Column column = draft.contract().columns().get(1);
    assertEquals(type, ContractJson.text(column.type()), draft.yaml());
    assertTrue(column.required(), draft.yaml());
    assertEquals(9, draft.proof().accepted(), draft.proof().line());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"2020-01-01T00:00:00.123456789Z\" | true",
        "\"2020-01-01T00:00:00.123456000Z\" | false",
        "1500000000123456789 | true",
        "1500000000.1234567  | true",
        "1500000000123       | false"
      })
  void timesThatAreCutOffAreSaid(String value, boolean finer) {
    ContractDraft draft = with(9, i -> "\"created_at\":" + value);
    assertEquals(finer, draft.yaml().contains("timestamp(nanos) keeps it"), draft.yaml());
    assertEquals(9, draft.proof().accepted());
  }

  @Test
  void mixedTypesGiveWhatMostAreAndTheOthersAreCounted() {
    ContractDraft draft = with(100, i -> "\"x\":" + (i < 7 ? "\"text\"" : String.valueOf(i)));
    assertEquals("int32", ContractJson.text(column(draft, "x").type()));
    assertFalse(column(draft, "x").required());
    assertTrue(
        draft.yaml().contains("7 values are of other types, and dead letters"), draft.yaml());
    assertEquals(Map.of("WRONG_TYPE", 7), draft.proof().rejected());
    assertEquals(93, draft.proof().accepted());
    assertTrue(draft.proof().examples().get("WRONG_TYPE").startsWith("partition 0 offset 0: x: "));
  }

  @Test
  void whatIsNotThereOrNullIsNotRequired() {
    ContractDraft draft =
        with(
            100,
            i ->
                "\"o\":{\"a\":"
                    + (i == 50 ? "null" : "1")
                    + (i < 25 ? "" : ",\"b\":2")
                    + ",\"c\":3}");
    assertFalse(column(draft, "o_a").required());
    assertFalse(column(draft, "o_b").required());
    assertTrue(column(draft, "o_c").required());
    assertEquals(List.of("o", "a"), column(draft, "o_a").path());
    assertTrue(draft.yaml().contains("# 75.0 %, e.g. 2\n"), draft.yaml());
    assertEquals(100, draft.proof().accepted());
  }

  @Test
  void namesAreSnakeCaseAndNeverCollide() {
    ContractDraft draft =
        with(
            5,
            i ->
                "\"userId\":1,\"user_id\":2,\"user\":{\"id\":3},\"SKU\":\"a\",\"event_date\":\"x\",\"order\":1,\"1st\":1,\"ñ\":1,\"\\\"\\n"
                    + "#: {\":1,\"naïve name\":1");
    assertEquals(
        List.of(
            "at",
            "user_id",
            "user_id_2",
            "user_id_3",
            "sku",
            "event_date_value",
            "order_value",
            "c_1st",
            "c_",
            "c__2",
            "na_ve_name"),
        draft.contract().columns().stream().map(Column::name).toList());
    assertEquals(5, draft.proof().accepted(), draft.yaml());
    assertEquals(List.of("\"\n#: {"), draft.contract().columns().get(9).path());
  }

  @Test
  void whatNoColumnCanHoldIsListed() {
    ContractDraft draft =
        with(
            300,
            i -> "\"nothing\":null,\"\":2,\"empty\":{},\"some\":" + (i < 10 ? "1" : "{\"c\":2}"));
    assertEquals(
        List.of("at", "some_c"), draft.contract().columns().stream().map(Column::name).toList());
    for (String left :
        List.of(
            "\"nothing\": null in all",
            "\"\": a path cannot say",
            "\"empty\": an object without fields",
            "\"some\": no object in 10 records")) {
      assertTrue(draft.yaml().contains("#   " + left), left + " in " + draft.yaml());
      assertTrue(
          draft.leftOut().stream().anyMatch(one -> one.startsWith(left)),
          left + " in " + draft.leftOut());
    }
    assertEquals(Map.of("WRONG_TYPE", 10), draft.proof().rejected());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "%d                          | {map: int32}",
        "[\"a\",\"b%d\"]             | {map: {list: string}}",
        "{\"n\":1.5,\"at\":\"2020-01-01T00:00:00Z\"} | {map: {struct: [{name: n, type: double,"
            + " required: true}, {name: at, type: timestamp, required: true}]}}",
        "%j                          | {map: json}",
        "null                        | {map: json}",
      })
  void anObjectWhoseNamesAreValuesIsAMap(String value, String type) {
    ContractDraft draft =
        with(
            300,
            i ->
                "\"counts\":{\"user"
                    + i
                    + "\":"
                    + value
                        .replace("%d", String.valueOf(i))
                        .replace("%j", i % 2 == 0 ? "1" : "{\"a\":\"b\"}")
                    + "}");
    assertEquals(type, ContractJson.text(column(draft, "counts").type()), draft.yaml());
    assertTrue(draft.yaml().contains("its names are values, so a map"), draft.yaml());
    assertEquals(300, draft.proof().accepted(), draft.proof().line());
    assertEquals(List.of(), draft.leftOut());
  }

  @Test
  void aMapWithSomeValuesOfAnotherTypeSaysHowMany() {
    ContractDraft draft =
        with(300, i -> "\"counts\":{\"u" + i + "\":" + (i < 6 ? "\"x\"" : "1") + "}");
    assertEquals("{map: int32}", ContractJson.text(column(draft, "counts").type()));
    assertTrue(draft.yaml().contains("6 values are of other types"), draft.yaml());
    assertEquals(Map.of("WRONG_TYPE", 6), draft.proof().rejected());
  }

  @Test
  void aMapOfMoreNamesThanAreKeptHoldsThemAll() {
    ContractDraft draft =
        with(600, i -> "\"m\":{" + fields(10 * i, 10 * (i + 1)) + ",\"x" + i + "\":null}");
    assertEquals("{map: int32}", ContractJson.text(column(draft, "m").type()));
    assertEquals(600, draft.proof().accepted(), draft.proof().line());
  }

  @Test
  void whatIsAnObjectInSomeDocumentsAndNoneInOthersIsJson() {
    ContractDraft draft =
        with(
            100,
            i ->
                "\"half\":"
                    + (i < 50 ? "\"gone\"" : "{\"c\":2}")
                    + ",\"list\":["
                    + (i < 50 ? "1" : "[true]")
                    + "],\"inner\":{\"x\":"
                    + (i < 50 ? "[]" : "{}")
                    + "}");
    assertEquals("json", ContractJson.text(column(draft, "half").type()));
    assertEquals("{list: json}", ContractJson.text(column(draft, "list").type()));
    assertEquals("json", ContractJson.text(column(draft, "inner_x").type()));
    assertTrue(draft.yaml().contains("of several kinds"), draft.yaml());
    assertEquals(100, draft.proof().accepted(), draft.proof().line());
    assertEquals(List.of(), draft.leftOut());
  }

  @Test
  void aSpecialFormIsTheTypeWhere95Of100TextsHaveIt() {
    String uuid = "\"0b4b1c55-7a0e-4a39-8c1e-00000000000";
    ContractDraft most = with(100, i -> "\"k\":" + (i < 5 ? "\"no\"" : uuid + i % 10 + "\""));
    assertEquals("uuid", ContractJson.text(column(most, "k").type()));
    assertEquals(95, most.proof().accepted());
    ContractDraft fewer = with(100, i -> "\"k\":" + (i < 6 ? "\"no\"" : uuid + i % 10 + "\""));
    assertEquals("string", ContractJson.text(column(fewer, "k").type()));
    ContractDraft times =
        with(100, i -> "\"opens\":" + (i < 6 ? "\"never\"" : "\"08:30:0" + i % 10 + "\""));
    assertEquals("string", ContractJson.text(column(times, "opens").type()));
  }

  private static String fields(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(n -> "\"f" + n + "\":1")
        .collect(java.util.stream.Collectors.joining(","));
  }

  @Test
  void everyNameBecomesAColumnOrIsListed() {
    for (int count : List.of(249, 999)) {
      ContractDraft wide = with(20, i -> fields(0, count));
      assertEquals(count + 1, wide.contract().columns().size());
      assertEquals(List.of(), wide.leftOut());
      assertEquals(20, wide.proof().accepted());
    }
    ContractDraft wider = with(20, i -> fields(0, 1_100));
    assertEquals(1_000, wider.contract().columns().size());
    assertEquals(101, wider.leftOut().size());
    assertEquals("\"f1099\": beyond 1000 columns", wider.leftOut().get(100));
    ContractDraft inner = with(20, i -> "\"o\":{" + fields(0, 249) + "}");
    assertEquals(250, inner.contract().columns().size(), "an object of one shape is no map");
    ContractDraft names = with(700, i -> fields(10 * i, 10 * (i + 1)));
    assertEquals(1_000, names.contract().columns().size());
    assertTrue(
        names
            .leftOut()
            .contains(
                "more than 5000 names at the top of the documents: the others were not looked at"),
        names.leftOut().get(names.leftOut().size() - 1));
  }

  @Test
  void namesThatAPathWouldTakeForSomethingElseAreSpelledAsAList() {
    List<String> names =
        List.of("id.orig_h", "$key", "a[0]", "'x'", "@timestamp", "n/a", "0", " y");
    ContractDraft draft =
        with(
            9,
            i ->
                "\"o\":{\"$oid\":1,\"1\":2,\"x.y\":{\"z\":3}},"
                    + String.join(",", names.stream().map(name -> "\"" + name + "\":1").toList()));
    List<List<String>> paths =
        new ArrayList<>(
            List.of(
                List.of("at"), List.of("o", "$oid"), List.of("o", "1"), List.of("o", "x.y", "z")));
    names.forEach(name -> paths.add(List.of(name)));
    assertEquals(paths, draft.contract().columns().stream().map(Column::path).toList());
    assertTrue(draft.yaml().contains("path: [id.orig_h],"), draft.yaml());
    assertTrue(draft.yaml().contains("path: \"o.$oid\","), draft.yaml());
    assertEquals(
        List.of(),
        ContractLint.of(ContractParser.parseLocated(draft.yaml(), "draft.yaml")).stream()
            .filter(warning -> warning.rule().equals("path"))
            .toList());
    assertEquals(9, draft.proof().accepted());
  }

  @Test
  void aDraftThatRejectsMuchOfItsSampleSaysSo() {
    ContractDraft draft = with(100, i -> "\"x\":" + (i < 6 ? "\"text\"" : String.valueOf(i)));
    assertTrue(
        draft.warnings().get(0).startsWith("the draft rejects 6 of the 100 documents"),
        draft.warnings().toString());
    assertEquals(
        List.of(), with(100, i -> "\"x\":" + (i < 5 ? "\"text\"" : String.valueOf(i))).warnings());
    ContractDraft huge = with(100, i -> "\"x\":" + (i < 50 ? "1e400" : "1.5"));
    assertTrue(huge.yaml().contains("50 values are of other types"), huge.yaml());
    assertEquals(1, huge.warnings().size());
  }

  @Test
  void aDictionaryIsNotTriedWhereNearlyEveryValueIsNew() {
    ContractDraft draft = with(200, i -> "\"id\":\"u" + i + "\",\"name\":\"n" + i % 5 + "\"");
    assertFalse(column(draft, "id").dictionary());
    assertTrue(column(draft, "name").dictionary());
    assertTrue(column(draft, "at").dictionary());
    assertTrue(column(with(9, i -> "\"id\":\"u" + i + "\""), "id").dictionary());
  }

  @Test
  void aDraftHasNothingToRegret() {
    ContractDraft draft =
        with(
            200,
            i ->
                "\"userId\":\"u"
                    + i
                    + "\",\"createdAt\":\"2020-01-01T00:00:00Z\",\"unitPrice\":1.5,\"values\":[1],\"birthDate\":\"1980-01-01\",\"country\":\"DE\"");
    assertEquals(
        List.of(), ContractLint.of(ContractParser.parseLocated(draft.yaml(), "draft.yaml")));
  }

  @Test
  void someGarbageDoesNotSpoilIt() {
    List<byte[]> values = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      values.add(("{\"at\":\"" + TIME.plusSeconds(i) + "\",\"a\":1}").getBytes(UTF_8));
    }
    values.add(null);
    values.add("{\"at\":".getBytes(UTF_8));
    values.add(new byte[] {(byte) 0xff, 0});
    values.add("[1]".getBytes(UTF_8));
    values.add(("{\"deep\":" + "[".repeat(40) + "]".repeat(40) + "}").getBytes(UTF_8));
    values.add("{\"at\":\"2026-05-01T00:00:00Z\",\"a\":1,\"a\":2}".getBytes(UTF_8));
    ContractDraft draft =
        ContractDraft.of(Samples.of(values), new DraftRequest("named", null, null), Schemas.NONE);
    assertEquals(100, draft.documents());
    assertEquals(100, draft.proof().accepted());
    assertEquals(6, draft.proof().dead());
    assertEquals("named", draft.contract().table());
    assertEquals(
        List.of("at", "a"), draft.contract().columns().stream().map(Column::name).toList());
  }

  private static String refused(byte[]... values) {
    UserException e =
        assertThrows(
            UserException.class,
            () ->
                ContractDraft.of(
                    Samples.of(java.util.Arrays.asList(values)),
                    DraftRequest.OF_SAMPLE,
                    Schemas.NONE));
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    return e.getMessage();
  }

  @Test
  void whatCannotBeDraftedFromIsSaid() {
    assertTrue(refused().contains("topic the-topic has no records"));
    assertTrue(
        refused("a;b\nc".getBytes(UTF_8)).contains("0 of 1 sampled values are JSON objects"));
    assertTrue(refused("plain,csv".getBytes(UTF_8)).contains("its value is \"plain,csv\""));
    assertTrue(refused(new byte[] {0, 0, 0, 0, 7, 2, 4}).contains("give --schemaRegistry=URL"));
    assertTrue(refused(new byte[] {1, 2, (byte) 0xff}).contains("the bytes 01 02 ff"));
    assertTrue(refused(new byte[][] {null}).contains("its value is null"));
    assertTrue(refused("{\"a\":1}".getBytes(UTF_8)).contains("no field is a time"));
    assertTrue(
        refused("{\"when\":\"2026-05-01 00:00:00\"}".getBytes(UTF_8))
            .contains("when has times without an offset"));
  }

  /** Valid JSON that no contract accepts is not called something else. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"at\":1,\"at\":1}     | DUPLICATE_KEY  | the name 'at' stands twice in one object",
        "{\"at\":[DEEP]}         | TOO_DEEP       | deeper than 32",
        "{\"at\":DIGITS}         | TOO_LARGE      | a number of more than 1000 digits",
        "{\"at\":NaN}            | MALFORMED_JSON | NaN at byte 6 is no number in JSON",
        "\uFEFF{\"at\":1}        | MALFORMED_JSON | a byte order mark before the document",
        "[1]                     | NOT_AN_OBJECT  | the document is a list",
        "{\"at\":1} {\"at\":2}    | TRAILING_DATA  | something follows the document",
      })
  void whatNoContractAcceptsIsRefusedInTheWordsOfItsDeadLetter(
      String json, String reason, String message) {
    String value =
        json.replace("DEEP", "[".repeat(99) + "]".repeat(99)).replace("DIGITS", "7".repeat(1200));
    String refused = refused(value.getBytes(UTF_8), value.getBytes(UTF_8));
    assertTrue(
        refused.contains(
            "0 of 2 sampled values are JSON objects that Sluice accepts; of the others {"
                + reason
                + "=2}"),
        refused);
    assertTrue(refused.contains("partition 0 offset 0: ") && refused.contains(message), refused);
    assertEquals(reason.equals("TOO_DEEP"), refused.contains("max_depth"), refused);
  }

  private static final String[] NAMES = {
    "a", "B", "userId", "x y", "café", "order", "at", "p.q", "#"
  };

  /** A document of a made-up schema, some of its fields left out. */
  private static String random(SplittableRandom shape, SplittableRandom values, int depth) {
    StringBuilder json = new StringBuilder("{");
    int fields = 1 + shape.nextInt(4);
    for (int f = 0; f < fields; f++) {
      String name = NAMES[(shape.nextInt(2) + f * 2) % NAMES.length];
      String value = value(shape, values, depth);
      if (values.nextInt(5) > 0) {
        json.append(json.length() > 1 ? "," : "")
            .append('"')
            .append(name)
            .append("\":")
            .append(values.nextInt(9) == 0 ? "null" : value);
      }
    }
    return json.append('}').toString();
  }

  private static String value(SplittableRandom shape, SplittableRandom values, int depth) {
    return switch (shape.nextInt(depth > 3 ? 7 : 9)) {
      case 0 -> "\"s" + values.nextInt() + "\\n\\u2028\"";
      case 1 -> String.valueOf(values.nextBoolean());
      case 2 -> String.valueOf(values.nextLong());
      case 3 -> String.valueOf(values.nextInt(100));
      case 4 -> String.valueOf(values.nextDouble());
      case 5 -> "\"19" + (10 + values.nextInt(90)) + "-01-01\"";
      case 6 -> "\"" + Instant.ofEpochSecond(values.nextInt()) + "\"";
      case 7 -> {
        long seed = shape.nextLong();
        yield "["
            + value(new SplittableRandom(seed), values, depth + 1)
            + ","
            + value(new SplittableRandom(seed), values, depth + 1)
            + "]";
      }
      default -> random(shape, values, depth + 1);
    };
  }

  /** Whatever the documents of a topic are, as long as they are of a kind. */
  @Test
  void aDraftAcceptsAllThatItWasDraftedFrom() {
    for (int seed = 0; seed < 300; seed++) {
      int shape = seed;
      SplittableRandom values = new SplittableRandom(seed);
      ContractDraft draft =
          with(30, i -> "\"rest\":" + random(new SplittableRandom(shape), values, 0));
      assertEquals(30, draft.proof().accepted(), draft.proof() + "\n" + draft.yaml());
    }
  }

  private static ContractDraft ofFormat(String format, byte[]... values) {
    return ContractDraft.of(
        Samples.of(java.util.Arrays.asList(values)),
        new DraftRequest(null, format, null),
        Schemas.NONE);
  }

  @Test
  void aRecordThatIsOneValueIsOneColumnAndItsTimeIsKafkas() {
    ContractDraft bytes =
        ofFormat("bytes", new byte[] {1, -1}, new byte[0], "text".getBytes(UTF_8));
    assertTrue(
        bytes
            .yaml()
            .contains(
                """
                format: bytes
                # a record has no time but Kafka's own.
                event_time: record_time
                unknown_fields: ignore
                columns:
                  # 100 %, e.g. "Af8="
                  - {name: value, type: bytes, required: true}
                """),
        bytes.yaml());
    assertEquals(3, bytes.proof().accepted(), bytes.proof().line());
    ContractDraft texts = ofFormat("string", "a line".getBytes(UTF_8), "7".getBytes(UTF_8));
    assertTrue(
        texts.yaml().contains("  - {name: value, type: string, required: true}\n"), texts.yaml());
    assertEquals("record_time", texts.contract().columns().get(1).name());
    assertEquals(2, texts.columns(), "as contract check counts");
    assertEquals(List.of(), texts.warnings());
    assertEquals(2, texts.proof().accepted(), texts.proof().line());
    ContractDraft times = ofFormat("string", "2026-05-01T00:00:00Z".getBytes(UTF_8));
    assertEquals("value", times.contract().columns().get(times.contract().eventTime()).name());
  }

  @Test
  void aFormatThatWasSaidAndIsNotThatOfTheRecordsIsDoubted() {
    byte[] latin = {(byte) 0xe4, 'b', 'c'};
    UserException e =
        assertThrows(UserException.class, () -> ofFormat("string", latin, latin, latin));
    assertEquals(
        "topic the-topic: 0 of 3 sampled values are records of format string that Sluice accepts;"
            + " the others cannot be read so; its value is the bytes e4 62 63; write another"
            + " --format, or leave it out, and the values are looked at",
        e.getMessage());
  }

  @Test
  void aDraftWithoutValuesHasNoneAnywhere() {
    List<byte[]> values = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      String x = i < 30 ? "{\"a\":\"SECRETa\"}" : "\"SECRETmail" + i + "@x.org\"";
      String at = i % 50 == 7 ? "SECRETtime" : TIME.plusSeconds(i).toString();
      values.add(("{\"at\":\"" + at + "\",\"mail\":" + x + ",\"n\":987654}").getBytes(UTF_8));
    }
    values.add("SECRET".getBytes(UTF_8));
    ContractDraft shown =
        ContractDraft.of(Samples.of(values), DraftRequest.OF_SAMPLE, Schemas.NONE);
    assertTrue(shown.yaml().contains("SECRET") && shown.yaml().contains("987654"), shown.yaml());
    assertTrue(shown.proof().examples().toString().contains("SECRET"), shown.proof().toString());
    ContractDraft draft =
        ContractDraft.of(
            Samples.of(values), new DraftRequest(null, null, null, false), Schemas.NONE);
    assertFalse(draft.toString().contains("SECRET"), draft.toString());
    assertFalse(draft.toString().contains("987654"), draft.toString());
    assertEquals(shown.contract(), draft.contract());
    assertTrue(draft.yaml().contains("# 100 %\n  - {name: n,"), draft.yaml());
    assertFalse(draft.yaml().contains("real values"), draft.yaml());
    assertEquals(
        "partition 0 offset 7: at",
        draft.proof().examples().get("BAD_EVENT_TIME"),
        draft.toString());
    UserException e =
        assertThrows(
            UserException.class,
            () ->
                ContractDraft.of(
                    Samples.of(List.of("SECRET".getBytes(UTF_8))),
                    new DraftRequest(null, null, null, false),
                    Schemas.NONE));
    assertFalse(e.getMessage().contains("SECRET"), e.getMessage());
  }

  @Test
  void recordsWithoutAnObjectAreCountedInWords() {
    assertEquals(
        List.of("\"labels\": no object in 1 record, which is a dead letter"),
        with(40, i -> "\"labels\":" + (i == 7 ? "1" : "{\"a\":1}")).leftOut());
    assertEquals(
        List.of("\"labels\": no object in 2 records, which are dead letters"),
        with(100, i -> "\"labels\":" + (i < 2 ? "1" : "{\"a\":1}")).leftOut());
  }
}
