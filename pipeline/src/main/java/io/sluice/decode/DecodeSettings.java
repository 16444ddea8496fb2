package io.sluice.decode;

import io.sluice.schema.SchemaSettings;
import java.io.Serializable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * By what records are decoded besides the contract.
 *
 * @param maxFuture how far an event time may be ahead of the record's Kafka timestamp, null for any
 * @param maxAge how far it may be behind, null for any
 * @param mostFailures of the records of a minute, in percent, that the decoder may fail at; beyond,
 *     decoding fails with an IllegalStateException
 * @param schemas where the schemas are that records name
 */
public record DecodeSettings(
    @Nullable Duration maxFuture,
    @Nullable Duration maxAge,
    int mostFailures,
    SchemaSettings schemas)
    implements Serializable {
  /**
   * Of the records of a minute, in percent, that a decoder may fail at, which is a fault of
   * Sluice's: all of them. Each is a dead letter of reason {@link
   * io.sluice.deadletter.Reason#DECODER_FAILED}.
   */
  public static final int ANY_FAILURES = 100;

  /** For whoever decodes beside a job: any failures, since each is said in its output. */
  public DecodeSettings(
      @Nullable Duration maxFuture, @Nullable Duration maxAge, SchemaSettings schemas) {
    this(maxFuture, maxAge, ANY_FAILURES, schemas);
  }

  /** The same for a job, which waits for schemas as long as it takes. */
  public DecodeSettings waiting() {
    return new DecodeSettings(maxFuture, maxAge, mostFailures, schemas.waiting());
  }

  /** The same without limits of the event time. */
  public DecodeSettings unlimited() {
    return new DecodeSettings(null, null, mostFailures, schemas);
  }
}
