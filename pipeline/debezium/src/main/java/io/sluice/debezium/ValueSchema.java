package io.sluice.debezium;

import org.jspecify.annotations.Nullable;

/**
 * What a value means: of a schema of Kafka Connect, or, where there is none, of the type that a
 * contract has for it. Asked twice, it answers with the same objects.
 */
interface ValueSchema {
  Encoding encoding();

  /** How many digits of a decimal are behind its point. */
  default int scale() {
    return 0;
  }

  /** The schema of a field, or of a map's value; null where it has none. */
  default @Nullable ValueSchema field(String name) {
    return null;
  }

  /** The schema of a list's elements; null where it has none. */
  default @Nullable ValueSchema element() {
    return null;
  }
}
