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
 * Which log a row belongs to, and by which name a runner knows it.
 *
 * @param date days since 1970-01-01
 * @param salt where the runner's hash takes the key, see {@link KeySpread}; of no meaning else
 */
public record LogKey(String table, long date, int shard, int salt) {

  /** The key's bytes are its identity for runners: deterministic. */
  public static final class KeyCoder extends CustomCoder<LogKey> {
    private static final long serialVersionUID = 1L;

    @Override
    public void encode(LogKey key, OutputStream out) throws IOException {
      StringUtf8Coder.of().encode(key.table(), out);
      VarLongCoder.of().encode(key.date(), out);
      VarIntCoder.of().encode(key.shard(), out);
      VarIntCoder.of().encode(key.salt(), out);
    }

    @Override
    public LogKey decode(InputStream in) throws IOException {
      return new LogKey(
          StringUtf8Coder.of().decode(in),
          VarLongCoder.of().decode(in),
          VarIntCoder.of().decode(in),
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
