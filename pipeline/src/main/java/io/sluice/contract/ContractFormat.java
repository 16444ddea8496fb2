package io.sluice.contract;

import java.util.Optional;
import java.util.TreeMap;

/**
 * A format as a contract names it, {@code format: NAME} or {@code format: {name: NAME, KEY:
 * VALUE}}. What is plugged in is a {@code io.sluice.decode.RecordFormat}, which is one of these: a
 * contract can be read without knowing how records are decoded.
 */
public interface ContractFormat extends ContractPlugIn {
  /** What {@code format} is where a contract does not say. */
  String DEFAULT = "json";

  /** Those that are plugged in, by name. */
  static TreeMap<String, ContractFormat> all() {
    return PlugIn.all(ContractFormat.class);
  }

  static Optional<ContractFormat> named(String name) {
    return Optional.ofNullable(all().get(name));
  }
}
