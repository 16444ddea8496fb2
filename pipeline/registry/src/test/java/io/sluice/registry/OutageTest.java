package io.sluice.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UnavailableException;
import io.sluice.UserException;
import io.sluice.metrics.SchemaMetrics;
import io.sluice.metrics.SchemaMetrics.Outcome;
import io.sluice.registry.FakeServer.Reply;
import io.sluice.schema.SchemaId;
import io.sluice.schema.SchemaSettings;
import io.sluice.schema.Schemas;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A registry that does not answer now is waited for, whatever the way in which it does not. */
class OutageTest {
  private static final SchemaId ID = SchemaId.of(7);

  @TempDir Path directory;

  private final FakeTime time = new FakeTime();

  private Schemas open(String address, boolean waits) {
    return ConfluentRegistry.open(new SchemaSettings(address, null, waits), time);
  }

  private Schemas openWithTimeout(String address) throws IOException {
    Path file = Files.writeString(directory.resolve("registry.properties"), "timeout=300ms\n");
    return ConfluentRegistry.open(new SchemaSettings(address, file.toString(), true), time);
  }

  /** An answer that fails, and how it is counted. */
  private record Fault(String name, Outcome outcome, FakeServer.Answerer answer) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Fault status(int status, Outcome outcome) {
    return new Fault(
        "status " + status, outcome, (asked, to) -> Reply.of(status, "text/html", "<p>"));
  }

  private static FakeServer.Answerer body(int announced, String body) {
    return (asked, to) -> {
      to.sendResponseHeaders(200, announced);
      to.getResponseBody().write(body.getBytes(UTF_8));
      return null;
    };
  }

  private static Reply hangs() throws InterruptedException {
    Thread.sleep(60_000);
    return null;
  }

  static Stream<Arguments> faults() {
    return Stream.of(
            status(500, Outcome.SERVER_ERROR),
            status(502, Outcome.SERVER_ERROR),
            status(503, Outcome.SERVER_ERROR),
            status(504, Outcome.SERVER_ERROR),
            status(408, Outcome.SERVER_ERROR),
            status(429, Outcome.THROTTLED),
            new Fault("no answer", Outcome.TIMEOUT, (asked, to) -> hangs()),
            new Fault(
                "a head without its body",
                Outcome.TIMEOUT,
                (asked, to) -> {
                  to.sendResponseHeaders(200, 100);
                  to.getResponseBody().write('{');
                  to.getResponseBody().flush();
                  return hangs();
                }),
            new Fault("less than announced", Outcome.CONNECTION, body(100, "{\"schema\":")),
            new Fault("JSON that is cut off", Outcome.MALFORMED, body(11, "{\"schema\":\"")),
            new Fault("nothing", Outcome.MALFORMED, (asked, to) -> Reply.json(200, "")),
            new Fault("no JSON object", Outcome.MALFORMED, (asked, to) -> Reply.json(200, "[]")))
        .map(Arguments::of);
  }

  @ParameterizedTest
  @MethodSource("faults")
  void isWaitedForAndSaidAtItsBeginningAndItsEnd(Fault fault) throws Exception {
    long before = SchemaMetrics.requests(fault.outcome());
    int[] left = {4};
    try (Warnings warnings = new Warnings();
        FakeServer server =
            FakeServer.start(
                (asked, to) ->
                    left[0]-- > 0 ? fault.answer().answer(asked, to) : Reply.schema("\"int\""));
        Schemas schemas =
            fault.outcome() == Outcome.TIMEOUT
                ? openWithTimeout(server.address())
                : open(server.address(), true)) {
      assertEquals("\"int\"", schemas.get(ID).text());
      // A busy machine may make one more.
      assertTrue(time.slept().size() >= 4, time.slept().toString());
      assertEquals(2, warnings.said().size(), warnings.said().toString());
      String begin = warnings.said().get(0);
      assertTrue(
          begin.startsWith("schema registry " + server.address() + " does not answer"), begin);
      assertTrue(warnings.said().get(1).contains("answers again"), warnings.said().toString());
      assertTrue(SchemaMetrics.requests(fault.outcome()) >= before + 4);
    }
  }

