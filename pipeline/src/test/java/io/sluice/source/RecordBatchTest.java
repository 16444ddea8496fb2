package io.sluice.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.apache.beam.sdk.util.CoderUtils;
import org.junit.jupiter.api.Test;

class RecordBatchTest {
  @Test
  void aRecordAloneIsABatchToo() throws Exception {
    SourceRecord record =
        new SourceRecord(
            "s",
            3,
            1L << 40,
            -1,
            new byte[] {7},
            null,
            List.of(new SourceRecord.Header("h", null), new SourceRecord.Header("i", new byte[9])));
    RecordBatch batch = CoderUtils.clone(new RecordBatchCoder(), RecordBatch.of(record));
    RecordBatch.Cursor at = batch.records();
    assertTrue(at.next());
    SourceRecord read = at.record();
    assertEquals(record.toString(), read.toString());
    assertEquals(-1, read.recordTime());
    assertArrayEquals(record.key(), read.key());
    assertNull(read.value());
    assertEquals(List.of("h", "i"), read.headers().stream().map(SourceRecord.Header::key).toList());
    assertNull(read.headers().get(0).value());
    assertArrayEquals(new byte[9], read.headers().get(1).value());
    assertFalse(at.next());
  }
}
