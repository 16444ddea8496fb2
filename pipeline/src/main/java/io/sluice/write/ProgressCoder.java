package io.sluice.write;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.BooleanCoder;
import org.apache.beam.sdk.coders.NullableCoder;
import org.apache.beam.sdk.coders.VarLongCoder;

/** Encodes {@link LogState.Progress} for the state. */
final class ProgressCoder extends StateCoder<LogState.Progress> {
  private static final long serialVersionUID = 1L;
  private static final NullableCoder<Long> OPTIONAL = NullableCoder.of(VarLongCoder.of());

  ProgressCoder() {
    super(LogState.Progress.class);
  }

  @Override
  void encodeFields(LogState.Progress progress, OutputStream out) throws IOException {
    BooleanCoder.of().encode(progress.turned(), out);
    VarLongCoder.of().encode(progress.bytes(), out);
    OPTIONAL.encode(progress.windowEnd(), out);
    OPTIONAL.encode(progress.ripeAt(), out);
    BooleanCoder.of().encode(progress.ripening(), out);
    OPTIONAL.encode(progress.hold(), out);
    OPTIONAL.encode(progress.append(), out);
    OPTIONAL.encode(progress.appendHold(), out);
  }

  @Override
  LogState.Progress decodeFields(InputStream in) throws IOException {
    return new LogState.Progress(
        BooleanCoder.of().decode(in),
        VarLongCoder.of().decode(in),
        OPTIONAL.decode(in),
        OPTIONAL.decode(in),
        BooleanCoder.of().decode(in),
        OPTIONAL.decode(in),
        OPTIONAL.decode(in),
        OPTIONAL.decode(in));
  }
}
