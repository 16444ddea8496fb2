package io.sluice.kafka;

import io.sluice.source.RecordBatch;
import io.sluice.source.RecordBatchCoder;
import java.util.ArrayList;
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
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads a topic: committed records only, each with its position. A batch's timestamp is decided by
 * {@link RecordTimePolicy}. Offsets are not committed to Kafka: the lake knows what was read.
 */
final class ReadRecords extends PTransform<PBegin, PCollection<RecordBatch>> {
  private static final long serialVersionUID = 1L;

  private final SourceSpec spec;

  ReadRecords(SourceSpec spec) {
    this.spec = spec;
  }

  @Override
  public PCollection<RecordBatch> expand(PBegin input) {
    List<TopicPartition> partitions =
        spec.startOffsets().keySet().stream()
            .map(partition -> new TopicPartition(spec.topic(), partition))
            .toList();
    KafkaIO.Read<byte[], byte[]> read =
        KafkaIO.<byte[], byte[]>read()
            .withBootstrapServers(spec.kafka().bootstrapServers())
            .withTopicPartitions(new ArrayList<>(partitions))
            .withKeyDeserializerAndCoder(
                ByteArrayDeserializer.class, NullableCoder.of(ByteArrayCoder.of()))
            .withValueDeserializerAndCoder(
                ByteArrayDeserializer.class, NullableCoder.of(ByteArrayCoder.of()))
            .withConsumerFactoryFn(new ConsumerFactory(spec))
            .withReadCommitted()
            .withTimestampPolicyFactory(new RecordTimePolicy.Factory(spec.watermarkDelay(), spec));
    return input
        .apply("ReadKafka", read)
        .apply("ToBatches", ParDo.of(new ToBatchFn(spec)))
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

    ConsumerFactory(SourceSpec spec) {
      this.spec = spec;
    }

    SourceSpec spec() {
      return spec;
    }

    @Override
    public Consumer<byte[], byte[]> apply(Map<String, Object> fromBeam) {
      SourceSpec spec = RunSettings.of(this.spec);
      Map<String, Object> config = new HashMap<>(fromBeam);
      // Beam's default of 500 is a hand-over between threads per 500 records.
      config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 10_000);
      config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 8 << 20);
      config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 32 << 20);
      // An offset that is gone is an error, never a jump.
      config.putAll(spec.kafka().consumer("none"));
      // The twin that asks for end offsets is to see open transactions, and reads nothing.
      config.put(
          ConsumerConfig.ISOLATION_LEVEL_CONFIG,
          fromBeam.get(ConsumerConfig.ISOLATION_LEVEL_CONFIG));
      config.remove(ConsumerConfig.GROUP_ID_CONFIG);
      return RecordConsumer.open(config, spec);
    }
  }

  static final class ToBatchFn extends DoFn<KafkaRecord<byte[], byte[]>, RecordBatch> {
    private static final long serialVersionUID = 1L;

    private final SourceSpec spec;

    ToBatchFn(SourceSpec spec) {
      this.spec = spec;
    }

    /** Of this run's graph, and in one chain with the reader: so it is there before that opens. */
    @Setup
    public void setup() {
      RunSettings.are(spec);
    }

    @ProcessElement
    public void process(
        @Element KafkaRecord<byte[], byte[]> record, OutputReceiver<RecordBatch> out) {
      out.output(
          new RecordBatch(spec.source().text(), record.getPartition(), record.getKV().getValue()));
    }
  }
}
