package io.sluice.protobuf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Descriptors.Descriptor;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.contract.KeySpec;
import io.sluice.schema.Schemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/contract.md says of the format. */
class DocumentedContractTest {
  private static String section() throws IOException {
    String text = Files.readString(Path.of("../../docs/contract.md"));
    String section = text.substring(text.indexOf("## The format Protobuf"));
    return section.substring(0, section.indexOf("\n## "));
  }

  private static String block(String language) throws IOException {
    String section = section();
    String fence = "```" + language + "\n";
    String block = section.substring(section.indexOf(fence) + fence.length());
    return block.substring(0, block.indexOf("```"));
  }

  @Test
  void itsExampleReadsItsExample(@TempDir Path folder) throws IOException {
    String proto = block("proto");
    Files.writeString(folder.resolve("events.proto"), proto);
    Contract contract =
        ContractParser.parse(block("yaml"), folder.resolve("user_actions.yaml").toString());
    Descriptor type = Protos.type(proto, "shop.UserAction");
    assertEquals(
        "[2026-01-02T03:04:05Z, click, ann, [[s1, 2], [s2, null]], de]",
        Protos.decode(
            new ProtobufFormat().decoder(contract, Schemas.NONE, new Protos.Events()),
            contract,
            Protos.message(
                type,
                """
                at { seconds: 1767323045 } name: "click" user { id: "ann" }
                items { sku: "s1" count: 2 } items { sku: "s2" }
                labels { key: "country" value: "de" }
                """)));
  }

  @Test
  void itHasEachKey() throws IOException {
    for (KeySpec key : new ProtobufFormat().keys()) {
      assertTrue(
          section().contains("| `" + key.name() + "` | " + key.fallback()), () -> key.name());
    }
  }
}
