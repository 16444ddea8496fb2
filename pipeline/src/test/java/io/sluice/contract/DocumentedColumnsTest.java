package io.sluice.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.decode.TestDecoders;
import io.sluice.source.SourceRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The examples of docs/contract.md are contracts. */
class DocumentedColumnsTest {
  private static final String HEAD = "table: t\ntopic: t\nevent_time: record_time\n";

  @Test
  void theExamplesAreRead() throws IOException {
    int columns = 0;
    int types = 0;
    for (String block : blocks()) {
      if (block.startsWith("columns:")) {
        columns += ContractParser.parse(HEAD + block, "contract.md").columns().size() - 1;
      } else if (block.startsWith("type:")) {
        ContractParser.parse(
            HEAD + "columns:\n  - name: x\n    " + block.replace("\n", "\n    "), "contract.md");
        types++;
      }
    }
    assertEquals(8, columns);
    assertTrue(types > 0);
  }

  /** Those of formats that are modules have tests there. */
  @Test
  void theContractsDoWhatTheTextSays() throws IOException {
    Map<String, Contract> contracts = new HashMap<>();
    Matcher yaml =
        Pattern.compile("(?ms)^```yaml\n(.*?)^```$")
            .matcher(Files.readString(Path.of("../docs/contract.md")));
    while (yaml.find()) {
      String text = yaml.group(1);
      if (!text.contains("format: ")
          || text.contains("format: string")
          || text.contains("key_format: json")) {
        Contract contract = ContractParser.parse(text, "contract.md");
        contracts.put(contract.table(), contract);
      }
    }
    assertTrue(
        contracts
            .keySet()
            .containsAll(
                List.of("orders", "order_lines", "trades", "signups", "refunds", "access_log")),
        contracts.keySet().toString());
    assertEquals(
        "7|eu|12.5",
        decode(contracts, "orders", "{\"id\":7,\"place\":{\"shop\":\"eu\"}}", "{\"total\":12.5}"));
    assertEquals("skipped as tombstones", decode(contracts, "orders", "{\"id\":7}", null));
    String time = "\"2026-01-02T03:04:05Z\"";
    assertEquals(
        "2026-01-02T03:04:05Z|9|0|a / 2026-01-02T03:04:05Z|9|1|b",
        decode(
            contracts,
            "order_lines",
            null,
            "{\"ordered_at\":"
                + time
                + ",\"id\":9,\"lines\":[{\"sku\":\"a\",\"n\":2},{\"sku\":\"b\"}]}"));
    Matcher trade =
        Pattern.compile("takes `(\\{\"at\":[^`]*})` with all its digits")
            .matcher(Files.readString(Path.of("../docs/contract.md")));
    assertTrue(trade.find());
    assertEquals(
        "2026-11-28T14:18:00.123456789Z|2026-11-28T14:18:00.123456999Z|2026-11-28T14:18:00.500Z",
        decode(contracts, "trades", null, trade.group(1)));
    assertTrue(
        decode(contracts, "trades", null, "{\"at\":\"2262-04-11T23:47:16.854775Z\"}")
            .startsWith("BAD_EVENT_TIME"));
    assertTrue(
        decode(contracts, "refunds", null, "{\"at\":" + time + ",\"id\":\"x\",\"type\":\"refund\"}")
            .startsWith("UNROUTED"));
    assertEquals("GET /|h", decode(contracts, "access_log", "h", "GET /"));
    Contract shops = contracts.get("shop_{topic}");
    Family family = Family.of(shops).orElseThrow();
    assertEquals("shop_shop_eu_orders_v2", family.member(shops, "shop.eu.Orders-v2").table());
    assertTrue(family.fits().test("shop.us.x") && !family.fits().test("shop.uk.x"));
    Mask customer = contracts.get("signups").columns().get(1).reading().mask();
    assertEquals(Mask.Kind.HMAC, java.util.Objects.requireNonNull(customer).kind());
  }

  private static String decode(
      Map<String, Contract> contracts, String table, String key, String value) {
    return TestDecoders.text(
        contracts.get(table),
        new SourceRecord(
            "s",
            0,
            0,
            1,
            key == null ? null : key.getBytes(UTF_8),
            value == null ? null : value.getBytes(UTF_8),
            List.of()));
  }

  /** What is indented by four, without that. */
  private static List<String> blocks() throws IOException {
    List<String> blocks = new ArrayList<>();
    StringBuilder block = new StringBuilder();
    for (String line : Files.readAllLines(Path.of("../docs/contract.md"))) {
      if (line.startsWith("    ")) {
        block.append(line.substring(4)).append('\n');
      } else if (!block.isEmpty()) {
        blocks.add(block.toString());
        block.setLength(0);
      }
    }
    return blocks;
  }
}
