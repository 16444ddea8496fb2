package io.sluice.block;

import io.sluice.Version;
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

  /** Of blocks that have a row for each position: older versions read it. */
  private static final int ROWS_ONLY = 2;

  /** Of blocks with records that are skipped. */
  private static final int WITH_SKIPPED = 3;

  private static final byte[] NO_POSITIONS = {};
  private static final BlockCoder INSTANCE = new BlockCoder();

  private BlockCoder() {}

  public static BlockCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(Block block, OutputStream out) throws IOException {
    VarIntCoder.of().encode(block.skipped() == 0 ? ROWS_ONLY : WITH_SKIPPED, out);
    VarIntCoder.of().encode(block.layout(), out);
    VarIntCoder.of().encode(block.rows(), out);
    StringUtf8Coder.of().encode(block.source(), out);
    VarLongCoder.of().encode(block.windowEnd(), out);
    ByteArrayCoder.of().encode(block.positions(), out);
    ByteArrayCoder.of().encode(block.values(), out);
    if (block.skipped() > 0) {
      VarIntCoder.of().encode(block.skipped(), out);
      ByteArrayCoder.of().encode(block.skippedPositions(), out);
    }
  }

  @Override
  public Block decode(InputStream in) throws IOException {
    int format = VarIntCoder.of().decode(in);
    if (format != ROWS_ONLY && format != WITH_SKIPPED) {
      throw Version.otherState("blocks", format);
    }
    return new Block(
        VarIntCoder.of().decode(in),
        VarIntCoder.of().decode(in),
        StringUtf8Coder.of().decode(in),
        VarLongCoder.of().decode(in),
        ByteArrayCoder.of().decode(in),
        ByteArrayCoder.of().decode(in),
        format == WITH_SKIPPED ? VarIntCoder.of().decode(in) : 0,
        format == WITH_SKIPPED ? ByteArrayCoder.of().decode(in) : NO_POSITIONS);
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
