package io.sluice.kafka;

import io.sluice.source.SourceRecord;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Between Kafka's records and those of Sluice. */
final class KafkaRecords {
  private KafkaRecords() {}

  /** A consumer's record, all of it. */
  static SourceRecord of(String source, ConsumerRecord<byte[], byte[]> record) {
    return new SourceRecord(
        source,
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.key(),
        record.value(),
        headers(record.headers()));
  }

  static List<SourceRecord.Header> headers(Headers headers) {
    return Arrays.stream(headers.toArray())
        .map(header -> new SourceRecord.Header(header.key(), header.value()))
        .toList();
  }

  static Headers headers(List<SourceRecord.Header> headers) {
    Headers all = new RecordHeaders();
    headers.forEach(header -> all.add(header.key(), header.value()));
    return all;
  }
}
