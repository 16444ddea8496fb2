package io.sluice.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.registry.FakeServer.Reply;
import io.sluice.schema.SchemaId;
import io.sluice.schema.SchemaSettings;
import io.sluice.schema.Schemas;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A worker has decoders of many tasks, and asks and says each thing once. */
class SharedSchemasTest {
  private static SchemaSettings settings(FakeServer server) {
    return new SchemaSettings(server.address(), null, true);
  }

  @Test
  void aSchemaIsAskedForOnceAndWhoClosesFirstTakesItFromNobody() throws Exception {
    AtomicInteger requests = new AtomicInteger();
    try (FakeServer server =
        FakeServer.start(
            (asked, to) -> {
              requests.incrementAndGet();
              return Reply.schema("\"int\"");
            })) {
      Schemas one = settings(server).open();
      Schemas other = settings(server).open();
      assertEquals("\"int\"", one.get(SchemaId.of(7)).text());
      one.close();
      one.close();
      assertEquals("\"int\"", other.get(SchemaId.of(7)).text());
      assertEquals("\"int\"", other.get(SchemaId.of(8)).text());
      assertEquals(2, requests.get());
      other.close();
      // Who comes after the last one begins anew.
      try (Schemas later = settings(server).open()) {
        assertEquals("\"int\"", later.get(SchemaId.of(7)).text());
      }
      assertEquals(3, requests.get());
    }
  }

  @Test
  void anOutageIsSaidOnceHoweverManyWait() throws Exception {
    int tasks = 4;
    Set<String> refused = ConcurrentHashMap.newKeySet();
    CountDownLatch askAgain = new CountDownLatch(tasks);
    ExecutorService threads = Executors.newFixedThreadPool(tasks);
    try (Warnings warnings = new Warnings();
        FakeServer server =
            FakeServer.start(
                (asked, to) -> {
                  if (refused.add(asked.path())) {
                    return Reply.of(503, "text/html", "<p>");
                  }
                  // Who asks again has heard the refusal: none is answered before each has.
                  askAgain.countDown();
                  askAgain.await();
                  return Reply.schema("\"int\"");
                })) {
      List<Future<String>> texts = new ArrayList<>();
      for (int i = 0; i < tasks; i++) {
        int id = i;
        texts.add(
            threads.submit(
                () -> {
                  try (Schemas schemas = settings(server).open()) {
                    return schemas.get(SchemaId.of(id)).text();
                  }
                }));
      }
      for (Future<String> text : texts) {
        assertEquals("\"int\"", text.get());
      }
      List<String> said = warnings.said();
      assertEquals(2, said.size(), said.toString());
    } finally {
      threads.shutdownNow();
    }
  }
}
