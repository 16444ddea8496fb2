package io.sluice.contract;

import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a contract says of how its records are written.
 *
 * @param keys each key of the format with its value, those that the contract does not name too
 */
public record FormatSpec(String name, Map<String, String> keys) implements Serializable {
  public FormatSpec {
    keys = Collections.unmodifiableMap(new TreeMap<>(keys));
  }

  /**
   * The value of a key that the format declares.
   *
   * @throws IllegalArgumentException where it declares none of this name
   */
  public String text(String key) {
    String value = keys.get(key);
    if (value == null) {
      throw new IllegalArgumentException("format " + name + " has no key " + key);
    }
    return value;
  }

  public int integer(String key) {
    return Integer.parseInt(text(key));
  }

  public boolean flag(String key) {
    return Boolean.parseBoolean(text(key));
  }
}
