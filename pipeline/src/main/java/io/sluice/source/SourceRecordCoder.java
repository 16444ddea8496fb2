package io.sluice.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.coders.NullableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.jspecify.annotations.Nullable;

/** Encodes {@link SourceRecord}s between stages that are not fused. */
public final class SourceRecordCoder extends CustomCoder<SourceRecord> {
  private static final long serialVersionUID = 1L;
  private static final SourceRecordCoder INSTANCE = new SourceRecordCoder();
  private static final StringUtf8Coder STRING = StringUtf8Coder.of();
  private static final VarIntCoder INT = VarIntCoder.of();
  private static final VarLongCoder LONG = VarLongCoder.of();
  private static final NullableCoder<byte[]> BYTES = NullableCoder.of(ByteArrayCoder.of());

  private SourceRecordCoder() {}

  public static SourceRecordCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(SourceRecord record, OutputStream out) throws IOException {
    STRING.encode(record.source(), out);
    INT.encode(record.partition(), out);
    LONG.encode(record.offset(), out);
    LONG.encode(record.recordTime(), out);
    BYTES.encode(record.key(), out);
    BYTES.encode(record.value(), out);
    INT.encode(record.headers().size(), out);
    for (SourceRecord.Header header : record.headers()) {
      STRING.encode(header.key(), out);
      BYTES.encode(header.value(), out);
    }
  }

  @Override
  public SourceRecord decode(InputStream in) throws IOException {
    String source = STRING.decode(in);
    int partition = INT.decode(in);
    long offset = LONG.decode(in);
    long recordTime = LONG.decode(in);
    byte[] key = BYTES.decode(in);
    byte[] value = BYTES.decode(in);
    int count = INT.decode(in);
    List<SourceRecord.Header> headers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      headers.add(new SourceRecord.Header(STRING.decode(in), BYTES.decode(in)));
    }
    return new SourceRecord(source, partition, offset, recordTime, key, value, headers);
  }

  @Override
  public void verifyDeterministic() {}

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SourceRecordCoder;
  }

  @Override
  public int hashCode() {
    return SourceRecordCoder.class.hashCode();
  }
}
