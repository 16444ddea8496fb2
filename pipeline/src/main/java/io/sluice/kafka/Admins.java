package io.sluice.kafka;

import io.sluice.UnavailableException;
import io.sluice.UserException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;

/**
 * One admin client in a JVM for each bootstrap server and settings, however many ask; it is closed
 * when the last one is done.
 */
final class Admins {
  static final int TIMEOUT_MS = 15_000;

  /** By their settings, as loaded. */
  private static final Map<Map<String, Object>, Shared> OPEN = new ConcurrentHashMap<>();

  private Admins() {}

  /** A client, and how many use it. */
  static final class Shared implements AutoCloseable {
    private final Map<String, Object> config;
    private final Admin admin;
    private int users;

    private Shared(Map<String, Object> config, Admin admin) {
      this.config = config;
      this.admin = admin;
    }

    Admin admin() {
      return admin;
    }

    Map<String, Object> config() {
      return config;
    }

    @Override
    public void close() {
      OPEN.computeIfPresent(
          config,
          (same, shared) -> {
            if (--shared.users > 0) {
              return shared;
            }
            shared.admin.close(Duration.ofSeconds(5));
            return null;
          });
    }
  }

  /**
   * A client of these settings; the first one looks at the port before it connects.
   *
   * @throws UserException where the settings cannot be used, or are not those of the port
   */
  static Shared open(KafkaSettings settings) {
    Map<String, Object> config = Map.copyOf(settings.load());
    return OPEN.compute(
        config,
        (same, open) -> {
          Shared shared = open == null ? new Shared(config, create(settings, config)) : open;
          shared.users++;
          return shared;
        });
  }

  private static Admin create(KafkaSettings settings, Map<String, Object> config) {
    BrokerProbe.look(settings, config);
    Map<String, Object> all = new HashMap<>(config);
    all.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
    all.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS / 3);
    try {
      return Admin.create(all);
    } catch (KafkaException e) {
      throw KafkaFaults.unusable(settings, config, e);
    }
  }

  /**
   * What the brokers answer.
   *
   * @param what was asked, as errors call it
   * @throws UnavailableException where none answers in time
   * @throws UserException where they answer with an error, which is its cause
   */
  static <T> T answer(KafkaSettings settings, Shared shared, String what, KafkaFuture<T> future) {
    try {
      return future.get(TIMEOUT_MS + 5_000L, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException) {
        throw unreachable(settings, shared, e);
      }
      throw KafkaFaults.of(settings, what, e);
    } catch (TimeoutException e) {
      throw unreachable(settings, shared, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking Kafka", e);
    }
  }

  private static UnavailableException unreachable(
      KafkaSettings settings, Shared shared, Exception e) {
    String servers = settings.bootstrapServers();
    boolean elsewhere = BrokerProbe.look(settings, shared.config()) == BrokerProbe.Found.BROKER;
    return new UnavailableException(
        elsewhere
            ? "a Kafka broker answers at "
                + servers
                + ", and none where it says that its cluster is: check the brokers'"
                + " advertised.listeners and the network"
            : "no Kafka broker answers at "
                + servers
                + ": check --bootstrapServers and the network",
        e);
  }
}
