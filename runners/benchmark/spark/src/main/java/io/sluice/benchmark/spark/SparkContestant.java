package io.sluice.benchmark.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.to_date;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryProgress;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The benchmark's work as a user of Spark writes it: Structured Streaming from Kafka to Parquet
 * partitioned by event_date, checkpointed, until all that there was at the start is written.
 *
 * <p>Arguments: {@code BOOTSTRAP_SERVERS TOPIC OUTPUT WORK_DIR RECORDS PARALLELISM}, for S3 {@code
 * S3_ENDPOINT} too.
 */
public final class SparkContestant {
  private static final StructType EVENT =
      new StructType()
          .add("timestamp", DataTypes.TimestampType)
          .add("event_name", DataTypes.StringType)
          .add(
              "user_identifiers",
              new StructType()
                  .add("platform", DataTypes.StringType)
                  .add("id", DataTypes.StringType))
          .add(
              "product_information",
              new StructType().add("name", DataTypes.StringType).add("SKU", DataTypes.StringType));

  private SparkContestant() {}

  public static void main(String[] args) {
    // Nothing but the figures goes to standard output.
    PrintStream figures = System.out;
    System.setOut(System.err);
    try {
      run(
          args[0],
          args[1],
          // By S3A, which goes by this name.
          args[2].replaceFirst("^s3:", "s3a:"),
          Path.of(args[3]).toAbsolutePath(),
          Long.parseLong(args[4]),
          Integer.parseInt(args[5]),
          args.length > 6 ? s3(args[6], args[3]) : Map.of(),
          figures);
    } catch (Exception | Error e) {
      e.printStackTrace();
      System.exit(1);
    }
    System.exit(0);
  }

  private static void run(
      String bootstrapServers,
      String topic,
      String output,
      Path work,
      long records,
      int parallelism,
      Map<String, Object> store,
      PrintStream figures)
      throws Exception {
    try (SparkSession spark = session(work, parallelism, store)) {
      spark.sparkContext().addSparkListener(new FirstTask(figures));
      StreamingQuery query =
          rows(source(spark, bootstrapServers, topic))
              .writeStream()
              .format("parquet")
              .partitionBy("event_date")
              .option("checkpointLocation", work.resolve("checkpoint").toString())
              .outputMode(OutputMode.Append())
              .trigger(Trigger.AvailableNow())
              .start(output);
      query.awaitTermination();
      long done = System.currentTimeMillis();
      long rows =
          Arrays.stream(query.recentProgress())
              .mapToLong(StreamingQueryProgress::numInputRows)
              .sum();
      if (rows != records) {
        throw new IllegalStateException(rows + " rows, not " + records);
      }
      figures.println("done " + done + " " + rows);
    }
  }

  private static SparkSession session(Path work, int parallelism, Map<String, Object> store) {
    return SparkSession.builder()
        .appName("benchmark")
        .master("local[" + parallelism + "]")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.local.dir", work.resolve("local").toString())
        .config("spark.sql.warehouse.dir", work.resolve("warehouse").toString())
        // Not looked at here: it only costs.
        .config("spark.ui.enabled", "false")
        // Dates are of UTC.
        .config("spark.sql.session.timeZone", "UTC")
        // The codec and the level of every contestant.
        .config("spark.sql.parquet.compression.codec", "zstd")
        .config("spark.hadoop.parquet.compression.codec.zstd.level", "3")
        // The default, INT96, is larger, has no statistics, and no one else writes it.
        .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
        // A file open per date: by default every task sorts its rows by event_date before it
        // writes.
        .config("spark.sql.maxConcurrentOutputFileWriters", "16")
        .config(store)
        .getOrCreate();
  }

  /**
   * S3A, and no committer of it: a streaming query's files are written under their names, and count
   * by the log of its batches.
   */
  private static Map<String, Object> s3(String endpoint, String work) {
    return Map.of(
        "spark.hadoop.fs.s3a.endpoint",
        endpoint,
        "spark.hadoop.fs.s3a.path.style.access",
        "true",
        "spark.hadoop.fs.s3a.access.key",
        System.getProperty("aws.accessKeyId"),
        "spark.hadoop.fs.s3a.secret.key",
        System.getProperty("aws.secretAccessKey"),
        "spark.hadoop.fs.s3a.buffer.dir",
        work + "/s3a");
  }

  private static Dataset<Row> source(SparkSession spark, String bootstrapServers, String topic) {
    // No maxOffsetsPerTrigger: one micro-batch, so planning and committing are paid for once and
    // files are as large as can be. No minPartitions: a task for each of the four partitions
    // already
    // keeps every core busy, and more would only make more files.
    return spark
        .readStream()
        .format("kafka")
        .option("kafka.bootstrap.servers", bootstrapServers)
        .option("subscribe", topic)
        .option("startingOffsets", "earliest")
        // Fewer and larger fetches and polls: 1 MiB and 500 records by default.
        .option("kafka.max.partition.fetch.bytes", String.valueOf(8 << 20))
        .option("kafka.max.poll.records", "10000")
        .load();
  }

  private static Dataset<Row> rows(Dataset<Row> source) {
    // No timestampFormat: Spark's own parser of ISO-8601 is much faster than that of a pattern.
    return source
        .select(from_json(col("value").cast(DataTypes.StringType), EVENT).as("event"))
        .select(
            col("event.timestamp").as("event_datetime"),
            col("event.event_name").as("event_name"),
            col("event.user_identifiers.id").as("user_id"),
            col("event.user_identifiers.platform").as("platform"),
            col("event.product_information.name").as("product_name"),
            col("event.product_information.SKU").as("SKU"),
            to_date(col("event.timestamp")).as("event_date"));
  }

  /**
   * Tells when the first task starts: the session, the query, its offsets and its plan are there.
   */
  private static final class FirstTask extends SparkListener {
    private final AtomicBoolean told = new AtomicBoolean();
    private final PrintStream figures;

    FirstTask(PrintStream figures) {
      this.figures = figures;
    }

    @Override
    public void onTaskStart(SparkListenerTaskStart start) {
      if (told.compareAndSet(false, true)) {
        figures.println("first " + start.taskInfo().launchTime());
      }
    }
  }
}
