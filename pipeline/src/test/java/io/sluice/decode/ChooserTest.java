package io.sluice.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.source.SourceRecord;
import io.sluice.source.SourceRecord.Header;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which records a contract's conditions take. */
class ChooserTest {
  private static final SourceRecord RECORD =
      record(
          "{\"type\":\"order\",\"n\":1,\"yes\":true,\"no\":null,\"user\":{\"a.b\":[{\"k\":\"a\\\"b\"}],\"list\":[{\"b\":\"refund\"}]},\"v\":5}");

  private static SourceRecord record(String value) {
    return new SourceRecord(
        "cluster/orders-eu/AAAAAAAAAAAAAAAAAAAAAA",
        0,
        7,
        1_790_000_000_123L,
        "customer-7".getBytes(UTF_8),
        value == null ? null : value.getBytes(UTF_8),
        List.of(
            new Header("kind", "audit".getBytes(UTF_8)),
            new Header("kind", "order".getBytes(UTF_8)),
            new Header("none", null)));
  }

  private static String decode(String keys, SourceRecord record) {
    Contract contract =
        ContractParser.parse(
            "table: t\ntopic: t\nevent_time: record_time\n"
                + keys
                + "\ncolumns: [{name: v, type: int64}]\n",
            "c.yaml");
    return TestDecoders.text(contract, record);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{path: type, is: order}",
        "{path: n, is: 1}",
        "{path: yes, in: [false, true]}",
        "{path: no, exists: false}",
        "{path: no, not_in: [x]}",
        "{path: user, exists: true}",
        "{path: [user, a.b, '[0]', k], is: 'a\"b'}",
        "{path: [user, a.b], is: '[{\"k\":\"a\\\"b\"}]'}",
        "{path: type, starts_with: ord}",
        "{from: headers.kind, is: order}",
        "{from: headers.none, exists: false}",
        "{from: topic, starts_with: orders-}",
        "{from: key, in: [customer-7]}",
      })
  void aConditionThatHoldsTakesTheRecord(String condition) {
    assertEquals("5", decode("when: [" + condition + "]", RECORD));
    assertEquals("5", decode("when: [{from: key, exists: true}, " + condition + "]", RECORD));
    assertEquals(
        "skipped as for another table",
        decode("when: [{from: key, exists: true}]\nunless: [[" + condition + "]]", RECORD));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{path: type, is: orders}",
        "{path: type, not_in: [order]}",
        "{path: n, is: 1.0}",
        "{path: no, exists: true}",
        "{path: missing, is: x}",
        "{path: type.deeper, exists: true}",
        "{path: user.list.b, is: refund}",
        "{path: 'user[0]', exists: true}",
        "{path: 'user.x[1]', exists: true}",
        "{path: type, starts_with: Order}",
        "{from: headers.kind, is: audit}",
        "{from: headers.other, exists: true}",
        "{from: topic, is: orders}",
        "{from: key, starts_with: x}",
      })
  void oneThatDoesNotLeavesItToOthers(String condition) {
    String when = "when: [" + condition + "]";
    assertEquals("UNROUTED : no contract of the topic is for this record", decode(when, RECORD));
    assertEquals(
        "UNROUTED : no contract of the topic is for this record",
        decode("when: [{from: key, exists: true}, " + condition + "]", RECORD));
    assertEquals("skipped as unrouted", decode(when + "\nunrouted: skip", RECORD));
    assertEquals("skipped as for another table", decode(when + "\nunrouted: others", RECORD));
    assertEquals("5", decode("unless: [[" + condition + "]]", RECORD));
  }

  /** Of what nobody can read, nobody can say that it is not wanted. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {"{ # MALFORMED_JSON", "[] # NOT_AN_OBJECT", "7 # NOT_AN_OBJECT"})
  void whatCannotBeReadIsADeadLetterOfTheLastContract(String value, String reason) {
    String when = "when: [{path: type, is: order}]";
    String why = decode(when, record(value));
    assertEquals(reason, why.substring(0, reason.length()));
    assertEquals(why, decode(when + "\nunrouted: skip", record(value)));
    assertEquals(
        "skipped as for another table", decode(when + "\nunrouted: others", record(value)));
    // A header says it whatever the value is.
    assertEquals(
        reason,
        decode("when: [{from: headers.kind, is: order}]", record(value))
            .substring(0, reason.length()));
    assertEquals(
        "UNROUTED : no contract of the topic is for this record",
        decode("when: [{from: headers.kind, is: x}]", record(value)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"dead_letter", "others"})
  void tombstonesAreSkippedBeforeAnybodyAsks(String unrouted) {
    assertEquals(
        "skipped as tombstones",
        decode(
            "skip: [tombstones]\nwhen: [{path: type, is: order}]\nunrouted: " + unrouted,
            record(null)));
  }

  /**
   * Contracts of one topic agree on a record, whatever else each asks: one that takes it by its
   * type has it, and the other sees that it has.
   */
  @ParameterizedTest
  @ValueSource(strings = {"\"v\":5,\"amount\":-%s", "\"v\":5,\"deep\":[[[[1]]]]"})
  void whatOneCannotReadDoesNotMakeItAnothers(String rest) {
    SourceRecord record = record("{\"type\":\"refund\"," + rest.formatted("1".repeat(1001)) + "}");
    assertOne(
        decode("when: [{path: type, not_in: [refund]}]\nunrouted: others", record),
        decode(
            "when: [{path: amount, exists: true}]\nunless: [[{path: type, not_in: [refund]}]]",
            record));
    assertOne(
        decode("max_depth: 3\nwhen: [{path: type, is: refund}]\nunrouted: others", record),
        decode("unless: [[{path: type, is: refund}]]", record));
  }

  private static void assertOne(String first, String second) {
    String anothers = "skipped as for another table";
    assertTrue(
        first.equals(anothers) != second.equals(anothers), "first " + first + ", second " + second);
  }
}
