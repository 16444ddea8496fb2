package io.sluice;

import io.sluice.kafka.KafkaOptions;
import io.sluice.schema.SchemaOptions;
import java.util.List;
import org.apache.beam.sdk.io.aws2.options.S3Options;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.StreamingOptions;
import org.jspecify.annotations.Nullable;

/** The flags of a run. {@link SluiceConfig} says what is allowed; nothing else reads them. */
public interface SluiceOptions extends KafkaOptions, SchemaOptions, S3Options, StreamingOptions {
  @Description("The lake: s3://bucket/prefix or a directory. The table is a folder below it.")
  @Nullable String getLake();

  void setLake(@Nullable String value);

  @Description("Where dead letters go: s3://bucket/prefix or a directory.")
  @Nullable String getDeadLetters();

  void setDeadLetters(@Nullable String value);

  @Description(
      "A topic that dead letters are sent to as well, at least once; default: to the table only.")
  @Nullable String getDeadLetterTopic();

  void setDeadLetterTopic(@Nullable String value);

  @Description(
      "What is to follow the tables, by name, such as symlink: lists of their live files; default: nothing.")
  @Nullable List<String> getPublish();

  void setPublish(@Nullable List<String> value);

  @Description(
      "A contract, a YAML file, or a folder of them; given more than once, or with a folder, the run"
          + " has a table for each. Default: user actions.")
  @Nullable List<String> getContract();

  void setContract(@Nullable List<String> value);

  @Description(
      "Of several contracts, the one of this table; what the others ask of records counts.")
  @Nullable String getTable();

  void setTable(@Nullable String value);

  @Description(
      "Where to start without state: lake (the first offset that it does not have); lake-or-latest (the first time at the topic's end, from then on as lake); earliest; offsets:0=100,1=250; latest (what came while no job ran is skipped, at each start); timestamp:2026-01-31T00:00:00Z.")
  @Default.String("lake")
  String getStartFrom();

  void setStartFrom(String value);

  @Description(
      "How many logs each date has; fixed when the lake is begun. Default for a new lake: 4.")
  @Nullable Integer getShards();

  void setShards(@Nullable Integer value);

  @Description(
      "Allows another --shards than the lake was begun with; only while no other job writes there.")
  @Default.Boolean(false)
  boolean isReshard();

  void setReshard(boolean value);

  @Description("Event-time windows after which files are written, as 30s, 5m, 1h.")
  @Default.String("5m")
  String getWindowSize();

  void setWindowSize(String value);

  @Description("Two files of one date and shard are at least this far apart, unless they are full.")
  @Default.String("30s")
  String getFileInterval();

  void setFileInterval(String value);

  @Description(
      "A date that grows gets a manifest after each such time in which files came, as 30m; none for one at its end alone.")
  @Default.String("30m")
  String getManifestInterval();

  void setManifestInterval(String value);

  @Description("Encoded rows in MiB that make a file before its window ends.")
  @Default.Integer(128)
  int getFileMebibytes();

  void setFileMebibytes(int value);

  @Description(
      "How far an event time may be behind its record's time to be written with its own window.")
  @Default.String("24h")
  String getLateness();

  void setLateness(String value);

  @Description(
      "Event times further ahead of the record's Kafka timestamp are dead letters; none for no limit.")
  @Default.String("24h")
  String getMaxFuture();

  void setMaxFuture(String value);

  @Description(
      "Event times further behind the record's Kafka timestamp are dead letters; none for no limit.")
  @Default.String("none")
  String getMaxAge();

  void setMaxAge(String value);

  @Description(
      "Percent of a minute's records, or of the last 2000 where it has fewer, that the decoder may fail at, each a dead letter; beyond it the job fails. 100: never.")
  @Default.Integer(1)
  int getMaxDecoderFailures();

  void setMaxDecoderFailures(int value);

  @Description(
      "What becomes of a record for which no contract of its topic is: dead_letter (UNROUTED) or skip.")
  @Default.String("dead_letter")
  String getUnrouted();

  void setUnrouted(String value);

  @Description("How far a partition's watermark stays behind its newest record.")
  @Default.String("10s")
  String getWatermarkDelay();

  void setWatermarkDelay(String value);

  @Description(
      "Where each worker serves its metrics to Prometheus, as host:port or host:first-last; default: nowhere.")
  @Nullable String getMetricsAddress();

  void setMetricsAddress(@Nullable String value);

  @Description("ZSTD level of Parquet pages, 1 to 22.")
  @Default.Integer(3)
  int getZstdLevel();

  void setZstdLevel(int value);

  @Description("Addresses the bucket in the path, as most S3-compatible servers need.")
  @Default.Boolean(false)
  boolean isS3PathStyle();

  void setS3PathStyle(boolean value);

  @Description("Tags of data files, as key=value,key=value.")
  @Nullable String getS3Tags();

  void setS3Tags(@Nullable String value);

  @Description("MiB of one part of a multipart upload, 5 to 512.")
  @Default.Integer(16)
  int getS3PartMebibytes();

  void setS3PartMebibytes(int value);

  @Description(
      "How long one try of a request to S3 may take; with its retries it may take twice that.")
  @Default.String("1m")
  String getS3Timeout();

  void setS3Timeout(String value);
}
