package io.sluice.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RootCauseTest {
  @Test
  void whatSluiceSaysIsSaidAndTheFaultBelowItBehind() {
    assertEquals(
        "no Kafka broker answers at host:9092: check the network (TimeoutException: Call(callName=listNodes) timed out)",
        RootCause.of(
            """
            java.lang.RuntimeException: Failed to start the source
            	at org.apache.beam.runners.flink.A.b(A.java:1)
            Caused by: io.sluice.UnavailableException: no Kafka broker answers at host:9092: check the network
            	at io.sluice.source.Topic.unreachable(Topic.java:1)
            	... 12 more
            Caused by: java.util.concurrent.ExecutionException: org.apache.kafka.common.errors.TimeoutException: late
            	at java.base/java.util.concurrent.X.y(X.java:3)
            Caused by: org.apache.kafka.common.errors.TimeoutException: Call(callName=listNodes) timed out
            """));
  }

  @Test
  void anExceptionOfJavasThatOurCodeThrowsIsOurs() {
    assertEquals(
        "topic t was deleted and created again",
        RootCause.of(
            """
            org.apache.beam.sdk.util.UserCodeException: java.lang.IllegalStateException: topic t was deleted and created again
            	at org.apache.beam.sdk.util.UserCodeException.wrap(UserCodeException.java:39)
            Caused by: java.lang.IllegalStateException: topic t was deleted and created again
            	at io.sluice.source.RecordConsumer.checkIdentity(RecordConsumer.java:2)
            """));
  }

  @Test
  void othersAreNamedByTheirType() {
    assertEquals(
        "OutOfMemoryError: Java heap space",
        RootCause.of("java.lang.OutOfMemoryError: Java heap space\n\tat a.B.c(B.java:1)\n"));
    assertEquals("NullPointerException", RootCause.of("java.lang.NullPointerException"));
    assertEquals("Flink does not say why", RootCause.of(""));
  }

  @Test
  void aSecondLineOfAMessageIsNoCause() {
    assertEquals(
        "IOException: first",
        RootCause.of("java.io.IOException: first\nsecond\n\tat a.B.c(B.java:1)\n"));
  }
}
