package io.sluice.contract;

import java.io.Serializable;
import java.util.Locale;

/**
 * What is written of a text or of bytes in place of the value, so that the value is nowhere.
 *
 * @param kind what is done
 * @param length of {@link Kind#TRUNCATE}: the characters, or bytes, that are kept; 0 else
 * @param key of {@link Kind#HMAC}: where the key is; empty else. A contract never has the key
 * @param keyIn what {@code key} is a name of
 */
public record Mask(Kind kind, int length, String key, KeyIn keyIn) implements Serializable {
  /** What is done. */
  public enum Kind {
    /** SHA-256 (FIPS 180-4): in hexadecimal digits for a text, 32 bytes for bytes. */
    HASH,
    /** HMAC-SHA-256 (RFC 2104) by a key, which is the same without it for nobody. */
    HMAC,
    /** {@value Mask#REDACTED} for all values. */
    REDACT,
    /** The beginning alone. */
    TRUNCATE
  }

  /** Where the key of {@link Kind#HMAC} is. */
  public enum KeyIn {
    NOWHERE,
    ENVIRONMENT,
    FILE
  }

  /** What stands for every value that is redacted. */
  public static final String REDACTED = "***";

  /** As messages have it: {@code truncate 3}. */
  String text() {
    String name = kind.name().toLowerCase(Locale.ROOT);
    return switch (kind) {
      case HASH, REDACT -> name;
      case TRUNCATE -> name + " " + length;
      case HMAC -> name + " by " + (keyIn == KeyIn.FILE ? "file " : "env ") + key;
    };
  }

  static Mask of(Kind kind) {
    return new Mask(kind, 0, "", KeyIn.NOWHERE);
  }
}
