package io.sluice.convert;

import com.fasterxml.jackson.core.Base64Variants;
import io.sluice.deadletter.Reason;
import java.nio.charset.StandardCharsets;

/** To {@code bytes}; texts are base64 (RFC 4648, section 4). */
final class BytesConverter extends ScalarConverter {
  BytesConverter(Out out) {
    super(out, Reason.WRONG_TYPE, "base64");
  }

  @Override
  public void text(byte[] utf8, int start, int length) throws Rejection {
    byte[] bytes;
    try {
      bytes =
          Base64Variants.MIME_NO_LINEFEEDS.decode(
              new String(utf8, start, length, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw wrong(Found.text(utf8, start, length));
    }
    out.bytes(bytes, 0, bytes.length);
  }

  @Override
  public void bytes(byte[] array, int start, int length) {
    out.bytes(array, start, length);
  }
}
