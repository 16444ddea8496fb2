package io.sluice.benchmark.peers;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.io.FileIO;
import org.apache.beam.sdk.io.aws2.options.S3Options;
import org.apache.beam.sdk.io.kafka.KafkaIO;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.TimestampPolicy;
import org.apache.beam.sdk.io.parquet.ParquetIO;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.AfterProcessingTime;
import org.apache.beam.sdk.transforms.windowing.AfterWatermark;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.joda.time.Duration;
import org.joda.time.Instant;
import software.amazon.awssdk.regions.Region;

/**
 * Beam's own file sink on the Flink runner: KafkaIO, Jackson, fixed windows of Kafka's time, {@code
 * FileIO.writeDynamic} by date with {@code ParquetIO.sink}.
 */
public final class BeamFileIoContestant {
  private BeamFileIoContestant() {}

  public static void main(String[] args) {
    Contest.main(args, BeamFileIoContestant::run);
  }

  private static void run(Contest contest) throws IOException, InterruptedException {
    PipelineResult result = start(contest);
    FinishedFiles finished = new FinishedFiles(contest.files());
    for (int asked = 1; finished.rows() < contest.records(); asked++) {
      // For each answer Flink makes a copy of the whole graph.
      if (asked % 25 == 0 && result.getState().isTerminal()) {
        throw new IllegalStateException("the job ended by itself: " + result.getState());
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
    long at = System.currentTimeMillis();
    contest.done(at, finished.rows());
    result.cancel();
  }

  private static PipelineResult start(Contest contest) {
    String output = contest.output();
    Pipeline pipeline = Pipeline.create(options(contest));
    pipeline
        .apply(
            "Read",
            KafkaIO.<byte[], byte[]>read()
                .withBootstrapServers(contest.bootstrapServers())
                .withTopic(contest.topic())
                .withKeyDeserializer(ByteArrayDeserializer.class)
                .withValueDeserializer(ByteArrayDeserializer.class)
                .withConsumerConfigUpdates(contest.consumerSettings())
                .withReadCommitted()
                .withTimestampPolicyFactory((partition, previous) -> new KafkaTime(previous)))
        .apply("Parse", ParDo.of(new ParseFn()))
        .setCoder(AvroCoder.of(Rows.SCHEMA))
        .apply(
            "Window",
            // Of Kafka's time, in which records come in order: a window only batches rows into
            // files, and event time, hours late for some, would make files of few late rows.
            // Three hours took a tenth less CPU than one, and as much as six, which hold twice
            // the rows on the heap.
            Window.<GenericRecord>into(FixedWindows.of(Duration.standardHours(3)))
                .triggering(
                    AfterWatermark.pastEndOfWindow()
                        .withLateFirings(
                            AfterProcessingTime.pastFirstElementInPane()
                                .plusDelayOf(Duration.standardSeconds(1))))
                .withAllowedLateness(Duration.standardDays(7))
                .discardingFiredPanes())
        .apply(
            "Write",
            FileIO.<String, GenericRecord>writeDynamic()
                .by(row -> Rows.directory(Rows.day((Long) row.get(Rows.EVENT_DATETIME))))
                .withDestinationCoder(StringUtf8Coder.of())
                .via(
                    ParquetIO.sink(Rows.SCHEMA)
                        .withCompressionCodec(Rows.CODEC)
                        .withConfiguration(Rows.CODEC_SETTINGS))
                .to(output)
                // On the output's file system, where a rename is one.
                .withTempDirectory(output + "/.temporary")
                // As many as there are subtasks; twice as many took longer.
                .withNumShards(contest.parallelism())
                .withNaming(
                    directory -> FileIO.Write.defaultNaming(directory + "/part", ".parquet")));
    return pipeline.run();
  }

  private static FlinkPipelineOptions options(Contest contest) {
    PipelineOptions options =
        PipelineOptionsFactory.fromArgs(
                "--runner=FlinkRunner",
                "--streaming=true",
                "--flinkMaster=[local]",
                "--attachedMode=false",
                "--parallelism=" + contest.parallelism(),
                // No copy of each row through its coder between the steps of a chain.
                "--objectReuse=true",
                "--fasterCopy=true",
                // The source forwards all of Kafka's metrics for each record: 7 microseconds.
                "--disableMetrics=true",
                // Bundles of the default 1000 records are started and finished too often.
                "--maxBundleSize=50000",
                "--maxBundleTimeMills=1000",
                // As the other contestants on Flink.
                "--checkpointingInterval=10000",
                // What a bundle gives at its end is in the checkpoint, not behind it.
                "--finishBundleBeforeCheckpointing=true",
                // Windows close by watermarks: five a second are enough.
                "--autoWatermarkInterval=200",
                // Shards are spread evenly over the subtasks, not by their hashes.
                "--autoBalanceWriteFilesShardingEnabled=true",
                // On the heap, which is faster than RocksDB; a window fits.
                "--stateBackend=filesystem",
                "--stateBackendStoragePath=" + contest.work().resolve("checkpoints").toUri(),
                // A failure ends the run.
                "--numberOfExecutionRetries=0")
            .create();
    if (contest.s3Endpoint() != null) {
      S3Options s3 = options.as(S3Options.class);
      s3.setEndpoint(URI.create(contest.s3Endpoint()));
      s3.setAwsRegion(Region.US_EAST_1);
      // Each open file has such a buffer: 64 MiB by default, for files of a few.
      s3.setS3UploadBufferSizeBytes(8 << 20);
    }
    return options.as(FlinkPipelineOptions.class);
  }

  private static final class ParseFn extends DoFn<KafkaRecord<byte[], byte[]>, GenericRecord> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(
        @Element KafkaRecord<byte[], byte[]> record, OutputReceiver<GenericRecord> out)
        throws IOException {
      Contest.first();
      out.output(UserAction.read(record.getKV().getValue()));
    }
  }

  /**
   * A record's time is Kafka's, and the watermark the greatest so far. Where nothing is left to
   * read it follows the clock: the stock policies stand still there, and the last windows would
   * never close.
   */
  private static final class KafkaTime extends TimestampPolicy<byte[], byte[]> {
    private Instant watermark;

    KafkaTime(Optional<Instant> previous) {
      watermark = previous.orElse(BoundedWindow.TIMESTAMP_MIN_VALUE);
    }

    @Override
    public Instant getTimestampForRecord(
        PartitionContext context, KafkaRecord<byte[], byte[]> record) {
      Instant time = Instant.ofEpochMilli(record.getTimestamp());
      advance(time);
      return time;
    }

    @Override
    public Instant getWatermark(PartitionContext context) {
      if (context.getMessageBacklog() == 0) {
        advance(context.getBacklogCheckTime());
      }
      return watermark;
    }

    private void advance(Instant to) {
      if (to.isAfter(watermark)) {
        watermark = to;
      }
    }
  }
}
