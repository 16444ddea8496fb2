package io.sluice.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Strings of names, which come again and again: one that was made is found by its bytes. */
final class NameStrings {
  private static final int PLACES = 1024;

  /** Longer ones are rather data. */
  private static final int LONGEST = 64;

  private final byte[] @Nullable [] utf8 = new byte[PLACES][];
  private final @Nullable String[] strings = new String[PLACES];

  String of(byte[] in, int start, int length) {
    int end = start + length;
    if (length > LONGEST) {
      return new String(in, start, length, StandardCharsets.UTF_8);
    }
    int hash = length;
    for (int i = start; i < end; i++) {
      hash = 31 * hash + in[i];
    }
    int place = (hash ^ hash >>> 15) & PLACES - 1;
    byte[] kept = utf8[place];
    String string = strings[place];
    if (kept == null || string == null || !Arrays.equals(kept, 0, kept.length, in, start, end)) {
      string = new String(in, start, length, StandardCharsets.UTF_8);
      utf8[place] = Arrays.copyOfRange(in, start, end);
      strings[place] = string;
    }
    return string;
  }
}
