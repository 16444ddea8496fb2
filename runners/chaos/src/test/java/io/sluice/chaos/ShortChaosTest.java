package io.sluice.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ShortChaosTest {
  @Test
  void eachScenarioIsOfOneClass() {
    List<Scenario> all =
        Stream.of(
                JobsChaosIT.scenarios(),
                ServersChaosIT.scenarios(),
                RecordsChaosIT.scenarios(),
                TablesChaosIT.scenarios())
            .flatMap(List::stream)
            .sorted()
            .toList();
    assertEquals(List.copyOf(EnumSet.complementOf(EnumSet.of(Scenario.MIXED))), all);
  }
}