  @Test
  void aJobWaitsForAnHourWithTriesThatAreHalfAMinuteApart() throws Exception {
    try (Warnings warnings = new Warnings();
        FakeServer server = FakeServer.start((asked, to) -> Reply.of(503, "text/plain", ""));
        Schemas schemas = open(server.address(), true)) {
      time.before(
          delay -> {
            if (time.sleptInAll().compareTo(Duration.ofHours(1)) > 0) {
              server.answer((asked, to) -> Reply.schema("\"int\""));
            }
          });
      assertEquals("\"int\"", schemas.get(ID).text());
      assertTrue(time.slept().stream().allMatch(d -> d.compareTo(Duration.ofSeconds(30)) <= 0));
      int tries = server.paths().size();
      assertTrue(tries > 120 && tries < 300, tries + " tries");
      assertEquals(2, warnings.said().size());
    }
  }

  @Test
  void aVerbWaitsForAMinute() throws Exception {
    try (FakeServer server = FakeServer.start((asked, to) -> Reply.of(503, "text/plain", "later"));
        Schemas schemas = open(server.address(), false)) {
      UnavailableException e = assertThrows(UnavailableException.class, () -> schemas.get(ID));
      assertEquals(
          server.address()
              + "/schemas/ids/7: 503 (later); waited 60 s for the registry: check that it runs, and"
              + " --schemaRegistry",
          e.getMessage());
      assertTrue(time.sleptInAll().compareTo(Duration.ofMinutes(1)) <= 0);
      assertTrue(time.sleptInAll().compareTo(Duration.ofSeconds(25)) > 0);
      server.answer((asked, to) -> Reply.schema("\"int\""));
      assertEquals("\"int\"", schemas.get(ID).text());
    }
  }

  @Test
  void whatAServerAsksToBeLeftAloneIsKeptUpToABound() throws Exception {
    String[] retryAfter = {"3", "86400", "Fri, 31 Dec 1999 23:59:59 GMT"};
    int[] next = {0};
    try (FakeServer server =
            FakeServer.start(
                (asked, to) ->
                    next[0] < retryAfter.length
                        ? new Reply(429, Map.of("Retry-After", retryAfter[next[0]++]), new byte[0])
                        : Reply.schema("\"int\""));
        Schemas schemas = open(server.address(), true)) {
      schemas.get(ID);
      assertEquals(Duration.ofSeconds(3), time.slept().get(0));
      assertEquals(Duration.ofSeconds(30), time.slept().get(1));
      assertTrue(time.slept().get(2).compareTo(Duration.ofSeconds(2)) < 0);
    }
  }

  @Test
  void aRegistryThatIsDownAndComesBackIsFound() throws Exception {
    int port;
    try (FakeServer server = FakeServer.start((asked, to) -> Reply.schema("\"int\""))) {
      port = server.port();
    }
    FakeServer[] back = new FakeServer[1];
    time.before(
        delay -> {
          if (time.slept().size() == 3) {
            back[0] = FakeServer.start(port, (asked, to) -> Reply.schema("\"long\""));
          }
        });
    try (Schemas schemas = open("http://127.0.0.1:" + port, true)) {
      assertEquals("\"long\"", schemas.get(ID).text());
    } finally {
      if (back[0] != null) {
        back[0].close();
      }
    }
  }

  /** The connection that was kept is of no use any more. */
  @Test
  void aRegistryThatIsStartedAnewBetweenTwoQuestionsIsFound() throws Exception {
    FakeServer first = FakeServer.start((asked, to) -> Reply.schema("\"int\""));
    try (Schemas schemas = open(first.address(), true)) {
      schemas.get(ID);
      int port = first.port();
      first.close();
      try (FakeServer second = FakeServer.start(port, (asked, to) -> Reply.schema("\"long\""))) {
        assertEquals("\"long\"", schemas.get(SchemaId.of(8)).text());
        assertEquals(1, second.paths().size());
      }
    }
  }

