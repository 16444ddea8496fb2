package io.sluice.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * Events as records of Avro behind Confluent's frame, written by Avro's own library, by a schema
 * that evolves as a producer's does from release to release: fields come, go, move and widen, and
 * an enum gets symbols. Each schema is registered under an id that no record had before it.
 */
final class AvroWriter implements EventWriter {
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

  private static final String MILLIS = "{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}";
  private static final String MICROS = "{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}";
  private static final String TEXT = "[\"null\",\"string\"]";
  private static final String PLATFORM =
      ",{\"name\":\"platform\",\"type\":\"string\",\"default\":\"web\"}";

  /** What the producer's releases write, in their order; after the last comes the first again. */
  private static final List<String> RELEASES =
      List.of(
          record("Action", time(MILLIS), name(TEXT), n("\"int\""), user("")),
          // A field with a default.
          record("Action", time(MILLIS), name(TEXT), n("\"int\""), user(PLATFORM)),
          // An int is a long.
          record("Action", time(MILLIS), name(TEXT), n("\"long\""), user(PLATFORM)),
          // A finer time, and a text that is an enum.
          record("Action", time(MICROS), name(symbols("\"view\"")), n("\"long\""), user(PLATFORM)),
          // One more symbol, and it is used.
          record(
              "Action",
              time(MICROS),
              name(symbols("\"buy\",\"view\"")),
              n("\"long\""),
              user(PLATFORM)),
          // Fields that no contract names, and all in another order.
          record(
              "Action",
              field("tags", "{\"type\":\"map\",\"values\":\"int\"}"),
              n("\"long\""),
              user(PLATFORM),
              field("comment", "[\"string\",\"null\"]"),
              name(TEXT),
              time(MICROS)),
          // A field is gone.
          record("Action", n("\"long\""), user(""), name(TEXT), time(MICROS)),
          // The record has another name, and a part may be missing.
          record(
              "UserAction\",\"aliases\":[\"Action\"],\"namespace\":\"shop",
              time(MILLIS),
              name(TEXT),
              n("\"long\""),
              user("").replace("\"type\":{", "\"type\":[\"null\",{").replace("]}}", "]}]}")));

  private static String record(String name, String... fields) {
    return "{\"type\":\"record\",\"name\":\""
        + name
        + "\",\"doc\":\"release %d\",\"fields\":["
        + String.join(",", fields)
        + "]}";
  }

  private static String field(String name, String type) {
    return "{\"name\":\"" + name + "\",\"type\":" + type + "}";
  }

  private static String time(String type) {
    return field("timestamp", type);
  }

  private static String name(String type) {
    return field("event_name", type);
  }

  private static String n(String type) {
    return field("n", type);
  }

  private static String user(String more) {
    return field(
        "user_identifiers",
        "{\"type\":\"record\",\"name\":\"Identifiers\",\"fields\":["
            + field("id", "\"string\"")
            + more
            + "]}");
  }

  private static String symbols(String symbols) {
    return "[\"null\",{\"type\":\"enum\",\"name\":\"Kind\",\"symbols\":[" + symbols + "]}]";
  }

  /** A schema and its id. */
  private record Registered(int id, Schema schema) {}

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI versions;
  private Registered current;
  private Registered prepared;
  private int releases;
  private int used = 1;

  /**
   * Registers the first schema, for which it waits up to a minute.
   *
   * @param registry its address
   */
  AvroWriter(String registry, String topic) throws IOException, InterruptedException {
    versions = URI.create(registry + "/subjects/" + topic + "-value/versions");
    current = register(0, FIRST);
    prepared = current;
  }

