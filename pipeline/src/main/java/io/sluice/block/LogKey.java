package io.sluice.block;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.jspecify.annotations.Nullable;

/**
 * Which log a row belongs to.
 *
 * @param date days since 1970-01-01
 */
public record LogKey(String table, long date, int shard) {

  /** The key's bytes are its identity for runners: deterministic. */
  public static final class KeyCoder extends CustomCoder<LogKey> {
    private static final long serialVersionUID = 1L;

    @Override
    public void encode(LogKey key, OutputStream out) throws IOException {
      StringUtf8Coder.of().encode(key.table(), out);
      VarLongCoder.of().encode(key.date(), out);
      VarIntCoder.of().encode(key.shard(), out);
    }

    @Override
    public LogKey decode(InputStream in) throws IOException {
      return new LogKey(
          StringUtf8Coder.of().decode(in),
          VarLongCoder.of().decode(in),
          VarIntCoder.of().decode(in));
    }

    @Override
    public void verifyDeterministic() {}

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof KeyCoder;
    }

    @Override
    public int hashCode() {
      return KeyCoder.class.hashCode();
    }

    @Override
    public boolean consistentWithEquals() {
      return true;
    }
  }
}
