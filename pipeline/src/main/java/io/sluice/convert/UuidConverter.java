package io.sluice.convert;

import io.sluice.deadletter.Reason;
import io.sluice.record.EncodedValues;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.regex.Pattern;

/** To {@code uuid}: texts in the form of RFC 9562, in letters of either case, or its bytes. */
final class UuidConverter extends ScalarConverter {
  private static final int BYTES = 16;
  private static final int LENGTH = 36;

  /** Java's own parser takes shorter ones, too. */
  private static final Pattern FORM =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  UuidConverter(Out out) {
    super(out, Reason.WRONG_TYPE, "a UUID");
  }

  @Override
  public void text(byte[] utf8, int start, int length) throws Rejection {
    String text = length == LENGTH ? new String(utf8, start, length, StandardCharsets.UTF_8) : "";
    if (!FORM.matcher(text).matches()) {
      throw wrong(Found.text(utf8, start, length));
    }
    out.bytes(EncodedValues.bytes(UUID.fromString(text)), 0, BYTES);
  }

  @Override
  public void bytes(byte[] array, int start, int length) throws Rejection {
    if (length != BYTES) {
      throw wrong(Found.bytes(length));
    }
    out.bytes(array, start, length);
  }
}
