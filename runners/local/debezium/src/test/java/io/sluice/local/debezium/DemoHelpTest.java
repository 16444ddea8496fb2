package io.sluice.local.debezium;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.local.DemoCommand;
import io.sluice.local.DemoSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What {@code demo --help} says, with all modules that add something to it. */
class DemoHelpTest {
  @Test
  void itHasEachFormatAndItsNumberOfEvents() {
    assertEquals(
        List.of("json", "avro", "protobuf", "debezium"),
        DemoSource.all().stream().map(DemoSource::format).toList());
    assertEquals("json, avro, protobuf or debezium", DemoSource.formats());
    String help = new CommandLine(new DemoCommand()).getUsageMessage().replaceAll("\\s+", " ");
    for (DemoSource source : DemoSource.all()) {
      assertTrue(help.contains(source.format()), help);
      assertTrue(
          help.contains(
              source.events() == 1_000_000
                  ? "[1000000; "
                  : "; of " + source.format() + " " + source.events() + "]"),
          help);
    }
  }
}
