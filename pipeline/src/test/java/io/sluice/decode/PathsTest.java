package io.sluice.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractJson;
import io.sluice.contract.ContractParser;
import io.sluice.schema.SchemaSettings;
import io.sluice.source.SourceRecord;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths into lists and by odd names, and values that several columns read. */
class PathsTest {
  private static final String HEAD = "table: t\ntopic: t\nevent_time: record_time\ncolumns:\n";

  private static Contract contract(String columns) {
    Contract contract = ContractParser.parse(HEAD + columns, "c.yaml");
    assertEquals(contract, ContractParser.parse(ContractJson.of(contract), "record"));
    return contract;
  }

  private static SourceRecord record(String value) {
    return new SourceRecord("s", 0, 0, 1, null, value.getBytes(UTF_8), List.of());
  }

  /** As a job decodes it, which is as the exact way alone does. */
  private static String decode(Contract contract, String value) {
    String text = TestDecoders.text(contract, record(value));
    RecordDecoder exact = TestDecoders.exact(contract, null, null);
    RecordDecoder both =
        new RecordDecoder(contract, new DecodeSettings(null, null, SchemaSettings.NONE));
    if (exact.decode(record(value)) instanceof Outcome.Accepted) {
      assertEquals(
          TestDecoders.row(exact, record(value)).getValues(),
          TestDecoders.row(both, record(value)).getValues());
    } else {
      assertEquals(exact.decode(record(value)), both.decode(record(value)));
    }
    return text;
  }

  private static final String ELEMENTS =
      """
        - {name: first, path: 'items[0].sku', type: string}
        - {name: third, path: 'items[2].sku', type: string, required: true}
        - {name: price, path: 'items[2].price', type: double}
        - {name: deep, path: 'm[1][0]', type: int64}
        - {name: tags, path: 'items[0].tags', type: {list: string}}
        - {name: labels, path: 'items[0].labels', type: {map: int64}}
        - {name: any, path: 'items[1]', type: json}
      """;

  @Test
  void anElementIsReadByItsIndex() {
    assertEquals(
        "a|c|2.5|7|[x]|{k=1}|{\"sku\":[1,{}]}",
        decode(
            contract(ELEMENTS),
            "{\"items\":[{\"sku\":\"a\",\"tags\":[\"x\"],\"labels\":{\"k\":1}},{\"sku\":[1,{}]},"
                + "{\"price\":2.5,\"sku\":\"c\",\"tags\":7,\"labels\":{\"z\":\"z\"}},\"x\",null,[3]],"
                + "\"m\":[[],[7,8]]}"));
    // Fewer elements than asked for, and none.
    assertEquals(
        "null|c|null|null|null|null|null",
        decode(contract(ELEMENTS), "{\"items\":[null,null,{\"sku\":\"c\"}],\"m\":[[7]]}"));
    assertEquals(
        "MISSING_FIELD items[2].sku: required, and absent or null",
        decode(contract(ELEMENTS), "{\"items\":[{\"sku\":\"a\"}]}"));
    assertEquals(
        "MISSING_FIELD items[2].sku: required, and absent or null",
        decode(contract(ELEMENTS), "{\"items\":null}"));
    assertEquals(
        "WRONG_TYPE items[2].price: expected a number, found the string \"x\"",
        decode(contract(ELEMENTS), "{\"items\":[null,[],{\"sku\":\"c\",\"price\":\"x\"}]}"));
    assertEquals(
        "WRONG_TYPE items: expected a list, found an object",
        decode(contract(ELEMENTS), "{\"items\":{\"0\":1}}"));
    assertEquals(
        "WRONG_TYPE items[2]: expected an object, found 1",
        decode(contract(ELEMENTS), "{\"items\":[{},2,1]}"));
  }

  @Test
  void aValueMayFeedSeveralColumnsAndItsPartsOthers() {
    Contract contract =
        contract(
            """
              - {name: text, path: v, type: string, coerce: true}
              - {name: number, path: v, type: int64, coerce: true}
              - {name: user, type: json}
              - {name: id, path: user.id, type: int64, required: true}
              - {name: id_text, path: user.id, type: string, coerce: true}
              - {name: last, path: 'user.visits[0]', type: "timestamp(micros, epoch_s)"}
              - {name: visits, path: user.visits, type: {list: int64}}
            """);
    assertEquals(
        "42|42|{\"id\":7,\"visits\":[60,1]}|7|7|1970-01-01T00:01:00Z|[60, 1]",
        decode(contract, "{\"v\":\"42\",\"user\":{\"visits\":[60,1],\"id\":7}}"));
    assertEquals(
        "WRONG_TYPE v: expected a whole number, found the string \"x\"",
        decode(contract, "{\"v\":\"x\",\"user\":{\"id\":7}}"));
    assertEquals(
        "MISSING_FIELD user.id: required, and absent or null",
        decode(contract, "{\"v\":1,\"user\":{}}"));
    assertEquals("WRONG_TYPE user: expected an object, found 5", decode(contract, "{\"user\":5}"));
    assertEquals(
        "MISSING_FIELD user.id: required, and absent or null", decode(contract, "{\"user\":null}"));
  }

  @Test
  void namesMayHaveDotsSpacesAndDollars() {
    Contract contract =
        contract(
            """
              - {name: at, path: created.$date, type: "timestamp(micros, epoch_ms)"}
              - {name: host, path: [id.orig_h], type: string}
              - {name: s, type: {struct: [{name: id, path: $oid, type: string, required: true}, {name: n, path: [a.b], type: int64}, {name: t, path: two words, type: string}]}}
            """);
    assertEquals(
        "1970-01-01T00:00:01Z|h|{ id: \"x\", n: 1, t: \"y\" }",
        decode(
                contract,
                "{\"created\":{\"$date\":1000},\"id.orig_h\":\"h\",\"s\":{\"a.b\":1,\"two words\":\"y\",\"$oid\":\"x\"}}")
            .replaceAll("\\s+", " "));
    assertEquals(
        "MISSING_FIELD s.$oid: required, and absent or null", decode(contract, "{\"s\":{}}"));
    assertEquals(
        "WRONG_TYPE s.a.b: expected a whole number, found the string \"x\"",
        decode(contract, "{\"s\":{\"$oid\":\"x\",\"a.b\":\"x\"}}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "- {name: a, path: '[0].b', type: string} # begins with an index",
        "- {name: a, type: {struct: [{name: b, path: c.d, type: string}]}} # is one name of the object",
        "- {name: a, type: {struct: [{name: b, path: 'c[0]', type: string}]}} # is one name of the object",
        "- {name: a, type: {struct: [{name: b, path: '', type: string}]}} # is one name of the object",
        "- {name: a, type: {struct: [{name: b, type: string}, {name: c, path: b, type: string}]}} # two fields of one struct read 'b'",
      })
  void aPathThatSaysNothingIsRefused(String column, String why) {
    UserException e = assertThrows(UserException.class, () -> contract("  " + column + "\n"));
    assertTrue(e.getMessage().contains(why), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "{}", "[]", "[[1]]", "{\"a\":[{\"b\":1}]}", "\"\\u0041\"", "1.5"})
  void whatNobodyAsksForMayBeAnything(String element) {
    assertEquals(
        "x",
        decode(
            contract("  - {name: a, path: 'l[1].b[1]', type: string}\n"),
            "{\"l\":["
                + element
                + ",{\"b\":["
                + element
                + ",\"x\","
                + element
                + "]},"
                + element
                + "]}"));
  }
}
