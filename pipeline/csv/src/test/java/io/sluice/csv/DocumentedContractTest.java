package io.sluice.csv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.contract.KeySpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What docs/contract.md says of the format. */
class DocumentedContractTest {
  private static String section() throws IOException {
    String text = Files.readString(Path.of("../../docs/contract.md"));
    String section = text.substring(text.indexOf("### csv"));
    return section.substring(0, section.indexOf("\n### "));
  }

  private static String block(String language) throws IOException {
    String section = section();
    String fence = "```" + language + "\n";
    String block = section.substring(section.indexOf(fence) + fence.length());
    return block.substring(0, block.indexOf("```"));
  }

  @Test
  void itsExampleReadsItsExample() throws IOException {
    Contract contract = ContractParser.parse(block("yaml"), "payments.yaml");
    assertEquals(
        "2026-01-02T03:04:05.678Z|A-1|12.50|paid; \"in cash\"",
        TestCsv.text(contract, block("csv")));
  }

  @Test
  void itHasEachKey() throws IOException {
    for (KeySpec key : new CsvFormat().keys()) {
      assertTrue(section().contains("| `" + key.name() + "` | "), key::name);
    }
  }
}
