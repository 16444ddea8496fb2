package io.sluice.protobuf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.decode.ValueDecoder;
import io.sluice.schema.Schemas;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random schemas and random bytes, read by us and by the library's own generic reader: the same
 * rows. {@code -Dsluice.seed=N} repeats a seed that failed.
 */
@Tag("slow")
class DifferentialTest {
  /** {@code -Dsluice.seeds=N} for more, as each night. */
  private static final int SEEDS = Integer.getInteger("sluice.seeds", 2_000);

  private static final int MESSAGES = 20;
  private static final int FLIPS = 4;

  private int accepted;
  private int rejected;

  @Test
  void rowsAreWhatTheLibraryReads() throws IOException {
    Long seed = Long.getLong("sluice.seed");
    if (seed != null) {
      run(seed);
      return;
    }
    for (long i = 0; i < SEEDS; i++) {
      run(i);
    }
    assertTrue(accepted > SEEDS * MESSAGES, accepted + " accepted, " + rejected + " rejected");
    assertTrue(rejected > SEEDS, accepted + " accepted, " + rejected + " rejected");
  }

  private void run(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    RandomSchema schema = new RandomSchema(random);
    FileDescriptor file = schema.file();
    Descriptor type = file.getMessageTypes().get(0);
    Contract contract =
        ContractParser.parse(
            "table: t\ntopic: t\nevent_time: at\nformat: {name: protobuf, framing: none, message: M0, schema: \""
                + Protos.descriptorSet(file)
                + "\"}\ncolumns:\n"
                + schema.columns(type),
            "random.yaml");
    ValueDecoder decoder =
        new ProtobufFormat().decoder(contract, Schemas.NONE, new Protos.Events());
    for (int i = 0; i < MESSAGES; i++) {
      byte[] message = new RandomWire(random, i % 4 == 0).message(type, 0);
      if (message.length > 0) {
        compare(seed, decoder, contract, type, message, true);
        for (int flip = 0; flip < FLIPS; flip++) {
          byte[] changed = message.clone();
          changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
          compare(seed, decoder, contract, type, changed, false);
        }
      }
    }
  }

  /**
   * @param isWhole whether the bytes are a message for certain
   */
  private void compare(
      long seed,
      ValueDecoder decoder,
      Contract contract,
      Descriptor type,
      byte[] message,
      boolean isWhole) {
    String ours;
    try {
      ours = Protos.decode(decoder, contract, message);
    } catch (RuntimeException | StackOverflowError e) {
      throw new AssertionError("seed " + seed + " fails at " + Arrays.toString(message), e);
    }
    boolean isRow = ours.startsWith("[");
    accepted += isRow ? 1 : 0;
    rejected += isRow ? 0 : 1;
    DynamicMessage library;
    try {
      library = DynamicMessage.newBuilder(type).mergeFrom(message).buildPartial();
    } catch (InvalidProtocolBufferException e) {
      assertTrue(!isWhole, () -> "seed " + seed + ": " + e.getMessage());
      // What the contract does not want is passed over, and may be anything.
      return;
    }
    if (isRow) {
      assertTrue(library.isInitialized(), () -> "seed " + seed + ": " + ours);
      assertEquals(Expected.row(contract, library), ours, () -> said(seed, contract, message));
    } else if (isWhole) {
      assertTrue(
          ours.startsWith("MISSING_FIELD") && !library.isInitialized(),
          () -> said(seed, contract, message) + ours);
    } else {
      // A flipped bit may leave a message that the contract does not take. Of numbers of more than
      // ten bytes the library takes some, where it reads them from an array.
      assertTrue(
          ours.matches("(?s)(MISSING_FIELD|WRONG_TYPE|BAD_EVENT_TIME|NOT_UTF8) .*")
              || ours.startsWith("TOO_DEEP")
              || ours.endsWith("a number has more than ten bytes"),
          () -> said(seed, contract, message) + ours);
    }
  }

  private static String said(long seed, Contract contract, byte[] message) {
    return "seed "
        + seed
        + ", contract "
        + contract.columns()
        + ", bytes "
        + Arrays.toString(message)
        + ": ";
  }
}
