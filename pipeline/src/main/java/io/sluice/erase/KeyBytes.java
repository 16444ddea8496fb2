package io.sluice.erase;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks for many keys in bytes at once, by a hash that rolls over them (Rabin and Karp): the work
 * grows with the bytes and with how many lengths the keys have, not with how many keys there are.
 */
final class KeyBytes {
  private static final long BASE = 1_000_003;

  /** The keys of one length, by their hashes. */
  private record SameLength(int length, long power, Map<Long, List<byte[]>> byHash) {}

  private final List<SameLength> lengths = new ArrayList<>();
  private final boolean isWord;

  /**
   * @param isWord whether a key counts only where no further letter or digit stands beside it
   */
  KeyBytes(List<byte[]> keys, boolean isWord) {
    this.isWord = isWord;
    Map<Integer, SameLength> byLength = new HashMap<>();
    for (byte[] key : keys) {
      if (key.length > 0) {
        byLength
            .computeIfAbsent(
                key.length, length -> new SameLength(length, power(length), new HashMap<>()))
            .byHash()
            .computeIfAbsent(hash(key, 0, key.length), hash -> new ArrayList<>())
            .add(key);
      }
    }
    lengths.addAll(byLength.values());
  }

  private static long power(int length) {
    long power = 1;
    for (int i = 1; i < length; i++) {
      power *= BASE;
    }
    return power;
  }

  private static long hash(byte[] bytes, int from, int length) {
    long hash = 0;
    for (int i = from; i < from + length; i++) {
      hash = hash * BASE + bytes[i];
    }
    return hash;
  }

  /** Whether one of the keys is in the bytes. */
  boolean in(byte @Nullable [] bytes) {
    return bytes != null && lengths.stream().anyMatch(keys -> in(bytes, keys));
  }

  private boolean in(byte[] bytes, SameLength keys) {
    if (bytes.length < keys.length()) {
      return false;
    }
    long hash = hash(bytes, 0, keys.length());
    for (int from = 0; ; from++) {
      List<byte[]> candidates = keys.byHash().get(hash);
      if (candidates != null) {
        int at = from;
        if (candidates.stream()
            .anyMatch(
                key ->
                    Arrays.equals(bytes, at, at + key.length, key, 0, key.length)
                        && stands(bytes, at, key.length))) {
          return true;
        }
      }
      if (from + keys.length() == bytes.length) {
        return false;
      }
      hash = (hash - bytes[from] * keys.power()) * BASE + bytes[from + keys.length()];
    }
  }

  private boolean stands(byte[] bytes, int from, int length) {
    return !isWord
        || !(from > 0 && isLetter(bytes[from]) && isLetter(bytes[from - 1]))
            && !(from + length < bytes.length
                && isLetter(bytes[from + length - 1])
                && isLetter(bytes[from + length]));
  }

  private static boolean isLetter(byte b) {
    return b < 0 || b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z';
  }
}
