package io.sluice.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.schema.Schemas;
import io.sluice.source.SourceRecord;
import io.sluice.source.SourceRecord.Header;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Columns that are not of the value are never said to be missing from it. */
class BesideTest {
  private static Contract contract(String text) {
    return ContractParser.parse("table: t\ntopic: t\nevent_time: record_time\n" + text, "c.yaml");
  }

  private static SourceRecord record(@Nullable String key, Header... headers) {
    return new SourceRecord(
        "c/t/i",
        0,
        1,
        1,
        key == null ? null : key.getBytes(UTF_8),
        "{}".getBytes(UTF_8),
        List.of(headers));
  }

  private static String had(Contract contract, SourceRecord... records) {
    Beside beside = new Beside(contract, Schemas.NONE);
    List.of(records).forEach(beside::add);
    return String.join(
        ", ",
        beside.had().stream()
            .map(one -> one.column() + " " + one.from() + " " + one.count())
            .toList());
  }

  @Test
  void recordsThatHaveAKeyOrAHeaderAreCounted() {
    Contract contract =
        contract(
            """
            columns:
              - {name: v, type: string}
              - {name: account, type: string, from: key}
              - {name: trace, type: string, from: headers.trace-id}
              - {name: topic, type: string, from: topic}
              - {name: at, type: int64, from: offset}
              - {name: region, type: string, from: {constant: eu}}
            """);
    Header trace = new Header("trace-id", new byte[] {'a'});
    assertEquals(
        "account key 2, trace headers.trace-id 1",
        had(
            contract,
            record("k", trace),
            record("k", trace, new Header("trace-id", null)),
            record(null, new Header("other", new byte[] {'a'}))));
  }

  @Test
  void aPartOfAKeyIsLookedForInIt() {
    Contract contract =
        contract(
            """
            key_format: json
            columns:
              - {name: id, type: int64, from: key, path: id}
              - {name: shop, type: string, from: key, path: place.shop}
            """);
    assertEquals(
        "id key.id 2, shop key.place.shop 1",
        had(
            contract,
            record("{\"id\":1,\"place\":{\"shop\":\"x\"}}"),
            record("{\"id\":2}"),
            record("no json"),
            record(null)));
  }

  @Test
  void noneOfThemIsSoughtInTheValue() {
    Contract contract =
        contract(
            """
            explode: lines
            columns:
              - {name: account, type: string, from: key}
              - {name: trace, type: string, from: headers.trace-id}
              - {name: topic, type: string, from: topic}
              - {name: at, type: int64, from: offset}
              - {name: line, type: int32, from: ordinal}
              - {name: region, type: string, from: {constant: eu}}
              - {name: v, type: string}
            """);
    Fields fields = new Fields(contract);
    fields.add(JsonNodeFactory.instance.objectNode());
    assertEquals(List.of(new Fields.NeverSeen("v", "v", null)), fields.neverSeen(false));
  }
}
