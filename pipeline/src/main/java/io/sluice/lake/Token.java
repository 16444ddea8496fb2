package io.sluice.lake;

import java.util.UUID;

/** Makes the tokens by which a writer knows its own objects again. */
final class Token {
  private Token() {}

  static String next() {
    return UUID.randomUUID().toString();
  }
}
