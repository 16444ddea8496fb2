package io.sluice.contract;

import java.util.Optional;
import java.util.TreeMap;

/**
 * A kind of source as a contract names it, {@code source: {name: NAME, KEY: VALUE}}. The keys of
 * the {@link #DEFAULT} kind stand beside those of the contract itself where there is no {@code
 * source}. What is plugged in is a {@code io.sluice.source.SourceKind}, which is one of these: a
 * contract can be read without knowing how records are read.
 */
public interface ContractSource extends ContractPlugIn {
  /** The kind of a contract without {@code source}. */
  String DEFAULT = "kafka";

  /**
   * What a contract stands for that says a rule for names in place of a name; empty where it names
   * one source.
   *
   * @param source what the contract says of it
   * @throws IllegalArgumentException where the rule cannot be read; its message says why
   */
  default Optional<Family> family(Plugged source) {
    return Optional.empty();
  }

  /** The greatest record that comes from it; empty where there is no limit of its own. */
  default Optional<Limit> limit() {
    return Optional.empty();
  }

  /**
   * The name that a record's topic, or what is like one, has for {@code from: topic}; empty where
   * there is nothing of the kind.
   *
   * @param source what the contract says of it
   * @param sourceId of the record
   */
  default String topic(Plugged source, String sourceId) {
    return "";
  }

  /** The same for a contract, whatever its source is. */
  static String topicOf(Contract contract, String sourceId) {
    return named(contract.source().name())
        .map(kind -> kind.topic(contract.source(), sourceId))
        .orElse("");
  }

  /**
   * @param whose what the limit is, as in "above what Kafka takes"
   * @param fix what to write for {@code max_bytes}
   */
  record Limit(int bytes, String whose, String fix) {}

  /** Those that are plugged in, by name. */
  static TreeMap<String, ContractSource> all() {
    return PlugIn.all(ContractSource.class);
  }

  static Optional<ContractSource> named(String name) {
    return Optional.ofNullable(all().get(name));
  }

  /** Whether a contract's source is of the kind whose keys need no {@code source} around them. */
  static boolean isDefault(Plugged source) {
    return source.name().equals(DEFAULT);
  }
}
