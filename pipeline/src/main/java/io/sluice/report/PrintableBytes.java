package io.sluice.report;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Bytes as text that can be read and that hides nothing: UTF-8 as it is; what is not UTF-8, and
 * characters that do not print or turn the direction of writing, as {@code \xNN} for each byte.
 */
final class PrintableBytes {
  private PrintableBytes() {}

  /**
   * @param most so many bytes at most, fewer where they end within a character
   */
  static String of(byte[] bytes, int most) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes, 0, Math.min(bytes.length, most));
    CharBuffer out = CharBuffer.allocate(in.remaining());
    StringBuilder text = new StringBuilder();
    while (in.hasRemaining()) {
      CoderResult result = decoder.decode(in, out, bytes.length <= most);
      out.flip();
      out.codePoints().forEach(point -> append(text, point));
      out.clear();
      if (result.isUnderflow()) {
        // Ended within a character: the rest of it is beyond what is shown.
        break;
      }
      for (int i = 0; i < result.length(); i++) {
        append(text, in.get());
      }
      decoder.reset();
    }
    return text.toString();
  }

  private static void append(StringBuilder text, byte octet) {
    text.append(String.format("\\x%02x", octet));
  }

  private static void append(StringBuilder text, int point) {
    int type = Character.getType(point);
    boolean prints =
        type != Character.CONTROL
            && type != Character.FORMAT
            && type != Character.SURROGATE
            && type != Character.PRIVATE_USE
            && type != Character.UNASSIGNED
            && type != Character.LINE_SEPARATOR
            && type != Character.PARAGRAPH_SEPARATOR;
    if (prints) {
      text.appendCodePoint(point);
      return;
    }
    for (byte octet : Character.toString(point).getBytes(StandardCharsets.UTF_8)) {
      append(text, octet);
    }
  }
}
