package io.sluice.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.SluiceOptions;
import io.sluice.flink.FlinkJob;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.io.FileIO;
import org.apache.beam.sdk.io.kafka.KafkaIO;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.parquet.ParquetIO;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.AfterProcessingTime;
import org.apache.beam.sdk.transforms.windowing.AfterWatermark;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.joda.time.Duration;

/**
 * The same job as Beam's users write it: {@code FileIO.writeDynamic} by date, windows of event
 * time, late events a second after they came. With good events and no faults it loses and
 * duplicates nothing.
 */
final class FileIoPipeline {
  private static final Schema SCHEMA =
      SchemaBuilder.record("row")
          .fields()
          .requiredInt("_partition")
          .requiredLong("_offset")
          .requiredLong("n")
          .optionalString("event_name")
          .optionalString("user_id")
          .name("event_datetime")
          .type(
              org.apache.avro.LogicalTypes.timestampMillis()
                  .addToSchema(Schema.create(Schema.Type.LONG)))
          .noDefault()
          .endRecord();

  private final Path directory;
  private final boolean dropLate;

  /**
   * @param dropLate no lateness is allowed: late events are dropped
   */
  FileIoPipeline(Path directory, boolean dropLate) {
    this.directory = directory;
    this.dropLate = dropLate;
  }

  PipelineResult start(List<String> flags) throws IOException {
    SluiceOptions options = FlinkJob.options(flags);
    Pipeline pipeline = Pipeline.create(options);
    pipeline
        .apply(
            KafkaIO.<byte[], byte[]>read()
                .withBootstrapServers(options.getBootstrapServers())
                .withTopic(options.getTopic())
                .withKeyDeserializer(ByteArrayDeserializer.class)
                .withValueDeserializer(ByteArrayDeserializer.class)
                .withConsumerConfigUpdates(java.util.Map.of("auto.offset.reset", "earliest"))
                .withCreateTime(Duration.ZERO))
        .apply(ParDo.of(new ParseFn()))
        .setCoder(AvroCoder.of(SCHEMA))
        .apply(
            Window.<GenericRecord>into(FixedWindows.of(Duration.standardSeconds(3)))
                .triggering(
                    AfterWatermark.pastEndOfWindow()
                        .withLateFirings(
                            AfterProcessingTime.pastFirstElementInPane()
                                .plusDelayOf(Duration.standardSeconds(1))))
                .withAllowedLateness(dropLate ? Duration.ZERO : Duration.standardDays(1000))
                .discardingFiredPanes())
        .apply(
            FileIO.<String, GenericRecord>writeDynamic()
                .by(FileIoPipeline::date)
                .withDestinationCoder(StringUtf8Coder.of())
                .via(ParquetIO.sink(SCHEMA))
                .to(directory.resolve(options.getTopic()).resolve("chaos").toString())
                .withTempDirectory(directory.resolve("tmp-" + options.getTopic()).toString())
                .withNumShards(4)
                .withNaming(
                    date ->
                        FileIO.Write.defaultNaming("event_date=" + date + "/part", ".parquet")));
    return pipeline.run();
  }

  private static String date(GenericRecord record) {
    Instant time = Instant.ofEpochMilli((Long) record.get("event_datetime"));
    return LocalDate.ofInstant(time, ZoneOffset.UTC).toString();
  }

  private static final class ParseFn extends DoFn<KafkaRecord<byte[], byte[]>, GenericRecord> {
    private static final long serialVersionUID = 1L;
    private static final ObjectMapper JSON = new ObjectMapper();

    @ProcessElement
    public void process(
        @Element KafkaRecord<byte[], byte[]> record, OutputReceiver<GenericRecord> out)
        throws IOException {
      JsonNode json = JSON.readTree(record.getKV().getValue());
      GenericRecord row = new GenericData.Record(SCHEMA);
      long time = Instant.parse(json.path("timestamp").asText()).toEpochMilli();
      row.put("_partition", record.getPartition());
      row.put("_offset", record.getOffset());
      row.put("n", json.path("n").asLong());
      row.put("event_name", json.path("event_name").asText());
      row.put("user_id", json.path("user_identifiers").path("id").asText());
      row.put("event_datetime", time);
      out.outputWithTimestamp(row, org.joda.time.Instant.ofEpochMilli(time));
    }

    @SuppressWarnings("deprecation") // Beam has no other way to output with an older time.
    @Override
    public Duration getAllowedTimestampSkew() {
      return Duration.standardDays(1000);
    }
  }
}