  /** What was registered although no answer came is registered again, under the same id. */
  private Registered register(int release, Duration patience)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        return registerOnce(release, patience.isZero() ? TIMEOUT : LONG_TIMEOUT);
      } catch (IOException e) {
        if (System.nanoTime() >= deadline) {
          throw e;
        }
      }
      TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
    }
  }

  private Registered registerOnce(int release, Duration timeout)
      throws IOException, InterruptedException {
    String text = RELEASES.get(release % RELEASES.size()).formatted(release);
    HttpRequest request =
        HttpRequest.newBuilder(versions)
            .timeout(timeout)
            .header("Content-Type", "application/vnd.schemaregistry.v1+json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    JSON.createObjectNode().put("schema", text).toString()))
            .build();
    HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    int id = JSON.readTree(answer.body()).path("id").asInt();
    if (answer.statusCode() != 200 || id == 0) {
      throw new IOException(versions + ": " + answer.statusCode() + " " + answer.body());
    }
    return new Registered(id, new Schema.Parser().parse(text));
  }

  @Override
  public void prepare(Duration patience) throws IOException, InterruptedException {
    Registered next = register(releases + 1, patience);
    synchronized (this) {
      releases++;
      prepared = next;
    }
  }

  @Override
  public synchronized void evolve() {
    if (current.id() != prepared.id()) {
      current = prepared;
      used++;
    }
  }

  @Override
  public synchronized int schemas() {
    return used;
  }

  private synchronized Registered current() {
    return current;
  }

  @Override
  public Written write(Action action) {
    Registered by = current();
    GenericRecord record = new GenericData.Record(by.schema());
    record.put("timestamp", time(action, by.schema()));
    String name = kept(action, branch(by.schema().getField("event_name").schema()));
    record.put("event_name", symbol(name, branch(by.schema().getField("event_name").schema())));
    record.put("n", n(action, by.schema()));
    Schema users = by.schema().getField("user_identifiers").schema();
    boolean isLeftOut = users.isUnion() && action.n() % 5 == 0;
    boolean hasPlatform = branch(users).getField("platform") != null;
    if (!isLeftOut) {
      GenericRecord user = new GenericData.Record(branch(users));
      user.put("id", action.user());
      if (hasPlatform) {
        user.put("platform", action.platform());
      }
      record.put("user_identifiers", user);
    }
    if (by.schema().getField("tags") != null) {
      record.put("tags", Map.of("n", (int) (action.n() % 100)));
      record.put("comment", action.n() % 2 == 0 ? null : "odd");
    }
    return new Written(
        framed(by.id(), body(record)),
        new Action(
            action.n(),
            action.time(),
            name,
            isLeftOut ? null : action.user(),
            isLeftOut || !hasPlatform ? null : action.platform()));
  }

  private static Object time(Action action, Schema schema) {
    boolean inMillis =
        schema.getField("timestamp").schema().getLogicalType().getName().equals("timestamp-millis");
    return inMillis ? action.time() : action.time() * 1_000;
  }

  private static Object n(Action action, Schema schema) {
    boolean isInt = schema.getField("n").schema().getType() == Schema.Type.INT;
    return isInt ? (Object) Math.toIntExact(action.n()) : (Object) action.n();
  }

  private static @Nullable String kept(Action action, Schema type) {
    boolean mayBuy = type.getType() == Schema.Type.ENUM && type.hasEnumSymbol("buy");
    return action.name() != null && mayBuy && action.n() % 3 == 0 ? "buy" : action.name();
  }

  private static @Nullable Object symbol(@Nullable String name, Schema type) {
    return name == null || type.getType() != Schema.Type.ENUM
        ? name
        : new GenericData.EnumSymbol(type, name);
  }

  /** The type itself, or that of a union which is not null. */
  private static Schema branch(Schema type) {
    if (!type.isUnion()) {
      return type;
    }
    return type.getTypes().stream()
        .filter(one -> one.getType() != Schema.Type.NULL)
        .findFirst()
        .orElseThrow();
  }

  private static byte[] body(GenericRecord record) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    try {
      new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return out.toByteArray();
  }

  private static byte[] framed(int id, byte[] body) {
    return ByteBuffer.allocate(HEADER + body.length).put((byte) 0).putInt(id).put(body).array();
  }

  @Override
  public byte[] cutOff(Action action) {
    byte[] whole = write(action).value();
    return Arrays.copyOf(whole, whole.length - 1);
  }

  /** Of a schema that no registry knows. */
  @Override
  public byte[] misfit(Action action) {
    return ByteBuffer.wrap(write(action).value()).putInt(1, UNKNOWN_ID).array();
  }

  /** No frame at all, or one with what is no record behind it: numbers that never end. */
  @Override
  public byte[] unreadable(Action action) {
    if (action.n() % 2 == 0) {
      return ("no frame " + action.n()).getBytes(UTF_8);
    }
    byte[] body = new byte[40];
    Arrays.fill(body, (byte) 0xFF);
    return framed(current().id(), body);
  }
}
