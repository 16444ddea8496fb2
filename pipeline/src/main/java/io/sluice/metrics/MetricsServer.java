package io.sluice.metrics;

import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.sluice.UserException;
import java.io.IOException;
import java.io.Serializable;
import java.net.BindException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves this JVM's metrics to Prometheus, at {@code /metrics}, as long as somebody needs it: the
 * steps of one worker share it, and when the last is torn down its port is free for a next job.
 */
public final class MetricsServer {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsServer.class);
  private static final Pattern ADDRESS = Pattern.compile("(.+):(\\d{1,5})(?:-(\\d{1,5}))?");
  private static final int LAST_PORT = 65_535;
  private static final Duration RETRY = Duration.ofMinutes(1);

  private static @Nullable HTTPServer server;
  private static @Nullable Thread retry;
  private static int users;

  /**
   * Where to listen: at the first port of a range that is free, for workers that share a host.
   *
   * @param firstPort 0 for any that is free
   */
  public record Address(String host, int firstPort, int lastPort) implements Serializable {
    @Override
    public String toString() {
      return host + ":" + firstPort + (lastPort == firstPort ? "" : "-" + lastPort);
    }

    /**
     * Reads {@code host:port} or {@code host:port-port}.
     *
     * @throws UserException where it is neither
     */
    public static Address parse(String flag, String text) {
      Matcher matcher = ADDRESS.matcher(text);
      if (matcher.matches()) {
        int first = Integer.parseInt(matcher.group(2));
        int last = matcher.group(3) == null ? first : Integer.parseInt(matcher.group(3));
        if (first <= last && last <= LAST_PORT) {
          return new Address(matcher.group(1), first, last);
        }
      }
      throw new UserException(
          flag + "=" + text + ": write host:port or host:first-last, as 0.0.0.0:9404");
    }
  }

  private MetricsServer() {}

  /**
   * Starts the server unless this JVM has it. Each call needs one of {@link #close}.
   *
   * @throws UserException where no port of the address is free, or its host is not this one
   */
  public static synchronized void open(Address address) {
    if (server == null) {
      try {
        server = start(address);
      } catch (IOException | UnresolvedAddressException e) {
        throw new UserException("--metricsAddress=" + address + ": " + why(e), e);
      }
    }
    users++;
  }

  /**
   * The same on a worker of a cluster, which does its work without metrics where no port is free:
   * each call says so in the log, and tries again each minute.
   */
  public static synchronized void openOnWorker(Address address) {
    users++;
    if (server == null && retry == null) {
      tryOnWorker(address);
    }
  }

  static synchronized void tryOnWorker(Address address) {
    retry = null;
    if (server != null || users == 0) {
      return;
    }
    try {
      server = start(address);
    } catch (IOException | UnresolvedAddressException e) {
      LOG.error(
          "this worker runs without metrics: --metricsAddress={}: {}; tried again in {} s",
          address,
          why(e),
          RETRY.toSeconds());
      Thread waiting = new Thread(() -> retryLater(address), "metrics-retry");
      waiting.setDaemon(true);
      retry = waiting;
      waiting.start();
    }
  }

  private static void retryLater(Address address) {
    try {
      Thread.sleep(RETRY.toMillis());
      tryOnWorker(address);
    } catch (InterruptedException e) {
      // Nobody needs it any more.
    }
  }

  private static String why(Exception e) {
    return e instanceof BindException
        ? "no port is free there: stop what has it, or give a range as 0.0.0.0:9404-9409"
        : "cannot be listened at (" + e + "): name an address of this machine, as 0.0.0.0:9404";
  }

  private static HTTPServer start(Address address) throws IOException {
    // Once for a registry: a second call does nothing.
    JvmMetrics.builder().register();
    BindException taken = new BindException();
    for (int port = address.firstPort(); port <= address.lastPort(); port++) {
      try {
        HTTPServer started =
            HTTPServer.builder().hostname(address.host()).port(port).buildAndStart();
        LOG.info("metrics at http://{}:{}/metrics", address.host(), started.getPort());
        return started;
      } catch (BindException e) {
        taken = e;
      }
    }
    throw taken;
  }

  /** Where it listens; 0 where it does not. */
  public static synchronized int port() {
    return server == null ? 0 : server.getPort();
  }

  public static synchronized void close() {
    if (--users > 0) {
      return;
    }
    if (retry != null) {
      retry.interrupt();
      retry = null;
    }
    if (server != null) {
      server.close();
      server = null;
    }
  }
}
