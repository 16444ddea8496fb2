package io.sluice.local;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The demo waits until each of its dates is complete: a date is, an hour after its end. */
class DemoDatesTest {
  @ParameterizedTest
  @CsvSource({
    "2026-11-29T00:00:00Z, 2026-11-27",
    "2026-11-29T00:54:28Z, 2026-11-27",
    "2026-11-29T01:00:30Z, 2026-11-27",
    "2026-11-29T01:01:00Z, 2026-11-28",
    "2026-11-29T23:59:59Z, 2026-11-28"
  })
  void theLastDateHasEndedWithItsLastWindow(Instant now, LocalDate last) {
    assertEquals(last, DemoScenario.lastEnded(now));
  }
}
