package io.sluice.lake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sluice.UserException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.beam.sdk.io.aws2.options.S3Options;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;

/** The store's clock is what its answers say, and never the host's. */
class AnswerClockTest {
  private long nanos;

  private final AnswerClock clock =
      new AnswerClock(
          new TimeSource() {
            @Override
            public long epochMillis() {
              throw new IllegalStateException("the host's clock has no part in it");
            }

            @Override
            public long monotonicNanos() {
              return nanos;
            }
          });

  @Test
  void anAnswersDateIsCarriedOnUntilTheNext() {
    assertEquals(Optional.empty(), clock.now());
    clock.read("Sat, 03 Jan 2026 10:00:00 GMT");
    nanos += Duration.ofSeconds(90).toNanos();
    assertEquals(Optional.of(Instant.parse("2026-01-03T10:01:30Z")), clock.now());
    clock.read("no date");
    assertEquals(Optional.of(Instant.parse("2026-01-03T10:01:30Z")), clock.now());
    clock.read("Sat, 03 Jan 2026 10:01:25 GMT");
    assertEquals(Optional.of(Instant.parse("2026-01-03T10:01:25Z")), clock.now());
  }

  private static Store store(int port) {
    S3Options options = PipelineOptionsFactory.as(S3Options.class);
    options.setEndpoint(java.net.URI.create("http://127.0.0.1:" + port));
    options.setAwsRegion(software.amazon.awssdk.regions.Region.US_EAST_1);
    options.setAwsCredentialsProvider(
        software.amazon.awssdk.auth.credentials.StaticCredentialsProvider.create(
            software.amazon.awssdk.auth.credentials.AwsBasicCredentials.create("key", "secret")));
    return new Stores("s3://lake/x", TestStores.SETTINGS, true).open(options);
  }

  /** The time by a store that answers a list with these headers. */
  private static Instant asked(String headers) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread answers =
          new Thread(
              () -> {
                try (Socket socket = server.accept()) {
                  socket.getInputStream().read(new byte[1 << 16]);
                  String body = "<ListBucketResult></ListBucketResult>";
                  socket
                      .getOutputStream()
                      .write(
                          ("HTTP/1.1 200 OK\r\nConnection: close\r\n"
                                  + headers
                                  + "Content-Length: "
                                  + body.length()
                                  + "\r\n\r\n"
                                  + body)
                              .getBytes(StandardCharsets.UTF_8));
                } catch (java.io.IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      answers.start();
      try (Store store = store(server.getLocalPort())) {
        return store.now();
      } finally {
        answers.join();
      }
    }
  }

  @Test
  void whatAServerOfAnotherCenturySaysIsTheTime() throws Exception {
    Instant now = asked("Date: Thu, 02 Jan 2076 10:00:00 GMT\r\n");
    Duration since = Duration.between(Instant.parse("2076-01-02T10:00:00Z"), now);
    assertEquals(0, since.toHours(), since.toString());
  }

  /** Nobody guesses: the age of a file decides whether it may be replaced. */
  @Test
  void aStoreThatDoesNotSayTheTimeIsRefused() {
    UserException e = assertThrows(UserException.class, () -> asked(""));
    assertEquals(
        "s3://lake/x: no answer of the store carries a Date, so how old its files are is not known; "
            + "use a store that sends one, or --settle=0s while no job writes",
        e.getMessage());
  }
}
