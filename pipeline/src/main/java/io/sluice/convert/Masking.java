package io.sluice.convert;

import io.sluice.FileFaults;
import io.sluice.contract.Column;
import io.sluice.contract.ContractException;
import io.sluice.contract.Mask;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Does what a {@link Mask} says, the same for the same value wherever and whenever it runs, by the
 * same key. Not safe for use by several threads.
 */
public final class Masking {
  private static final byte[] REDACTED = Mask.REDACTED.getBytes(StandardCharsets.UTF_8);
  private static final String HMAC = "HmacSHA256";
  private static final int SHORTEST_KEY = 16;

  private final Mask mask;
  private final @Nullable Mac mac;
  private final @Nullable MessageDigest digest;

  /**
   * @param column one that has a mask
   * @throws ContractException where the key is not to be had
   */
  public Masking(Column column) {
    Mask mask = Objects.requireNonNull(column.reading().mask());
    this.mask = mask;
    try {
      this.digest = mask.kind() == Mask.Kind.HASH ? MessageDigest.getInstance("SHA-256") : null;
      this.mac = mask.kind() == Mask.Kind.HMAC ? Mac.getInstance(HMAC) : null;
      if (mac != null) {
        mac.init(new SecretKeySpec(key(column.name(), mask), HMAC));
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static byte[] key(String column, Mask mask) {
    byte[] key;
    String where;
    if (mask.keyIn() == Mask.KeyIn.ENVIRONMENT) {
      where = "the environment's variable " + mask.key();
      String value = System.getenv(mask.key());
      if (value == null) {
        throw refused(column, where, "which is not set: set it wherever Sluice runs", null);
      }
      key = value.getBytes(StandardCharsets.UTF_8);
    } else {
      where = "the file " + mask.key();
      try {
        key = withoutLineEnd(Files.readAllBytes(Path.of(mask.key())));
      } catch (IOException e) {
        throw refused(
            column,
            where,
            "which cannot be read: "
                + FileFaults.why(e)
                + "; put it there, readable, wherever Sluice runs",
            e);
      } catch (InvalidPathException e) {
        throw refused(column, where, "which is no path: name a file", e);
      }
    }
    if (key.length < SHORTEST_KEY) {
      throw refused(
          column,
          where,
          "which has "
              + key.length
              + " bytes, and a key of less than "
              + SHORTEST_KEY
              + " can be guessed: take a longer one",
          null);
    }
    return key;
  }

  private static ContractException refused(
      String column, String where, String why, @Nullable Exception cause) {
    return ContractException.ofColumn(
        column, "is masked by the key in " + where + ", " + why, cause);
  }

  /** Editors add one, and secrets that are mounted often have one. */
  private static byte[] withoutLineEnd(byte[] bytes) {
    int length = bytes.length;
    while (length > 0 && (bytes[length - 1] == '\n' || bytes[length - 1] == '\r')) {
      length--;
    }
    return Arrays.copyOf(bytes, length);
  }

  /** A text, in UTF-8, as it is masked. */
  public byte[] text(byte[] utf8, int start, int length) {
    return switch (mask.kind()) {
      case REDACT -> REDACTED;
      case TRUNCATE ->
          Arrays.copyOfRange(utf8, start, start + bytesOfCharacters(utf8, start, length));
      case HASH, HMAC ->
          HexFormat.of().formatHex(hash(utf8, start, length)).getBytes(StandardCharsets.US_ASCII);
    };
  }

  /** Bytes as they are masked. */
  public byte[] bytes(byte[] array, int start, int length) {
    return switch (mask.kind()) {
      case REDACT -> REDACTED;
      case TRUNCATE -> Arrays.copyOfRange(array, start, start + Math.min(length, mask.length()));
      case HASH, HMAC -> hash(array, start, length);
    };
  }

  private byte[] hash(byte[] array, int start, int length) {
    if (digest != null) {
      digest.update(array, start, length);
      return digest.digest();
    }
    if (mac != null) {
      mac.update(array, start, length);
      return mac.doFinal();
    }
    throw new IllegalStateException(mask.kind() + " has no hash");
  }

  /** How many bytes the first characters have, as many as the mask keeps. */
  private int bytesOfCharacters(byte[] utf8, int start, int length) {
    int characters = 0;
    for (int i = 0; i < length; i++) {
      boolean begins = (utf8[start + i] & 0xC0) != 0x80;
      if (begins && ++characters > mask.length()) {
        return i;
      }
    }
    return length;
  }
}
