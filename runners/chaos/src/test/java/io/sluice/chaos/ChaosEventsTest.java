package io.sluice.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Events go on while a registry is asked for the next schema. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChaosEventsTest {
  /** One whose registry answers when it is let, or not at all. */
  private static final class Schemas implements EventWriter {
    private final JsonWriter json = new JsonWriter();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch answer = new CountDownLatch(1);
    private final List<Duration> patience = new ArrayList<>();
    private final AtomicInteger evolved = new AtomicInteger();
    private volatile boolean refuses;

    @Override
    public void prepare(Duration patience) throws IOException, InterruptedException {
      this.patience.add(patience);
      asked.countDown();
      if (refuses) {
        throw new IOException("no registry");
      }
      answer.await();
    }

    @Override
    public void evolve() {
      evolved.incrementAndGet();
    }

    @Override
    public Written write(Action action) {
      return json.write(action);
    }

    @Override
    public byte[] cutOff(Action action) {
      return json.cutOff(action);
    }

    @Override
    public byte[] misfit(Action action) {
      return json.misfit(action);
    }

    @Override
    public byte[] unreadable(Action action) {
      return json.unreadable(action);
    }
  }

  private final Schemas schemas = new Schemas();
  private final ChaosEvents events = new ChaosEvents(1, false, schemas);

  @Test
  void eventsAreMadeWhileTheRegistryDoesNotAnswer() throws Exception {
    List<String> order = new ArrayList<>();
    CompletableFuture<Void> evolves =
        CompletableFuture.runAsync(
            () -> {
              try {
                events.evolve(() -> order.add("between, after " + schemas.evolved));
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    schemas.asked.await();
    for (int n = 0; n < 100; n++) {
      assertNotNull(events.next(n, 1_790_000_000_000L).value());
    }
    assertFalse(events.tryEvolve(), "two at once");
    assertEquals(0, schemas.evolved.get());
    schemas.answer.countDown();
    evolves.get(30, TimeUnit.SECONDS);
    assertEquals(List.of("between, after 0"), order);
    assertEquals(1, schemas.evolved.get());
    assertEquals(List.of(Duration.ofMinutes(1)), schemas.patience);
  }

  @Test
  void theLoadTriesOnce() throws Exception {
    schemas.refuses = true;
    assertFalse(events.tryEvolve());
    assertEquals(0, schemas.evolved.get());
    schemas.refuses = false;
    schemas.answer.countDown();
    assertTrue(events.tryEvolve());
    assertEquals(1, schemas.evolved.get());
    assertEquals(List.of(Duration.ZERO, Duration.ZERO), schemas.patience);
  }
}
