package io.sluice.benchmark.peers;

import java.io.IOException;
import java.time.Duration;
import java.util.Properties;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.plugin.PluginUtils;
import org.apache.flink.formats.avro.typeutils.GenericRecordAvroTypeInfo;
import org.apache.flink.formats.parquet.ParquetWriterFactory;
import org.apache.flink.streaming.api.CheckpointingMode;
import org.apache.flink.streaming.api.environment.ExecutionCheckpointingOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.filesystem.BucketAssigner;
import org.apache.flink.streaming.api.functions.sink.filesystem.OutputFileConfig;
import org.apache.flink.streaming.api.functions.sink.filesystem.bucketassigners.SimpleVersionedStringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Flink's DataStream API: KafkaSource, Jackson, FileSink with parquet-avro and a bucket per date,
 * exactly once. One chain, no shuffle.
 */
public final class FlinkDataStreamContestant {
  private FlinkDataStreamContestant() {}

  public static void main(String[] args) {
    Contest.main(args, FlinkDataStreamContestant::run);
  }

  private static void run(Contest contest) throws Exception {
    Configuration settings = new Configuration();
    // The only state is offsets and names of open files: nothing for RocksDB to do.
    settings.set(StateBackendOptions.STATE_BACKEND, "hashmap");
    settings.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        contest.work().resolve("checkpoints").toUri().toString());
    // Files are finished and committed at checkpoints: more often is smaller files.
    settings.set(ExecutionCheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(10));
    settings.set(ExecutionCheckpointingOptions.CHECKPOINTING_MODE, CheckpointingMode.EXACTLY_ONCE);
    // No copy of each row between the steps of the chain: none of them keeps it.
    settings.set(PipelineOptions.OBJECT_REUSE, true);
    // A failure ends the run.
    settings.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    if (contest.s3Endpoint() != null) {
      openS3(contest.s3Endpoint(), settings);
    }
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(contest.parallelism(), settings);

    Properties consumer = new Properties();
    consumer.putAll(contest.consumerSettings());
    KafkaSource<GenericRecord> source =
        KafkaSource.<GenericRecord>builder()
            .setBootstrapServers(contest.bootstrapServers())
            .setTopics(contest.topic())
            .setStartingOffsets(OffsetsInitializer.earliest())
            .setBounded(OffsetsInitializer.latest())
            .setProperties(consumer)
            .setValueOnlyDeserializer(new JsonSchema())
            .build();
    FileSink<GenericRecord> sink =
        FileSink.forBulkFormat(
                new Path(contest.output()),
                // Not AvroParquetWriters, which leaves no choice of codec.
                new ParquetWriterFactory<GenericRecord>(Rows::writer))
            .withBucketAssigner(new ByDate())
            .withOutputFileConfig(
                OutputFileConfig.builder()
                    .withPartPrefix("part")
                    .withPartSuffix(".parquet")
                    .build())
            .build();
    // Nothing depends on event time: no watermarks.
    environment.fromSource(source, WatermarkStrategy.noWatermarks(), "kafka").sinkTo(sink);
    environment.executeAsync("flink-datastream").getJobExecutionResult().get();
    long at = System.currentTimeMillis();
    contest.done(at, new FinishedFiles(contest.files()).rows());
  }

  /** The plugin that FileSink can write by, its settings as in Flink's. */
  private static void openS3(String endpoint, Configuration settings) {
    settings.setString("s3.endpoint", endpoint);
    settings.setString("s3.path.style.access", "true");
    settings.setString("s3.access-key", System.getProperty("aws.accessKeyId"));
    settings.setString("s3.secret-key", System.getProperty("aws.secretAccessKey"));
    // A cluster does this at its start; the one inside this process does not.
    FileSystem.initialize(settings, PluginUtils.createPluginManagerFromRootFolder(settings));
  }

  /** Parses in the source: one step less than a map behind it. */
  private static final class JsonSchema implements DeserializationSchema<GenericRecord> {
    private static final long serialVersionUID = 1L;

    @Override
    public GenericRecord deserialize(byte[] message) throws IOException {
      Contest.first();
      return UserAction.read(message);
    }

    @Override
    public boolean isEndOfStream(GenericRecord row) {
      return false;
    }

    @Override
    public TypeInformation<GenericRecord> getProducedType() {
      return new GenericRecordAvroTypeInfo(Rows.SCHEMA);
    }
  }

  private static final class ByDate implements BucketAssigner<GenericRecord, String> {
    private static final long serialVersionUID = 1L;

    // Most rows are of the day of the row before: its name need not be made again.
    private transient long day;
    private transient @Nullable String directory;

    @Override
    public String getBucketId(GenericRecord row, Context context) {
      long rowDay = Rows.day((Long) row.get(Rows.EVENT_DATETIME));
      if (directory == null || rowDay != day) {
        day = rowDay;
        directory = Rows.directory(rowDay);
      }
      return directory;
    }

    @Override
    public SimpleVersionedSerializer<String> getSerializer() {
      return SimpleVersionedStringSerializer.INSTANCE;
    }
  }
}
