package io.sluice.benchmark.peers;

import java.io.IOException;
import java.time.LocalDate;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;

/** The rows that all contestants write, and their Parquet settings. */
final class Rows {
  /** Positions of the fields, for a put by position looks nothing up. */
  static final int EVENT_DATETIME = 0;

  static final int EVENT_NAME = 1;
  static final int USER_ID = 2;
  static final int PLATFORM = 3;
  static final int PRODUCT_NAME = 4;
  static final int SKU = 5;

  static final Schema SCHEMA =
      SchemaBuilder.record("UserAction")
          .namespace("io.sluice.benchmark")
          .fields()
          .name("event_datetime")
          .type(LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG)))
          .noDefault()
          .optionalString("event_name")
          .optionalString("user_id")
          .optionalString("platform")
          .optionalString("product_name")
          .optionalString("SKU")
          .endRecord();

  static final CompressionCodecName CODEC = CompressionCodecName.ZSTD;

  /** Level 3 for all: the codec's default, and what the others are compared at. */
  static final Map<String, String> CODEC_SETTINGS =
      Map.of("parquet.compression.codec.zstd.level", "3");

  private static final long MICROS_PER_DAY = TimeUnit.DAYS.toMicros(1);

  private Rows() {}

  static long day(long micros) {
    return Math.floorDiv(micros, MICROS_PER_DAY);
  }

  /** The directory of a day. */
  static String directory(long day) {
    return "event_date=" + LocalDate.ofEpochDay(day);
  }

  static ParquetWriter<GenericRecord> writer(OutputFile file) throws IOException {
    Configuration configuration = new Configuration(false);
    CODEC_SETTINGS.forEach(configuration::set);
    return AvroParquetWriter.<GenericRecord>builder(file)
        .withSchema(SCHEMA)
        .withDataModel(GenericData.get())
        .withConf(configuration)
        .withCompressionCodec(CODEC)
        // Most values of a page differ: its dictionary is built only to be given up.
        .withDictionaryEncoding("user_id", false)
        .build();
  }
}
