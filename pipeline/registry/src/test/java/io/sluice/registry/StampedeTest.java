package io.sluice.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UnavailableException;
import io.sluice.UserException;
import io.sluice.registry.FakeServer.Reply;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.SchemaId;
import io.sluice.schema.SchemaSettings;
import io.sluice.schema.Schemas;
import io.sluice.schema.UnknownSchemaException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many threads ask at once. */
class StampedeTest {
  private static final int THREADS = 16;

  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  private static Schemas open(String address, Time time) {
    return ConfluentRegistry.open(new SchemaSettings(address, null, true), time);
  }

  private static int id(FakeServer.Asked asked) {
    return Integer.parseInt(asked.path().replaceFirst(".*/", ""));
  }

  @Test
  void oneIdIsAskedForOnce() throws Exception {
    CountDownLatch all = new CountDownLatch(THREADS);
    try (FakeServer server =
            FakeServer.start(
                (asked, to) -> {
                  all.await();
                  return Reply.schema("\"int\"");
                });
        Schemas schemas = open(server.address(), Time.SYSTEM)) {
      List<Future<RegisteredSchema>> answers = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        answers.add(
            threads.submit(
                () -> {
                  all.countDown();
                  return schemas.get(SchemaId.of(1));
                }));
      }
      for (Future<RegisteredSchema> answer : answers) {
        assertEquals("\"int\"", answer.get().text());
      }
      assertEquals(1, server.paths().size());
    }
  }

  @Test
  void allThatWaitAreToldThatItRefuses() throws Exception {
    CountDownLatch all = new CountDownLatch(THREADS);
    try (FakeServer server =
            FakeServer.start(
                (asked, to) -> {
                  all.await();
                  return Reply.of(403, "text/plain", "denied");
                });
        Schemas schemas = open(server.address(), Time.SYSTEM)) {
      List<Future<?>> answers = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        answers.add(
            threads.submit(
                () -> {
                  all.countDown();
                  try {
                    schemas.get(SchemaId.of(1));
                  } catch (UserException e) {
                    return e.getMessage();
                  }
                  return "nothing";
                }));
      }
      for (Future<?> answer : answers) {
        assertTrue(String.valueOf(answer.get()).contains("403 (denied)"), answer.get().toString());
      }
    }
  }

  /** A job is cancelled thread by thread: what is left of it still gets its schema. */
  @Test
  void whereWhoeverAsksIsInterruptedAnotherAsks() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    CountDownLatch first = new CountDownLatch(1);
    try (FakeServer server =
            FakeServer.start(
                (question, to) -> {
                  if (asked.incrementAndGet() == 1) {
                    first.countDown();
                    return hangs();
                  }
                  return Reply.schema("\"int\"");
                });
        Schemas schemas = open(server.address(), Time.SYSTEM)) {
      Throwable[] ended = new Throwable[1];
      Thread asks =
          new Thread(
              () -> {
                try {
                  schemas.get(SchemaId.of(1));
                } catch (UserException | UnknownSchemaException e) {
                  ended[0] = e;
                }
              });
      asks.start();
      first.await();
      Thread[] waiter = new Thread[1];
      Future<RegisteredSchema> waits =
          threads.submit(
              () -> {
                waiter[0] = Thread.currentThread();
                return schemas.get(SchemaId.of(1));
              });
      while (waiter[0] == null || waiter[0].getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      asks.interrupt();
      asks.join();
      assertEquals(UnavailableException.class, ended[0].getClass());
      assertEquals("\"int\"", waits.get().text());
    }
  }

  private static Reply hangs() throws InterruptedException {
    Thread.sleep(60_000);
    return null;
  }

  /**
   * Sixteen threads, forty ids of which a quarter is not there, a server that fails at every third
   * request: each answer is right, and what is there is asked for once, but for failures.
   */
  @Test
  void allAnswersAreRightWhileTheRegistryFails() throws Exception {
    Map<Integer, AtomicInteger> answered = new ConcurrentHashMap<>();
    AtomicInteger asked = new AtomicInteger();
    FakeTime time = new FakeTime();
    try (FakeServer server =
            FakeServer.start(
                (question, to) -> {
                  if (asked.incrementAndGet() % 3 == 0) {
                    return Reply.of(500, "text/plain", "no");
                  }
                  int id = id(question);
                  if (id % 4 == 0) {
                    return Reply.unknown();
                  }
                  answered.computeIfAbsent(id, key -> new AtomicInteger()).incrementAndGet();
                  return Reply.schema("schema " + id);
                });
        Schemas schemas = open(server.address(), time)) {
      List<Future<Integer>> runs = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        Random random = new Random(thread);
        runs.add(threads.submit(() -> run(schemas, random)));
      }
      int right = 0;
      for (Future<Integer> run : runs) {
        right += run.get();
      }
      assertEquals(THREADS * 500, right);
      answered.forEach((id, times) -> assertEquals(1, times.get(), "schema " + id));
    }
  }

  private static int run(Schemas schemas, Random random) {
    int right = 0;
    for (int i = 0; i < 500; i++) {
      int id = 1 + random.nextInt(40);
      try {
        right += schemas.get(SchemaId.of(id)).text().equals("schema " + id) ? 1 : 0;
      } catch (UnknownSchemaException e) {
        right += id % 4 == 0 ? 1 : 0;
      }
    }
    return right;
  }

  /** Before JDK 21 a client cannot be closed: it ends when it is collected. */
  @Test
  void noConnectionStaysOpenAfterwards() throws Exception {
    try (CountingServer server = new CountingServer()) {
      Schemas schemas = open(server.address(), Time.SYSTEM);
      assertEquals("\"int\"", schemas.get(SchemaId.of(1)).text());
      assertEquals(1, server.open());
      WeakReference<Schemas> last = new WeakReference<>(schemas);
      schemas.close();
      assertFalse(last.refersTo(null));
      for (int i = 0; i < 300 && server.open() > 0; i++) {
        System.gc();
        Thread.sleep(100);
      }
      assertEquals(0, server.open());
      assertClosed(schemas);
    }
  }

  private static void assertClosed(Schemas schemas) throws UnknownSchemaException {
    try {
      schemas.get(SchemaId.of(2));
    } catch (UserException e) {
      assertTrue(e.getMessage().contains("closed"), e.getMessage());
      return;
    }
    throw new AssertionError("it is open");
  }

  @Test
  void whatIsKeptIsBoundedByNumberAndBytes() throws Exception {
    String large = "x".repeat(1 << 20);
    try (FakeServer server =
            FakeServer.start((asked, to) -> Reply.schema(id(asked) > 5000 ? large : "small"));
        Schemas schemas = open(server.address(), new FakeTime())) {
      for (int id = 1; id <= 1001; id++) {
        schemas.get(SchemaId.of(id));
      }
      assertEquals(1001, server.paths().size());
      schemas.get(SchemaId.of(2));
      assertEquals(1001, server.paths().size());
      schemas.get(SchemaId.of(1));
      assertEquals(1002, server.paths().size());
      for (int id = 5001; id <= 5009; id++) {
        schemas.get(SchemaId.of(id));
      }
      schemas.get(SchemaId.of(5009));
      assertEquals(1011, server.paths().size());
      schemas.get(SchemaId.of(5001));
      schemas.get(SchemaId.of(2));
      assertEquals(1013, server.paths().size());
    }
  }

  @Test
  void anLruKeepsWhatWasUsedLast() {
    Lru<String> lru = new Lru<>(3, 10, String::length);
    lru.put(SchemaId.of(1), "a");
    lru.put(SchemaId.of(2), "b");
    lru.put(SchemaId.of(3), "c");
    assertEquals("a", lru.get(SchemaId.of(1)));
    lru.put(SchemaId.of(4), "d");
    assertEquals(null, lru.get(SchemaId.of(2)));
    lru.put(SchemaId.of(5), "heavier than all that may be");
    assertEquals(1, lru.size());
    lru.put(SchemaId.of(5), "less");
    lru.put(SchemaId.of(6), "more");
    assertEquals(2, lru.size());
    lru.remove(SchemaId.of(5));
    lru.put(SchemaId.of(7), "more");
    assertEquals(2, lru.size());
  }

  @Test
  void howLongADecoderWaitsIsAMetric() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    try (FakeServer server =
            FakeServer.start(
                (question, to) -> {
                  asked.countDown();
                  go.await();
                  return Reply.schema("\"int\"");
                });
        Schemas schemas = open(server.address(), Time.SYSTEM)) {
      Future<RegisteredSchema> answer = threads.submit(() -> schemas.get(SchemaId.of(1)));
      asked.await();
      assertTrue(waiting() > 0, "somebody waits");
      go.countDown();
      answer.get();
      assertEquals(0, waiting());
    }
  }

  private static double waiting() {
    return io.prometheus.metrics.model.registry.PrometheusRegistry.defaultRegistry
        .scrape(name -> name.equals("sluice_schema_waiting_seconds"))
        .stream()
        .flatMap(metric -> metric.getDataPoints().stream())
        .map(io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot.class::cast)
        .mapToDouble(point -> point.getValue())
        .sum();
  }

  /** Time that stands still would make a negative answer stay for ever: it does not. */
  @Test
  void anUnknownIdIsForgottenInTime() throws Exception {
    FakeTime time = new FakeTime();
    try (FakeServer server = FakeServer.start((asked, to) -> Reply.unknown());
        Schemas schemas = open(server.address(), time)) {
      for (int i = 0; i < 3; i++) {
        assertEquals(0, run(schemas, new int[] {4}));
        int before = server.paths().size();
        assertEquals(0, run(schemas, new int[] {4}));
        assertEquals(before, server.paths().size());
        time.pass(Duration.ofSeconds(10));
      }
      assertEquals(15, server.paths().size());
    }
  }

  private static int run(Schemas schemas, int[] ids) {
    int found = 0;
    for (int id : ids) {
      try {
        schemas.get(SchemaId.of(id));
        found++;
      } catch (UnknownSchemaException e) {
        // Not found.
      }
    }
    return found;
  }
}
