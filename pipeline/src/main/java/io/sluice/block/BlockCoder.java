package io.sluice.block;

import io.sluice.lake.Format;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.jspecify.annotations.Nullable;

/** Encodes {@link Block}s for the shuffle and the state. */
public final class BlockCoder extends CustomCoder<Block> {
  private static final long serialVersionUID = 1L;
  private static final int FORMAT = 2;
  private static final BlockCoder INSTANCE = new BlockCoder();

  private BlockCoder() {}

  public static BlockCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(Block block, OutputStream out) throws IOException {
    VarIntCoder.of().encode(FORMAT, out);
    VarIntCoder.of().encode(block.layout(), out);
    VarIntCoder.of().encode(block.rows(), out);
    StringUtf8Coder.of().encode(block.source(), out);
    VarLongCoder.of().encode(block.windowEnd(), out);
    ByteArrayCoder.of().encode(block.positions(), out);
    ByteArrayCoder.of().encode(block.values(), out);
  }

  @Override
  public Block decode(InputStream in) throws IOException {
    int format = VarIntCoder.of().decode(in);
    if (format != FORMAT) {
      throw Format.otherState("blocks", format);
    }
    return new Block(
        VarIntCoder.of().decode(in),
        VarIntCoder.of().decode(in),
        StringUtf8Coder.of().decode(in),
        VarLongCoder.of().decode(in),
        ByteArrayCoder.of().decode(in),
        ByteArrayCoder.of().decode(in));
  }

  @Override
  public void verifyDeterministic() {}

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof BlockCoder;
  }

  @Override
  public int hashCode() {
    return BlockCoder.class.hashCode();
  }
}
