package io.sluice.lake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sluice.UserException;
import io.sluice.contract.ContractParser;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenTablesTest {
  private static final String YAML =
      """
      table: %s
      topic: t
      event_time: at
      columns:
        - {name: at, type: timestamp, required: true}
      """;

  @TempDir Path directory;

  private LakeTable table(String name, String root) {
    return new LakeTable(
        ContractParser.parse(YAML.formatted(name), "c.yaml").lakeTable(),
        TestStores.of(directory.resolve(root)),
        new LakeDescriptor(1, false));
  }

  @Test
  void tablesOfOnePlaceHaveOneStoreAndATableThatNoContractWritesIsNamed() {
    LakeTable orders = table("orders", "lake");
    LakeTable clicks = table("clicks", "lake");
    LakeTable letters = table("letters", "dead");
    try (OpenTables tables =
        new OpenTables(List.of(orders, clicks, letters), PipelineOptionsFactory.create())) {
      assertSame(tables.store(orders), tables.store(clicks));
      assertNotSame(tables.store(orders), tables.store(letters));
      assertEquals(clicks, tables.table("clicks"));
      assertEquals(
          "the job's state is of the table views, too, which no contract of this run writes: start"
              + " it anew without its state, with --startFrom=lake: nothing is lost or duplicated",
          assertThrows(UserException.class, () -> tables.table("views")).getMessage());
    }
  }
}
