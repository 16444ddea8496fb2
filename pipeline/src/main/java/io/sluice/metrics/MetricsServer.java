package io.sluice.metrics;

import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.sluice.UserException;
import java.io.IOException;
import java.io.Serializable;
import java.net.BindException;
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

  private static @Nullable HTTPServer server;
  private static int users;

  /**
   * Where to listen: at the first port of a range that is free, for workers that share a host.
   *
   * @param firstPort 0 for any that is free
   */
  public record Address(String host, int firstPort, int lastPort) implements Serializable {
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
   * @throws IOException where no port of the address is free
   */
  public static synchronized void open(Address address) throws IOException {
    if (server == null) {
      // Once for a registry: a second call does nothing.
      JvmMetrics.builder().register();
      server = start(address);
      LOG.info("metrics at http://{}:{}/metrics", address.host(), server.getPort());
    }
    users++;
  }

  private static HTTPServer start(Address address) throws IOException {
    BindException taken = null;
    for (int port = address.firstPort(); port <= address.lastPort(); port++) {
      try {
        return HTTPServer.builder().hostname(address.host()).port(port).buildAndStart();
      } catch (BindException e) {
        taken = e;
      }
    }
    throw new IOException(
        "no port for metrics is free at " + address + ": give --metricsAddress a range of ports",
        taken);
  }

  /** Where it listens; 0 where it does not. */
  public static synchronized int port() {
    return server == null ? 0 : server.getPort();
  }

  public static synchronized void close() {
    if (--users == 0 && server != null) {
      server.close();
      server = null;
    }
  }
}
