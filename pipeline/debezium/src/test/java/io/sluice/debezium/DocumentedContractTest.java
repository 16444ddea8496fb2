package io.sluice.debezium;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.contract.KeySpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What docs/contract.md says of the format. */
class DocumentedContractTest {
  private static String section() throws IOException {
    String text = Files.readString(Path.of("../../docs/contract.md"));
    String section = text.substring(text.indexOf("## The format Debezium"));
    return section.substring(0, section.indexOf("\n## "));
  }

  private static String block(String language) throws IOException {
    String section = section();
    String fence = "```" + language + "\n";
    String block = section.substring(section.indexOf(fence) + fence.length());
    return block.substring(0, block.indexOf("```"));
  }

  @Test
  void itsExampleIsTheRowThatItSays() throws IOException {
    Contract contract = ContractParser.parse(block("yaml"), "order_changes.yaml");
    String row =
        TestDebezium.row(contract, TestDebezium.decode(contract, block("json"))).values().stream()
            .map(String::valueOf)
            .collect(Collectors.joining(", "));
    assertTrue(section().contains("the row `" + row + "`"), row);
  }

  @Test
  void itHasEachKeyWithItsDefaultAndEachReservedName() throws IOException {
    for (KeySpec key : new DebeziumFormat().keys()) {
      String fallback = String.valueOf(key.fallback());
      assertTrue(
          section()
              .replace("`", "")
              .contains(
                  "| " + key.name() + " | " + (fallback.isEmpty() ? "" : fallback + " ") + "|"),
          key.name());
    }
    for (String name : EnvelopeFields.reserved()) {
      assertTrue(section().contains("`" + name), name);
    }
    assertEquals(18, EnvelopeFields.reserved().size());
  }
}
