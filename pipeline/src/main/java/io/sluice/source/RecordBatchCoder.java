package io.sluice.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;

/** Encodes {@link RecordBatch}es. */
public final class RecordBatchCoder extends CustomCoder<RecordBatch> {
  private static final long serialVersionUID = 1L;

  @Override
  public void encode(RecordBatch batch, OutputStream out) throws IOException {
    StringUtf8Coder.of().encode(batch.source(), out);
    VarIntCoder.of().encode(batch.partition(), out);
    ByteArrayCoder.of().encode(batch.bytes(), out);
  }

  @Override
  public RecordBatch decode(InputStream in) throws IOException {
    return new RecordBatch(
        StringUtf8Coder.of().decode(in),
        VarIntCoder.of().decode(in),
        ByteArrayCoder.of().decode(in));
  }

  @Override
  public void verifyDeterministic() {}
}
