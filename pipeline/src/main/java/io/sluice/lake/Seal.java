package io.sluice.lake;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What shows that a data file is as it was written: the SHA-256 of all its bytes, in its own footer
 * under {@value #KEY}. The digits stand in what they are made of, so they count as zeros there.
 *
 * <p>Parquet's own checksums leave page headers, indexes and the footer unprotected, and a date has
 * digests in a manifest only once it is complete.
 */
public final class Seal {
  public static final String KEY = "sluice.seal";

  /** What stands in the footer until the digits are known. */
  public static final String BLANK = "0".repeat(64);

  /** A Parquet file ends with the footer's length, four bytes, and a magic number of four. */
  private static final int TRAILER = 8;

  private static final int CHUNK = 8 << 20;

  private Seal() {}

  /**
   * What was read of a file.
   *
   * @param sha256 the SHA-256 of its bytes, in hexadecimal digits
   * @param intact whether its seal is that of its bytes
   */
  public record Check(String sha256, boolean intact) {}

  /** Reads a data file whole, in chunks. */
  public static Check check(Store store, Store.Entry file) throws IOException {
    MessageDigest digest = newSha256();
    long footer = Math.max(0, file.size() - TRAILER - footerLength(store, file));
    for (long at = 0; at < footer; at += CHUNK) {
      digest.update(store.read(file.key(), at, (int) Math.min(CHUNK, footer - at)));
    }
    byte[] tail = store.read(file.key(), footer, (int) (file.size() - footer));
    String sha256 = hex(copy(digest), tail);
    int digits = digits(tail);
    if (digits < 0) {
      return new Check(sha256, false);
    }
    byte[] written = Arrays.copyOfRange(tail, digits, digits + BLANK.length());
    System.arraycopy(bytes(BLANK), 0, tail, digits, BLANK.length());
    return new Check(sha256, Arrays.equals(bytes(hex(digest, tail)), written));
  }

  private static long footerLength(Store store, Store.Entry file) throws IOException {
    if (file.size() < TRAILER) {
      return 0;
    }
    byte[] trailer = store.read(file.key(), file.size() - TRAILER, TRAILER);
    return Integer.toUnsignedLong(ByteBuffer.wrap(trailer).order(ByteOrder.LITTLE_ENDIAN).getInt());
  }

  /** Where the digits are: after the key and the two bytes that Thrift puts before a string. */
  private static int digits(byte[] tail) {
    byte[] key = bytes(KEY);
    // From the end: the keys and values of a footer come after all that is as long as the data.
    for (int at = tail.length - key.length - BLANK.length(); at >= 0; at--) {
      if (Arrays.equals(tail, at, at + key.length, key, 0, key.length)) {
        int digits = at + key.length + 2;
        if (digits + BLANK.length() <= tail.length) {
          return digits;
        }
      }
    }
    return -1;
  }

  /** The stream of a file that is to be sealed. */
  public static final class Writer extends FilterOutputStream {
    private final MessageDigest digest = newSha256();
    private final ByteArrayOutputStream tail = new ByteArrayOutputStream();
    private boolean inTail;

    public Writer(OutputStream out) {
      super(out);
    }

    /** The data is written; what comes now is held back, for the footer is in it. */
    public void startTail() {
      inTail = true;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (inTail) {
        tail.write(bytes, offset, length);
      } else {
        digest.update(bytes, offset, length);
        out.write(bytes, offset, length);
      }
    }

    /**
     * Writes what was held back, sealed.
     *
     * @return the SHA-256 of the file's bytes, in hexadecimal digits
     */
    public String seal() throws IOException {
      byte[] bytes = tail.toByteArray();
      System.arraycopy(bytes(hex(copy(digest), bytes)), 0, bytes, digits(bytes), BLANK.length());
      out.write(bytes);
      return hex(digest, bytes);
    }
  }

  /** The data, of which nearly all of a file consists, is digested once for both digests. */
  private static MessageDigest copy(MessageDigest digest) {
    try {
      return (MessageDigest) digest.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("Java's SHA-256 can be cloned", e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String hex(MessageDigest digest, byte[] tail) {
    return HexFormat.of().formatHex(digest.digest(tail));
  }

  private static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
