package io.sluice.lake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sluice.UserException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ParallelTest {
  private static final List<Integer> ITEMS = IntStream.range(0, 100).boxed().toList();

  @Test
  void whatIsMadeIsInTheOrderOfTheItems() throws Exception {
    CountDownLatch last = new CountDownLatch(1);
    List<String> made =
        Parallel.map(
            ITEMS.subList(0, 4),
            4,
            "making texts",
            i -> {
              if (i == 3) {
                last.countDown();
              }
              try {
                last.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return "text " + i;
            });
    assertEquals(List.of("text 0", "text 1", "text 2", "text 3"), made);
    assertEquals(ITEMS, Parallel.map(ITEMS, 1, "the same", i -> i));
  }

  /** Whoever mends one mistake after the other is told of the first. */
  @Test
  void whatTheFirstThrowsThatFailsIsThrown() {
    UserException e =
        assertThrows(
            UserException.class,
            () ->
                Parallel.map(
                    ITEMS,
                    16,
                    "failing",
                    i -> {
                      if (i % 30 == 7) {
                        throw new UserException("number " + i);
                      }
                      return i;
                    }));
    assertEquals("number 7", e.getMessage());
  }
}