  @Test
  void theNextAddressIsAskedAtOnceAndStaysTheOne() throws Exception {
    int none;
    try (FakeServer closed = FakeServer.start((asked, to) -> Reply.unknown())) {
      none = closed.port();
    }
    try (FakeServer failing = FakeServer.start((asked, to) -> Reply.of(500, "text/plain", "no"));
        FakeServer well = FakeServer.start((asked, to) -> Reply.schema("\"int\""))) {
      try (Warnings warnings = new Warnings();
          Schemas schemas =
              open(
                  "http://127.0.0.1:" + none + "," + failing.address() + "," + well.address(),
                  true)) {
        for (int i = 1; i <= 10; i++) {
          schemas.get(SchemaId.of(i));
        }
        assertEquals(java.util.List.of(), time.slept());
        assertEquals(1, failing.paths().size());
        assertEquals(10, well.paths().size());
        assertEquals(java.util.List.of(), warnings.said());
      }
    }
  }

  @Test
  void aHostThatThereIsNotIsSaidInOneLine() throws Exception {
    try (Schemas schemas = open("http://registry.invalid:8081", true)) {
      UserException e = assertThrows(UserException.class, () -> schemas.get(ID));
      assertEquals(
          "http://registry.invalid:8081/schemas/ids/7: there is no host registry.invalid; check"
              + " --schemaRegistry",
          e.getMessage());
    }
  }

  @Test
  void whatSpeaksNoHttpIsSaidInOneLine() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread server =
          new Thread(
              () -> {
                try (Socket socket = other.accept()) {
                  BufferedReader in =
                      new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
                  while (!in.readLine().isEmpty()) {
                    // The request's head.
                  }
                  socket
                      .getOutputStream()
                      .write("220 mail.example.org ESMTP\r\n\r\n".getBytes(UTF_8));
                  socket.getOutputStream().flush();
                } catch (IOException e) {
                  // The test says what it expected.
                }
              });
      server.start();
      try (Schemas schemas = open("http://127.0.0.1:" + other.getLocalPort(), true)) {
        UserException e = assertThrows(UserException.class, () -> schemas.get(ID));
        assertTrue(e.getMessage().contains("that is no HTTP"), e.getMessage());
      }
      server.join();
    }
  }

  @Test
  void anInterruptEndsTheWaitForAnAnswerAtOnce() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    try (FakeServer server =
            FakeServer.start(
                (question, to) -> {
                  asked.countDown();
                  return hangs();
                });
        Schemas schemas =
            ConfluentRegistry.open(new SchemaSettings(server.address(), null, true), Time.SYSTEM)) {
      assertEndsWhenInterrupted(schemas, asked);
    }
  }

  @Test
  void anInterruptEndsTheWaitBetweenTwoTriesAtOnce() throws Exception {
    CountDownLatch asked = new CountDownLatch(6);
    try (FakeServer server =
            FakeServer.start(
                (question, to) -> {
                  asked.countDown();
                  return new Reply(503, Map.of("Retry-After", "0"), new byte[0]);
                });
        Schemas schemas =
            ConfluentRegistry.open(new SchemaSettings(server.address(), null, true), Time.SYSTEM)) {
      assertEndsWhenInterrupted(schemas, asked);
    }
  }

  private static void assertEndsWhenInterrupted(Schemas schemas, CountDownLatch asked)
      throws InterruptedException {
    Throwable[] ended = new Throwable[1];
    boolean[] flag = new boolean[1];
    Thread job =
        new Thread(
            () -> {
              try {
                schemas.get(ID);
              } catch (Exception e) {
                ended[0] = e;
                flag[0] = Thread.currentThread().isInterrupted();
              }
            });
    job.start();
    asked.await();
    assertTrue(job.isAlive());
    job.interrupt();
    job.join(20_000);
    assertFalse(job.isAlive());
    // A UserException: the decoder takes anything else for a fault of the record.
    assertEquals(UnavailableException.class, ended[0].getClass());
    assertTrue(flag[0]);
  }
}
