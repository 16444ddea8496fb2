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

  /** Of version 0.1: blocks that have a row for each position. */
  private static final int ROWS_ONLY = 2;

  /** With the number and the positions of skipped records. */
  private static final int WITH_SKIPPED = 3;

  /** What is written now: with the version of the contract, too. */
  private static final int WITH_CONTRACT = 4;

  private static final byte[] NO_POSITIONS = {};
  private static final BlockCoder INSTANCE = new BlockCoder();

  private BlockCoder() {}

  public static BlockCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(Block block, OutputStream out) throws IOException {
    VarIntCoder.of().encode(block.contractVersion() == null ? WITH_SKIPPED : WITH_CONTRACT, out);
    VarIntCoder.of().encode(block.layout(), out);
    VarIntCoder.of().encode(block.rows(), out);
    StringUtf8Coder.of().encode(block.source(), out);
    VarLongCoder.of().encode(block.windowEnd(), out);
    ByteArrayCoder.of().encode(block.positions(), out);
    ByteArrayCoder.of().encode(block.values(), out);
    VarIntCoder.of().encode(block.skipped(), out);
    ByteArrayCoder.of().encode(block.skippedPositions(), out);
    if (block.contractVersion() != null) {
      StringUtf8Coder.of().encode(block.contractVersion(), out);
    }
  }

  @Override
  public Block decode(InputStream in) throws IOException {
    int format = VarIntCoder.of().decode(in);
    if (format < ROWS_ONLY || format > WITH_CONTRACT) {
      throw Version.otherState("blocks", format);
    }
    return new Block(
        VarIntCoder.of().decode(in),
        VarIntCoder.of().decode(in),
        StringUtf8Coder.of().decode(in),
        VarLongCoder.of().decode(in),
        ByteArrayCoder.of().decode(in),
        ByteArrayCoder.of().decode(in),
        format >= WITH_SKIPPED ? VarIntCoder.of().decode(in) : 0,
        format >= WITH_SKIPPED ? ByteArrayCoder.of().decode(in) : NO_POSITIONS,
        format >= WITH_CONTRACT ? StringUtf8Coder.of().decode(in) : null);
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
