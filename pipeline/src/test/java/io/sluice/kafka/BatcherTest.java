package io.sluice.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.source.RecordBatch;
import io.sluice.source.SourceId;
import io.sluice.source.SourceRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class BatcherTest {
  private static final TopicPartition PARTITION = new TopicPartition("t", 3);
  private static final SourceId SOURCE = new SourceId("cluster/t/id");

  private static ConsumerRecord<byte[], byte[]> record(
      long offset, long time, byte[] key, byte[] value, RecordHeaders headers) {
    return new ConsumerRecord<>(
        "t",
        3,
        offset,
        time,
        TimestampType.CREATE_TIME,
        0,
        0,
        key,
        value,
        headers,
        Optional.empty());
  }

  private static List<SourceRecord> records(List<ConsumerRecord<byte[], byte[]>> batches) {
    List<SourceRecord> records = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> batch : batches) {
      RecordBatch.Cursor at = new RecordBatch("s", 3, batch.value()).records();
      while (at.next()) {
        SourceRecord record = at.record();
        assertEquals(record.offset(), at.offset());
        assertEquals(record.recordTime(), at.recordTime());
        assertEquals(record.value() != null, at.hasValue());
        if (record.value() != null) {
          int end = at.valueStart() + at.valueLength();
          assertArrayEquals(record.value(), Arrays.copyOfRange(at.array(), at.valueStart(), end));
          assertEquals(0, at.array()[end], "what stops a decoder");
        }
        records.add(record);
      }
      assertEquals(records.get(records.size() - 1).offset(), batch.offset());
    }
    return records;
  }

  @Test
  void everythingOfARecordComesOutAgain() {
    RecordHeaders headers = new RecordHeaders();
    headers.add("näme", new byte[] {1, 2});
    headers.add("null", null);
    headers.add("näme", new byte[0]);
    List<SourceRecord> read =
        records(
            new Batcher()
                .pack(
                    SOURCE,
                    PARTITION,
                    List.of(
                        record(5, 1000, "k".getBytes(UTF_8), "v".getBytes(UTF_8), headers),
                        record(7, -1, null, null, new RecordHeaders()),
                        record(1L << 40, Long.MAX_VALUE, new byte[0], new byte[0], headers))));
    assertEquals(List.of(5L, 7L, 1L << 40), read.stream().map(SourceRecord::offset).toList());
    assertEquals(
        List.of(1000L, -1L, Long.MAX_VALUE), read.stream().map(SourceRecord::recordTime).toList());
    assertEquals(3, read.get(0).partition());
    assertArrayEquals("k".getBytes(UTF_8), read.get(0).key());
    assertArrayEquals("v".getBytes(UTF_8), read.get(0).value());
    assertEquals(
        List.of("näme", "null", "näme"),
        read.get(0).headers().stream().map(SourceRecord.Header::key).toList());
    assertArrayEquals(new byte[] {1, 2}, read.get(0).headers().get(0).value());
    assertNull(read.get(0).headers().get(1).value());
    assertNull(read.get(1).key());
    assertNull(read.get(1).value());
    assertEquals(List.of(), read.get(1).headers());
    assertEquals(0, read.get(2).value().length);
  }

  @Test
  void manyRecordsAndLargeOnesAreSeveralBatchesInOrder() {
    List<ConsumerRecord<byte[], byte[]>> sent = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      byte[] value = new byte[i % 1000 == 0 ? 3 << 20 : 10];
      sent.add(record(i * 2L, i, null, value, new RecordHeaders()));
    }
    List<ConsumerRecord<byte[], byte[]>> batches = new Batcher().pack(SOURCE, PARTITION, sent);
    assertTrue(batches.size() > 10 && batches.size() < 50, "batches: " + batches.size());
    List<SourceRecord> read = records(batches);
    assertEquals(5000, read.size());
    for (int i = 0; i < 5000; i++) {
      assertEquals(i * 2L, read.get(i).offset());
      assertEquals(sent.get(i).value().length, read.get(i).value().length);
    }
  }

  @Test
  void aBatcherIsUsedAgainAfterARecordLargerThanItsBuffer() {
    Batcher batcher = new Batcher();
    for (int size : new int[] {10, 3 << 20, 20, 5 << 20, 0}) {
      byte[] value = new byte[size];
      Arrays.fill(value, (byte) (size % 100 + 1));
      byte[] key = {(byte) size};
      List<SourceRecord> read =
          records(
              batcher.pack(
                  SOURCE, PARTITION, List.of(record(size, 1, key, value, new RecordHeaders()))));
      assertEquals(1, read.size());
      assertArrayEquals(key, read.get(0).key());
      assertArrayEquals(value, read.get(0).value());
      assertEquals(size + 1, batcher.bytes());
    }
  }

  @Test
  void anEmptyBatchStandsBeforeTheOffsetThatIsNext() {
    ConsumerRecord<byte[], byte[]> batch = Batcher.empty(SOURCE, PARTITION, 0);
    assertEquals(-1, batch.offset());
    RecordBatch empty = new RecordBatch("s", 3, batch.value());
    assertTrue(empty.isEmpty());
    assertFalse(empty.records().next());
  }
}
