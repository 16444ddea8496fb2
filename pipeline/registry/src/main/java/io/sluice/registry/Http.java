package io.sluice.registry;

import io.sluice.UserException;
import io.sluice.metrics.SchemaMetrics.Outcome;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One try of one request, over Java's own client. An answer has a bounded size and a bounded time,
 * its body included; an interrupt ends the try at once. Safe for use by several threads.
 */
final class Http implements AutoCloseable {
  /** More than any registry takes as a schema by default. */
  static final int MOST_BYTES = 2 << 20;

  private static final int MOST_REDIRECTS = 3;

  private final Supplier<RegistryFile> settings;
  private @Nullable Connection connection;
  private volatile boolean hasAnswered;
  private boolean closed;

  /**
   * @param settings reads them; once now, so that a mistake is said before anything is asked
   */
  Http(Supplier<RegistryFile> settings) {
    this.settings = settings;
    this.connection = connect();
  }

  /** A client, and what it was made of. */
  private record Connection(HttpClient client, @Nullable String authorization, Duration timeout) {}

  private Connection connect() {
    RegistryFile file = settings.get();
    HttpClient.Builder client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(file.timeout());
    Tls.context(file).ifPresent(client::sslContext);
    return new Connection(client.build(), file.authorization(), file.timeout());
  }

  private synchronized Connection connection() {
    if (closed || connection == null) {
      throw new UserException("the schema registry's client is closed");
    }
    return connection;
  }

  /**
   * Reads the settings again, from which on others count: a secret may have been renewed.
   *
   * @throws UserException where they cannot be read
   */
  synchronized void reload() {
    if (!closed) {
      end(connection);
      connection = connect();
    }
  }

  /** From JDK 21 on a client can be closed; before, it ends when nobody refers to it. */
  private static void end(@Nullable Connection old) {
    Object client = old == null ? null : old.client();
    if (client instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        throw new IllegalStateException("closing the client", e);
      }
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    end(connection);
    connection = null;
  }

  /**
   * Asks one place, and follows redirects to the same host.
   *
   * @throws Unanswered where there is no answer now
   * @throws Refused where TLS failed: the other end or we do not trust the other
   * @throws UserException where there will be none until somebody changes something
   */
  Answer ask(Request request, URI place) throws Unanswered, Refused, InterruptedException {
    URI next = place;
    for (int i = 0; i <= MOST_REDIRECTS; i++) {
      Answer answer = once(request, next);
      if (answer.status() / 100 != 3) {
        hasAnswered = true;
        return answer;
      }
      next = redirect(next, answer, request);
    }
    throw new UserException(place + ": redirects to " + next + " and on; check --schemaRegistry");
  }

  /** Credentials go to the host that they are for, and never from TLS to plain text. */
  private static URI redirect(URI from, Answer answer, Request request) {
    String location = answer.headers().firstValue("Location").orElse("");
    URI to = null;
    try {
      to = from.resolve(location);
    } catch (IllegalArgumentException e) {
      // No URL: refused below.
    }
    boolean isSame =
        to != null
            && !location.isEmpty()
            && from.getHost().equalsIgnoreCase(to.getHost())
            && (isTls(to) || (!isTls(from) && "http".equalsIgnoreCase(to.getScheme())))
            && request.body() == null;
    if (to == null || !isSame) {
      throw new UserException(
          from
              + ": "
              + answer.status()
              + ", redirected to "
              + (location.isEmpty() ? "nowhere" : location)
              + "; write the registry's own address into --schemaRegistry");
    }
    return to;
  }

  private static boolean isTls(URI uri) {
    return "https".equalsIgnoreCase(uri.getScheme());
  }

  private Answer once(Request request, URI place) throws Unanswered, Refused, InterruptedException {
    Connection with = connection();
    HttpRequest.Builder asked =
        HttpRequest.newBuilder(place)
            .timeout(with.timeout())
            .header("User-Agent", "sluice")
            .header(
                "Accept",
                "application/vnd.schemaregistry.v1+json, application/json; q=0.9, */*; q=0.1");
    if (with.authorization() != null) {
      asked.header("Authorization", with.authorization());
    }
    Request.Body body = request.body();
    if (body != null) {
      body.headers(place)
          .forEach((name, values) -> values.forEach(value -> asked.setHeader(name, value)));
      asked.POST(HttpRequest.BodyPublishers.ofString(body.text()));
    }
    CompletableFuture<HttpResponse<byte[]>> answer =
        with.client().sendAsync(asked.build(), head -> new BoundedBody(MOST_BYTES));
    try {
      // The request's own time-out ends with the answer's head.
      HttpResponse<byte[]> whole = answer.get(with.timeout().toMillis(), TimeUnit.MILLISECONDS);
      return new Answer(place, whole.statusCode(), whole.headers(), whole.body());
    } catch (TimeoutException e) {
      throw timedOut(place, with, e);
    } catch (ExecutionException e) {
      throw failure(request, place, with, e.getCause() == null ? e : e.getCause());
    } finally {
      answer.cancel(true);
    }
  }

  private static Unanswered timedOut(URI place, Connection with, Throwable e) {
    return new Unanswered(
        Outcome.TIMEOUT, place + ": no answer within " + with.timeout().toMillis() + " ms", e);
  }

  private Unanswered failure(Request request, URI place, Connection with, Throwable e)
      throws Refused {
    if (has(e, BoundedBody.TooLargeException.class)) {
      throw new UserException(
          place
              + ": an answer of more than "
              + MOST_BYTES
              + " bytes; check --schemaRegistry, or register a smaller schema in place of "
              + request.what(),
          e);
    }
    if (has(e, HttpTimeoutException.class)) {
      return timedOut(place, with, e);
    }
    if (!hasAnswered
        && (has(e, UnresolvedAddressException.class) || has(e, UnknownHostException.class))) {
      throw new UserException(
          place + ": there is no host " + place.getHost() + "; check --schemaRegistry", e);
    }
    if (has(e, SSLException.class)
        && !has(e, EOFException.class)
        && !has(e, SocketException.class)) {
      throw new Refused(place + ": TLS failed: " + Tls.why(e), e);
    }
    if (has(e, ProtocolException.class)) {
      throw new UserException(
          place + ": that is no HTTP: " + words(e) + "; check --schemaRegistry", e);
    }
    if (!has(e, IOException.class) && !has(e, UnresolvedAddressException.class)) {
      throw new UserException(place + ": " + e, e);
    }
    return new Unanswered(Outcome.CONNECTION, place + ": " + words(e), e);
  }

  private static String words(Throwable e) {
    if (has(e, UnresolvedAddressException.class)) {
      return "its host is not known any more";
    }
    List<String> messages =
        java.util.stream.Stream.iterate(e, one -> one != null, Throwable::getCause)
            .limit(10)
            .map(Throwable::getMessage)
            .filter(message -> message != null && !message.isBlank())
            .toList();
    return messages.isEmpty()
        ? has(e, java.net.ConnectException.class)
            ? "connection refused"
            : e.getClass().getSimpleName()
        : messages.get(messages.size() - 1).replaceAll("\\s+", " ");
  }

  static boolean has(Throwable e, Class<? extends Throwable> type) {
    return java.util.stream.Stream.iterate(e, one -> one != null, Throwable::getCause)
        .limit(10)
        .anyMatch(type::isInstance);
  }
}
