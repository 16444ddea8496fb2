package io.sluice.contract;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * A format as a contract names it, {@code format: NAME} or {@code format: {name: NAME, KEY:
 * VALUE}}. What is plugged in is a {@code io.sluice.decode.RecordFormat}, which is one of these: a
 * contract can be read without knowing how records are decoded.
 */
public interface ContractFormat {
  /** What {@code format} is where a contract does not say. */
  String DEFAULT = "json";

  /** What contracts call it: lower-case letters, digits and _. */
  String name();

  /** Its own keys of a contract. */
  List<KeySpec> keys();

  /** Those that are plugged in, by name. */
  static List<ContractFormat> all() {
    return ServiceLoader.load(ContractFormat.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(java.util.Comparator.comparing(ContractFormat::name))
        .toList();
  }

  static Optional<ContractFormat> named(String name) {
    return all().stream().filter(format -> format.name().equals(name)).findFirst();
  }
}
