package io.sluice.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractJson;
import io.sluice.contract.ContractParser;
import io.sluice.source.SourceRecord;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Records of which each element of a list is a row. */
class ExplodeTest {
  private static final String HEAD = "table: t\ntopic: t\nevent_time: record_time\n";
  private static final String ORDERS =
      """
      explode: order.lines
      columns:
        - {name: order_id, path: order.id, type: int64, required: true}
        - {name: line, type: int32, from: ordinal, required: true}
        - {name: sku, path: order.lines.sku, type: string, required: true}
        - {name: count, path: order.lines.n, type: int64, default: 1}
        - {name: tags, path: order.lines.tags, type: {list: string}}
        - {name: first_tag, path: 'order.lines.tags[0]', type: string}
        - {name: whole, path: order.lines, type: json}
        - {name: customer, path: order.customer, type: json}
      """;

  private static Contract contract(String text) {
    Contract contract = ContractParser.parse(HEAD + text, "c.yaml");
    assertEquals(contract, ContractParser.parse(ContractJson.of(contract), "record"));
    return contract;
  }

  private static String decode(Contract contract, String json) {
    SourceRecord record =
        new SourceRecord("s", 0, 7, 1, null, json.replace('\'', '"').getBytes(UTF_8), List.of());
    String text = TestDecoders.text(contract, record);
    RecordDecoder exact = TestDecoders.exact(contract, null, null);
    RecordDecoder both =
        new RecordDecoder(
            contract, new DecodeSettings(null, null, io.sluice.schema.SchemaSettings.NONE));
    if (both.decode(record) instanceof Outcome.Accepted quick) {
      assertEquals(
          exact.rows(record, (Outcome.Accepted) exact.decode(record)), both.rows(record, quick));
    } else {
      assertEquals(exact.decode(record), both.decode(record));
    }
    return text;
  }

  @Test
  void eachElementIsARowWithWhatTheRecordHas() {
    Contract contract = contract(ORDERS);
    assertEquals(
        "9|0|a|2|[x, y]|x|{\"n\":2,\"sku\":\"a\",\"tags\":[\"x\",\"y\"]}|{\"k\":1}"
            + " / 9|1|b|1|null|null|{\"other\":{\"z\":[1]},\"sku\":\"b\"}|{\"k\":1}"
            + " / 9|2|c|1|[]|null|{\"sku\":\"c\",\"tags\":[]}|{\"k\":1}",
        decode(
            contract,
            "{'order':{'lines':[{'sku':'a','n':2,'tags':['x','y']},{'sku':'b','other':{'z':[1]}},{'tags':[],'sku':'c'}],"
                + "'customer':{'k':1},'id':9}}"));
    assertEquals(
        "9|0|only|1|null|null|{\"sku\":\"only\"}|null",
        decode(contract, "{'order':{'id':9,'lines':[{'sku':'only'}]}}"));
  }

  @Test
  void aRecordWithoutElementsHasNoRowAndIsSkipped() {
    Contract contract = contract(ORDERS);
    for (String lines : List.of("'lines':[],", "'lines':null,", "")) {
      assertEquals("skipped as no elements", decode(contract, "{'order':{" + lines + "'id':9}}"));
    }
  }

  /** A record is a dead letter as a whole, or none of it is. */
  @Test
  void oneElementThatDoesNotFitMakesADeadLetterOfTheRecord() {
    Contract contract = contract(ORDERS);
    assertEquals(
        "MISSING_FIELD order.lines[1].sku: required, and absent or null",
        decode(contract, "{'order':{'id':9,'lines':[{'sku':'a'},{'n':1}]}}"));
    assertEquals(
        "MISSING_FIELD order.lines[1].sku: required, and absent or null",
        decode(contract, "{'order':{'id':9,'lines':[{'sku':'a'},null]}}"));
    assertEquals(
        "WRONG_TYPE order.lines[2].n: expected a whole number, found the string \"x\"",
        decode(
            contract, "{'order':{'id':9,'lines':[{'sku':'a'},{'sku':'b'},{'sku':'c','n':'x'}]}}"));
    assertEquals(
        "WRONG_TYPE order.lines: expected a list, found an object",
        decode(contract, "{'order':{'id':9,'lines':{'sku':'a'}}}"));
    assertEquals(
        "MISSING_FIELD order.id: required, and absent or null",
        decode(contract, "{'order':{'lines':[{'sku':'a'}]}}"));
    // What came before leaves nothing behind.
    assertEquals(
        "8|0|z|1|null|null|{\"sku\":\"z\"}|null",
        decode(contract, "{'order':{'id':8,'lines':[{'sku':'z'}]}}"));
  }

  @Test
  void elementsMayBeValuesAndNobodyNeedReadThem() {
    assertEquals(
        "0|5 / 1|null / 2|7",
        decode(
            contract(
                "explode: ns\ncolumns:\n  - {name: i, type: int64, from: ordinal}\n  - {name: n, path: ns, type: int64}\n"),
            "{'ns':[5,null,7]}"));
    assertEquals(
        "x / x",
        decode(
            contract("explode: a.ns\ncolumns:\n  - {name: n, path: v, type: string}\n"),
            "{'a':{'ns':[[1],{'k':2}]},'v':'x'}"));
    String many =
        IntStream.range(0, 20_000).mapToObj(String::valueOf).collect(Collectors.joining(","));
    assertEquals(
        20_000,
        decode(
                contract("explode: ns\ncolumns:\n  - {name: n, path: ns, type: int64}\n"),
                "{'ns':[" + many + "]}")
            .split(" / ")
            .length);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "explode: l # columns: [{name: at, path: l.at, type: timestamp, required: true}] # at # rows of one record are of one date",
        "skip: [tombstones] # columns: [{name: i, type: int64, from: ordinal}] # record_time # the contract has no explode",
        "explode: '' # columns: [{name: i, type: int64}] # record_time # has an empty name",
        "explode: l # columns: [{name: i, type: string, from: ordinal}] # record_time # int32 or int64",
      })
  void whatCannotBeIsRefused(String key, String columns, String time, String why) {
    UserException e =
        assertThrows(
            UserException.class,
            () ->
                ContractParser.parse(
                    "table: t\ntopic: t\nevent_time: " + time + "\n" + key + "\n" + columns + "\n",
                    "c.yaml"));
    assertTrue(e.getMessage().contains(why), e.getMessage());
  }
}
