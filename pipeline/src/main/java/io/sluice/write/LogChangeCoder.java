package io.sluice.write;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.BooleanCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarLongCoder;

/** Encodes {@link LogChange}s for the shuffle and the state. */
public final class LogChangeCoder extends StateCoder<LogChange> {
  private static final long serialVersionUID = 1L;
  private static final LogChangeCoder INSTANCE = new LogChangeCoder();

  private LogChangeCoder() {
    super(LogChange.class);
  }

  public static LogChangeCoder of() {
    return INSTANCE;
  }

  @Override
  void encodeFields(LogChange change, OutputStream out) throws IOException {
    StringUtf8Coder.of().encode(change.table(), out);
    VarLongCoder.of().encode(change.date(), out);
    CommittedFile file = change.file();
    BooleanCoder.of().encode(file != null, out);
    if (file != null) {
      StringUtf8Coder.of().encode(file.name(), out);
      VarLongCoder.of().encode(file.size(), out);
      StringUtf8Coder.of().encode(file.sha256(), out);
    }
  }

  @Override
  LogChange decodeFields(InputStream in) throws IOException {
    String table = StringUtf8Coder.of().decode(in);
    long date = VarLongCoder.of().decode(in);
    if (!BooleanCoder.of().decode(in)) {
      return new LogChange(table, date, null);
    }
    CommittedFile file =
        new CommittedFile(
            StringUtf8Coder.of().decode(in),
            VarLongCoder.of().decode(in),
            StringUtf8Coder.of().decode(in));
    return new LogChange(table, date, file);
  }
}
