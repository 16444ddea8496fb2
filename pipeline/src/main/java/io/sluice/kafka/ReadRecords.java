package io.sluice.kafka;

import io.sluice.source.RecordBatch;
import io.sluice.source.RecordBatchCoder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.NullableCoder;
import org.apache.beam.sdk.io.kafka.KafkaIO;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads topics: committed records only, each with its position. A batch's timestamp is decided by
 * {@link RecordTimePolicy}. Offsets are not committed to Kafka: the lake knows what was read.
 */
final class ReadRecords extends PTransform<PBegin, PCollection<RecordBatch>> {
  private static final long serialVersionUID = 1L;

  private final Topics topics;

  ReadRecords(Topics topics) {
    this.topics = topics;
  }

  @Override
  public PCollection<RecordBatch> expand(PBegin input) {
    // Where the job runs in this process, its splits are asked for before any step is set up.
    RunSettings.are(topics);
    SourceSpec any = topics.any();
    KafkaIO.Read<byte[], byte[]> read =
        KafkaIO.<byte[], byte[]>read()
            .withBootstrapServers(any.kafka().bootstrapServers())
            .withTopicPartitions(topics.partitions())
            .withKeyDeserializerAndCoder(
                ByteArrayDeserializer.class, NullableCoder.of(ByteArrayCoder.of()))
            .withValueDeserializerAndCoder(
                ByteArrayDeserializer.class, NullableCoder.of(ByteArrayCoder.of()))
            .withConsumerFactoryFn(new ConsumerFactory(topics))
            .withReadCommitted()
            .withTimestampPolicyFactory(new RecordTimePolicy.Factory(any.watermarkDelay(), any));
    return input
        .apply("ReadKafka", read)
        .apply("ToBatches", ParDo.of(new ToBatchFn(topics)))
        .setCoder(new RecordBatchCoder());
  }

  /**
   * Settings and secrets are read where the consumer is made, so that checkpoints hold none of
   * them.
   */
  static final class ConsumerFactory
      implements SerializableFunction<Map<String, Object>, Consumer<byte[], byte[]>> {
    private static final long serialVersionUID = 1L;

    private final SourceSpec spec;

    /** All topics where there are several; null else, as in the state of an older version. */
    private final @Nullable Topics topics;

    ConsumerFactory(Topics topics) {
      this.spec = topics.any();
      this.topics = topics.specs().size() == 1 ? null : topics;
    }

    Topics topics() {
      return topics == null ? new Topics(List.of(spec)) : topics;
    }

    @Override
    public Consumer<byte[], byte[]> apply(Map<String, Object> fromBeam) {
      Topics topics = RunSettings.of(topics());
      Map<String, Object> config = new HashMap<>(fromBeam);
      // Beam's default of 500 is a hand-over between threads per 500 records.
      config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 10_000);
      config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 8 << 20);
      config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 32 << 20);
      // An offset that is gone is an error, never a jump.
      config.putAll(topics.any().kafka().consumer("none"));
      // The twin that asks for end offsets is to see open transactions, and reads nothing.
      config.put(
          ConsumerConfig.ISOLATION_LEVEL_CONFIG,
          fromBeam.get(ConsumerConfig.ISOLATION_LEVEL_CONFIG));
      config.remove(ConsumerConfig.GROUP_ID_CONFIG);
      return RecordConsumer.open(config, topics);
    }
  }

  static final class ToBatchFn extends DoFn<KafkaRecord<byte[], byte[]>, RecordBatch> {
    private static final long serialVersionUID = 1L;

    private final Topics topics;

    ToBatchFn(Topics topics) {
      this.topics = topics;
    }

    /** Of this run's graph, and in one chain with the reader: so it is there before that opens. */
    @Setup
    public void setup() {
      RunSettings.are(topics);
    }

    @ProcessElement
    public void process(
        @Element KafkaRecord<byte[], byte[]> record, OutputReceiver<RecordBatch> out) {
      out.output(
          new RecordBatch(
              topics.read(record.getTopic(), record.getKV().getKey()).text(),
              record.getPartition(),
              record.getKV().getValue()));
    }
  }
}
