package io.sluice.chaos;

import static io.sluice.chaos.EventWriter.utf8;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * Writes events behind Confluent's frame, by a schema that evolves as a producer's does from
 * release to release. Each schema is registered under an id that no record had before it.
 *
 * @param <S> a release's schema
 */
abstract class FramedWriter<S> implements EventWriter {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int HEADER = 5;

  /** The registry gives ids from 1 on. */
  private static final int UNKNOWN_ID = 1_000_000;

  /** Where there is one try: whoever asks has other things to do. */
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  /** Where it is tried again: a busy machine is to answer once. */
  private static final Duration LONG_TIMEOUT = Duration.ofSeconds(10);

  /** A registry that has just been started, on a machine that does other things, too. */
  private static final Duration FIRST = Duration.ofMinutes(1);

  private static final Duration PAUSE = Duration.ofMillis(200);

  /** A schema and its id. */
  private record Registered<T>(int id, T schema) {}

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI versions;
  private final String type;
  private final IntFunction<S> release;
  private final Function<S, String> text;
  private Registered<S> current;
  private Registered<S> prepared;
  private int releases;
  private int used = 1;

  /**
   * Registers the first schema, for which it waits up to a minute.
   *
   * @param registry its address
   * @param type as the registry calls the language of the schemas
   * @param release makes the schema of a release, counted from 0: no two have the same text
   * @param text of a schema
   */
  FramedWriter(
      String registry, String topic, String type, IntFunction<S> release, Function<S, String> text)
      throws IOException, InterruptedException {
    this.versions = URI.create(registry + "/subjects/" + topic + "-value/versions");
    this.type = type;
    this.release = release;
    this.text = text;
    this.current = register(0, FIRST);
    this.prepared = current;
  }

  /** What was registered although no answer came is registered again, under the same id. */
  private Registered<S> register(int number, Duration patience)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        return registerOnce(release.apply(number), patience.isZero() ? TIMEOUT : LONG_TIMEOUT);
      } catch (IOException e) {
        if (System.nanoTime() >= deadline) {
          throw e;
        }
      }
      TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
    }
  }

  private Registered<S> registerOnce(S schema, Duration timeout)
      throws IOException, InterruptedException {
    String body =
        JSON.createObjectNode()
            .put("schemaType", type)
            .put("schema", text.apply(schema))
            .toString();
    HttpRequest request =
        HttpRequest.newBuilder(versions)
            .timeout(timeout)
            .header("Content-Type", "application/vnd.schemaregistry.v1+json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    int id = JSON.readTree(answer.body()).path("id").asInt();
    if (answer.statusCode() != 200 || id == 0) {
      throw new IOException(versions + ": " + answer.statusCode() + " " + answer.body());
    }
    return new Registered<>(id, schema);
  }

  @Override
  public final void prepare(Duration patience) throws IOException, InterruptedException {
    Registered<S> next = register(releases + 1, patience);
    synchronized (this) {
      releases++;
      prepared = next;
    }
  }

  @Override
  public final synchronized void evolve() {
    if (current.id() != prepared.id()) {
      current = prepared;
      used++;
    }
  }

  @Override
  public final synchronized int schemas() {
    return used;
  }

  private synchronized Registered<S> current() {
    return current;
  }

  /** What stands behind the frame. */
  abstract Written body(S schema, Action action);

  @Override
  public final Written write(Action action) {
    Registered<S> by = current();
    Written body = body(by.schema(), action);
    return new Written(framed(by.id(), body.value()), body.kept());
  }

  private static byte[] framed(int id, byte[] body) {
    return ByteBuffer.allocate(HEADER + body.length).put((byte) 0).putInt(id).put(body).array();
  }

  /** The frame of the schema of the moment before anything. */
  final byte[] framed(byte[] body) {
    return framed(current().id(), body);
  }

  /**
   * What a release keeps of an action.
   *
   * @param mayBuy whether its schema has that name
   * @param mayLackUser whether there may be no user
   */
  static Action kept(Action action, boolean mayBuy, boolean mayLackUser, boolean hasPlatform) {
    boolean buys = mayBuy && action.name() != null && action.n() % 3 == 0;
    boolean lacksUser = mayLackUser && action.n() % 5 == 0;
    return new Action(
        action.n(),
        action.time(),
        buys ? "buy" : action.name(),
        lacksUser ? null : action.user(),
        lacksUser || !hasPlatform ? null : action.platform());
  }

  /** Of a schema that no registry knows. */
  @Override
  public byte[] misfit(Action action) {
    return ByteBuffer.wrap(write(action).value()).putInt(1, UNKNOWN_ID).array();
  }

  /** No frame at all, or one with noise behind it: numbers that never end, and no text. */
  @Override
  public final byte[] unreadable(Action action) {
    if (action.n() % 2 == 0) {
      return utf8("no frame " + action.n());
    }
    byte[] noise = new byte[40];
    Arrays.fill(noise, (byte) 0xFF);
    return framed(noise);
  }
}
