package io.sluice.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.util.CoderUtils;
import org.junit.jupiter.api.Test;

/**
 * The state of a job that an older version wrote is read, that of a newer one is refused in one
 * line. What is in bytes here is in savepoints: it must not change.
 */
class StateCoderTest {
  private static final LogChange CHANGE =
      new LogChange(
          "events",
          20_500,
          new CommittedFile("part-00001-00000017.parquet", 12_345_678_901L, "ab"));
  private static final LogChange NO_FILE = new LogChange("ereignisse-\u00fc", -3, null);

  private static final LogState.Progress PROGRESS =
      new LogState.Progress(
          true, 5_000_000_000L, 1_700_000_000_000L, -1L, false, Long.MIN_VALUE, 42L, null);
  private static final LogState.Progress LITTLE =
      new LogState.Progress(false, 1, null, null, true, null, null, 0L);

  private static final ProgressCoder PROGRESSES = new ProgressCoder();

  private static <T> T read(Coder<T> coder, String hex) throws IOException {
    return coder.decode(new ByteArrayInputStream(HexFormat.of().parseHex(hex)));
  }

  private static <T> String write(Coder<T> coder, T value) throws IOException {
    return HexFormat.of().formatHex(CoderUtils.encodeToByteArray(coder, value));
  }

  @Test
  void whatIsWrittenIsRead() throws Exception {
    for (LogChange change : List.of(CHANGE, NO_FILE)) {
      assertEquals(change, read(LogChangeCoder.of(), write(LogChangeCoder.of(), change)));
    }
    for (LogState.Progress progress : List.of(PROGRESS, LITTLE)) {
      assertEquals(progress, read(PROGRESSES, write(PROGRESSES, progress)));
    }
  }

  @Test
  void theBytesOfVersionOneDoNotChange() throws Exception {
    assertEquals(
        "01066576656e747394a001011b706172742d30303030312d30303030303031372e70617271756574b5b8f0fe2d026162",
        write(LogChangeCoder.of(), CHANGE));
    assertEquals(
        "010180e497d0120180d095ffbc3101ffffffffffffffffff01000180808080808080808001012a00",
        write(PROGRESSES, PROGRESS));
  }

  /** As {@code SerializableCoder} had written them before there were versions. */
  private static final String JAVA_CHANGE =
      "aced000573720019696f2e736c756963652e77726974652e4c6f674368616e676500000000000000000200034a0004646174654c000466696c6574001f4c696f2f736c756963652f77726974652f436f6d6d697474656446696c653b4c00057461626c657400124c6a6176612f6c616e672f537472696e673b787000000000000050147372001d696f2e736c756963652e77726974652e436f6d6d697474656446696c6500000000000000000200034a000473697a654c00046e616d6571007e00024c000673686132353671007e0002787000000002dfdc1c3574001b706172742d30303030312d30303030303031372e7061727175657474000261627400066576656e7473";

  private static final String JAVA_NO_FILE =
      "aced000573720019696f2e736c756963652e77726974652e4c6f674368616e676500000000000000000200034a0004646174654c000466696c6574001f4c696f2f736c756963652f77726974652f436f6d6d697474656446696c653b4c00057461626c657400124c6a6176612f6c616e672f537472696e673b7870fffffffffffffffd7074000d65726569676e697373652dc3bc";
  private static final String JAVA_PROGRESS =
      "aced000573720021696f2e736c756963652e77726974652e4c6f6753746174652450726f677265737300000000000000000200084a000562797465735a0008726970656e696e675a00067475726e65644c0006617070656e647400104c6a6176612f6c616e672f4c6f6e673b4c000a617070656e64486f6c6471007e00014c0004686f6c6471007e00014c000672697065417471007e00014c000977696e646f77456e6471007e00017870000000012a05f20000017372000e6a6176612e6c616e672e4c6f6e673b8be490cc8f23df0200014a000576616c7565787200106a6176612e6c616e672e4e756d62657286ac951d0b94e08b0200007870000000000000002a707371007e000380000000000000007371007e0003ffffffffffffffff7371007e00030000018bcfe56800";

  @Test
  void whatJavasSerializationWroteIsRead() throws Exception {
    assertEquals(CHANGE, read(LogChangeCoder.of(), JAVA_CHANGE));
    assertEquals(NO_FILE, read(LogChangeCoder.of(), JAVA_NO_FILE));
    assertEquals(PROGRESS, read(PROGRESSES, JAVA_PROGRESS));
  }

  /** A bag of a date's changes holds one after the other, old and new. */
  @Test
  void elementsOfBothKindsStandSideBySide() throws Exception {
    String both = "00000003" + JAVA_CHANGE + write(LogChangeCoder.of(), NO_FILE) + JAVA_NO_FILE;
    assertEquals(List.of(CHANGE, NO_FILE, NO_FILE), read(ListCoder.of(LogChangeCoder.of()), both));
  }

  @Test
  void aVersionThatIsNotKnownSaysHowToStartAllTheSame() {
    ByteArrayInputStream newer = new ByteArrayInputStream(new byte[] {7, 0, 0});
    UserException e = assertThrows(UserException.class, () -> LogChangeCoder.of().decode(newer));
    assertTrue(e.getMessage().contains("LogChange in version 7"), e.getMessage());
    assertTrue(e.getMessage().contains("--startFrom=lake"), e.getMessage());
    assertThrows(IOException.class, () -> read(PROGRESSES, ""));
  }

  /** Nothing but the state's own classes comes to life from a savepoint's bytes. */
  @Test
  void otherObjectsOfJavasSerializationAreRefused() throws Exception {
    String list =
        write(
            org.apache.beam.sdk.coders.SerializableCoder.of(java.util.ArrayList.class),
            new java.util.ArrayList<>(List.of("x")));
    assertThrows(java.io.InvalidClassException.class, () -> read(PROGRESSES, list));
  }
}
