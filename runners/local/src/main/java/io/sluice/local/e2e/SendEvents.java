package io.sluice.local.e2e;

import io.sluice.local.EventProducer;
import io.sluice.local.UserActions;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/** Sends made-up user actions as the Kafka user that the job is. */
public final class SendEvents {
  private static final int DATES = 3;
  private static final double BAD_PERCENT = 2;

  private SendEvents() {}

  /**
   * {@code BOOTSTRAP_SERVERS CLIENT_PROPERTIES MANIFESTS FROM TO RATE}: sends the events FROM to
   * TO, not included. With a rate, so many a second, as they happen now; with 0 as fast as it goes,
   * from the last three days. Once the broker has acknowledged all it prints {@code
   * {"sent":N,"dead":N}}, how many these are and how many of them the contract rejects; otherwise
   * it fails.
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Map<String, Object> client = client(Path.of(args[1]));
    client.put("bootstrap.servers", args[0]);
    System.out.println(
        send(
            client,
            Broker.Topic.read(Path.of(args[2])),
            Long.parseLong(args[3]),
            Long.parseLong(args[4]),
            Double.parseDouble(args[5])));
  }

  static Map<String, Object> client(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    Map<String, Object> client = new HashMap<>();
    properties.stringPropertyNames().forEach(n -> client.put(n, properties.getProperty(n)));
    return client;
  }

  static String send(
      Map<String, Object> client, Broker.Topic topic, long from, long to, double rate)
      throws InterruptedException {
    UserActions actions =
        new UserActions(
            to - from, LocalDate.now(ZoneOffset.UTC).minusDays(DATES), DATES, BAD_PERCENT);
    AtomicLong dead = new AtomicLong();
    LongFunction<UserActions.Event> events =
        n -> {
          UserActions.Event event =
              rate == 0 ? actions.event(n - from) : actions.event(n, Instant.now());
          if (event.rejected().isPresent()) {
            dead.incrementAndGet();
          }
          return event;
        };
    EventProducer.send(client, topic.name(), topic.partitions(), events, from, to, rate, n -> {});
    return "{\"sent\":" + (to - from) + ",\"dead\":" + dead + "}";
  }
}
