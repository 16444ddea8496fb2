package io.sluice.chaos;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Stands before an S3 server, on a loopback port of its own, and makes requests go wrong: by
 * storms, in which each request is hit with some probability, and at the very moment of a commit.
 */
final class S3FaultProxy implements AutoCloseable {
  private static final long HANG_SECONDS = 25;
  private static final long LATE_SECONDS = 3;

  /** A moment in the life of a commit. */
  enum Moment {
    /** The parts are up, the object is not. */
    BEFORE_COMMIT,
    /** The object is there, nobody was told. */
    IN_COMMIT,
    /** The writer was told; no checkpoint knows of it. */
    AFTER_COMMIT
  }

  private record Storm(List<S3Fault> faults, double probability, long endNanos) {}

  private record Ambush(Moment moment, Runnable strike) {}

  private final String what;
  private final Predicate<S3Request> commits;
  private final ServerSocket server;
  private final int upstreamPort;
  private final SplittableRandom random;
  private final Set<String> expiredUploads = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable Storm> storm = new AtomicReference<>();
  private final AtomicReference<@Nullable Ambush> ambush = new AtomicReference<>();
  private final AtomicLong hits = new AtomicLong();

  S3FaultProxy(int upstreamPort, long seed) throws IOException {
    this("S3", upstreamPort, seed, S3Request::isCommit);
  }

  /**
   * The same before another server that is asked over HTTP.
   *
   * @param what it is called in messages
   * @param commits which requests are commits
   */
  S3FaultProxy(String what, int upstreamPort, long seed, Predicate<S3Request> commits)
      throws IOException {
    this.what = what;
    this.commits = commits;
    this.upstreamPort = upstreamPort;
    this.random = new SplittableRandom(seed);
    this.server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  /** What it stands before. */
  String what() {
    return what;
  }

  /** Requests that went wrong so far. */
  long hits() {
    return hits.get();
  }

  /** From now on for a while each request is hit by one of the faults with a probability. */
  void storm(List<S3Fault> faults, double probability, double seconds) {
    storm.set(new Storm(faults, probability, System.nanoTime() + (long) (seconds * 1e9)));
  }

  /** Strikes at a moment of the next commit of a data file. */
  void atNextCommit(Moment moment, Runnable strike) {
    ambush.set(new Ambush(moment, strike));
  }

  /** Whether the last ambush still waits for a commit. */
  boolean isWaiting() {
    return ambush.get() != null;
  }

  /** All goes well from here on. */
  void calm() {
    storm.set(null);
    ambush.set(null);
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "s3-fault-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        daemon(() -> serve(client));
      } catch (IOException e) {
        // Closed, or a client that was gone before it was accepted.
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      InputStream in = new BufferedInputStream(client.getInputStream(), 1 << 16);
      OutputStream out = new BufferedOutputStream(client.getOutputStream(), 1 << 16);
      S3Request request = S3Request.read(in, out).orElse(null);
      if (request != null) {
        answer(client, request, out);
      }
    } catch (IOException e) {
      // One of the two ends is gone, as it is here every few seconds.
    }
  }

  private void answer(Socket client, S3Request request, OutputStream out) throws IOException {
    Ambush waiting = commits.test(request) ? ambush.getAndSet(null) : null;
    if (waiting != null) {
      spring(waiting, client, request, out);
      return;
    }
    S3Fault fault = request.uploadId().map(this::known).orElse(null);
    if (fault == null) {
      fault = draw(request);
    }
    if (fault == null) {
      out.write(forward(request));
      out.flush();
      return;
    }
    hits.incrementAndGet();
    strike(fault, client, request, out);
  }

  private @Nullable S3Fault known(String uploadId) {
    return expiredUploads.contains(uploadId) ? S3Fault.NO_SUCH_UPLOAD : null;
  }

  private synchronized @Nullable S3Fault draw(S3Request request) {
    Storm now = storm.get();
    if (now == null || System.nanoTime() > now.endNanos()) {
      return null;
    }
    if (random.nextDouble() >= now.probability()) {
      return null;
    }
    S3Fault fault = now.faults().get(random.nextInt(now.faults().size()));
    return fault.befalls(request) ? fault : null;
  }

  private void spring(Ambush ambush, Socket client, S3Request request, OutputStream out)
      throws IOException {
    hits.incrementAndGet();
    switch (ambush.moment()) {
      case BEFORE_COMMIT -> {
        ambush.strike().run();
        reset(client);
      }
      case IN_COMMIT -> {
        byte[] unheard = forward(request);
        ambush.strike().run();
        reset(client);
        if (unheard.length == 0) {
          throw new IOException("the S3 server gave no answer");
        }
      }
      case AFTER_COMMIT -> {
        out.write(forward(request));
        out.flush();
        ambush.strike().run();
      }
    }
  }

  private void strike(S3Fault fault, Socket client, S3Request request, OutputStream out)
      throws IOException {
    switch (fault) {
      case INTERNAL_ERROR,
          SLOW_DOWN,
          CONDITIONAL_REQUEST_CONFLICT,
          REQUEST_TIME_TOO_SKEWED,
          EXPIRED_TOKEN,
          ACCESS_DENIED ->
          out.write(fault.answer(request));
      case NO_SUCH_UPLOAD -> {
        request.uploadId().ifPresent(expiredUploads::add);
        out.write(fault.answer(request));
      }
      case PRECONDITION_FAILED -> {
        byte[] answer = forward(request);
        // What failed for another cause is told as it is.
        out.write(isSuccess(answer) ? fault.answer(request) : answer);
      }
      case RESET_BEFORE -> reset(client);
      case LOST_ANSWER -> {
        byte[] unheard = forward(request);
        if (unheard.length > 0) {
          reset(client);
        }
      }
      case DONE_LATER -> {
        reset(client);
        pause(TimeUnit.SECONDS.toMillis(LATE_SECONDS));
        byte[] unheard = forward(request);
        if (unheard.length == 0) {
          throw new IOException("the S3 server gave no answer");
        }
      }
      case SLOW_BODY -> {
        byte[] answer = forward(request);
        for (int at = 0; at < answer.length; at += answer.length / 20 + 1) {
          out.write(answer, at, Math.min(answer.length / 20 + 1, answer.length - at));
          out.flush();
          pause(100);
        }
      }
      case TRUNCATED -> {
        byte[] answer = forward(request);
        out.write(answer, 0, answer.length - answer.length / 4);
        out.flush();
        reset(client);
      }
      case HANG -> {
        pause(TimeUnit.SECONDS.toMillis(HANG_SECONDS));
        reset(client);
      }
    }
    out.flush();
  }

  private static boolean isSuccess(byte[] answer) {
    // HTTP/1.1 200
    return answer.length > 9 && answer[9] == '2';
  }

  private byte[] forward(S3Request request) throws IOException {
    try (Socket upstream = new Socket(InetAddress.getLoopbackAddress(), upstreamPort)) {
      request.writeTo(upstream.getOutputStream());
      return upstream.getInputStream().readAllBytes();
    }
  }

  /** Ends a connection as a crash does: with a reset. */
  private static void reset(Socket client) throws IOException {
    client.setSoLinger(true, 0);
    client.close();
  }

  private static void pause(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
