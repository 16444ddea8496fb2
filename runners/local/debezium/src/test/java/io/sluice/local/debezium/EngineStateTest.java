package io.sluice.local.debezium;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EngineStateTest {
  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
  private final EngineState state = new EngineState(clock::get);

  private void pass(Duration time) {
    clock.addAndGet(time.toNanos());
  }

  private IllegalStateException refused() {
    return assertThrows(IllegalStateException.class, state::requireProgress);
  }

  @Test
  void anEngineThatSendsNothingForMinutesIsGivenUp() {
    pass(Duration.ofHours(1));
    state.waited();
    for (int i = 0; i < 3; i++) {
      pass(Duration.ofMinutes(5));
      state.requireProgress();
      state.sent();
    }
    pass(Duration.ofMinutes(5).plusNanos(1));
    String message = refused().getMessage();
    assertTrue(message.startsWith("Debezium has sent nothing for 5 minutes"), message);
  }

  @Test
  void anEngineThatEndsUnaskedHasFailed() {
    state.requireProgress();
    state.ended();
    assertEquals("Debezium has ended", refused().getMessage());
    assertEquals("nobody has closed it", refused().getCause().getMessage());
  }

  @Test
  void anEngineThatIsClosedMayEnd() {
    state.closed();
    state.ended();
    state.requireProgress();
  }

  @Test
  void theFirstReasonIsSaid() {
    IOException first = new IOException("first");
    state.failed(first);
    state.failed(new IOException("second"));
    state.ended();
    assertSame(first, refused().getCause());
  }
}
