package io.sluice.kafka;

import io.sluice.deadletter.DeadLetter;
import io.sluice.deadletter.DeadLetters;
import io.sluice.deadletter.LetterHeaders;
import io.sluice.metrics.SluiceMetrics;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;
import org.apache.beam.sdk.values.Row;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends dead letters to a Kafka topic, beside their table: each at least once, as it was, with the
 * headers of {@link LetterHeaders}. After a restart some are sent again; their position tells them.
 *
 * <p>A letter that the topic does not take for what it is, too large above all, is counted, logged
 * and left to the table. Any other failure fails the bundle, which is tried again.
 */
public final class SendDeadLetters extends PTransform<PCollection<Row>, PDone> {
  private static final long serialVersionUID = 1L;

  private final SendFn send;

  SendDeadLetters(KafkaSettings kafka, String topic) {
    send = new SendFn(kafka, topic);
  }

  @Override
  public PDone expand(PCollection<Row> letters) {
    letters.apply("SendToTopic", ParDo.of(send));
    return PDone.in(letters.getPipeline());
  }

  // Not KafkaIO's: that fails the job for good at a record that is too large.
  static final class SendFn extends DoFn<Row, Void> {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(SendDeadLetters.class);

    /** As much as the producer's default buffer: the broker decides what is too large. */
    private static final int LARGEST_REQUEST = 32 << 20;

    private static final String TOO_LARGE = "too_large";
    private static final String INVALID = "invalid";

    private final KafkaSettings kafka;
    private final String topic;
    private transient @Nullable KafkaProducer<byte[], byte[]> producer;
    private transient @Nullable Bundle bundle;

    SendFn(KafkaSettings kafka, String topic) {
      this.kafka = kafka;
      this.topic = topic;
    }

    /** What became of the letters of a bundle. The producer's thread writes, too. */
    private static final class Bundle {
      private final AtomicInteger sent = new AtomicInteger();
      private final AtomicReference<@Nullable String> skipped = new AtomicReference<>();
      private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    }

    /** A counter that is there from the start is one whose first increase is seen. */
    @Setup
    public void setup() {
      SluiceMetrics.DEAD_LETTER_TOPIC_RECORDS.labelValues(topic);
      SluiceMetrics.DEAD_LETTER_TOPIC_SKIPPED.labelValues(topic, TOO_LARGE);
      SluiceMetrics.DEAD_LETTER_TOPIC_SKIPPED.labelValues(topic, INVALID);
    }

    @StartBundle
    public void startBundle() {
      bundle = new Bundle();
    }

    @ProcessElement
    public void process(@Element Row row) {
      DeadLetter letter = DeadLetters.letter(row);
      Bundle current = Objects.requireNonNull(bundle);
      var unused =
          producer()
              .send(
                  new ProducerRecord<>(
                      topic,
                      null,
                      null,
                      letter.record().key(),
                      letter.record().value(),
                      KafkaRecords.headers(LetterHeaders.of(letter))),
                  (metadata, exception) -> acknowledged(letter, exception, current));
    }

    private void acknowledged(DeadLetter letter, @Nullable Exception exception, Bundle current) {
      if (exception == null) {
        current.sent.incrementAndGet();
      } else if (exception instanceof RecordTooLargeException) {
        skip(letter, TOO_LARGE, exception, current);
      } else if (exception instanceof InvalidRecordException) {
        skip(letter, INVALID, exception, current);
      } else {
        current.failure.compareAndSet(null, exception);
      }
    }

    private void skip(DeadLetter letter, String cause, Exception exception, Bundle current) {
      SluiceMetrics.DEAD_LETTER_TOPIC_SKIPPED.labelValues(topic, cause).inc();
      current.skipped.compareAndSet(null, letter.record() + ": " + exception.getMessage());
    }

    @FinishBundle
    public void finishBundle() throws IOException {
      Bundle ended = Objects.requireNonNull(bundle);
      if (producer != null) {
        producer.flush();
      }
      SluiceMetrics.DEAD_LETTER_TOPIC_RECORDS.labelValues(topic).inc(ended.sent.get());
      String skipped = ended.skipped.get();
      if (skipped != null) {
        LOG.warn("topic {} does not take a dead letter, which is in the table: {}", topic, skipped);
      }
      Exception failure = ended.failure.get();
      if (failure != null) {
        throw new IOException("sending dead letters to topic " + topic, failure);
      }
    }

    private KafkaProducer<byte[], byte[]> producer() {
      if (producer == null) {
        Map<String, Object> config = kafka.producer();
        config.putIfAbsent(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST_REQUEST);
        producer =
            new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
      }
      return producer;
    }

    @Teardown
    public void teardown() {
      if (producer != null) {
        try {
          producer.close(Duration.ZERO);
        } catch (KafkaException e) {
          LOG.warn("closing the producer of topic {}: {}", topic, e.toString());
        }
        producer = null;
      }
    }
  }
}
