package io.sluice.convert;

import org.jspecify.annotations.Nullable;

/**
 * An object: each field goes to the {@link Field} of its name, in any order. Where a name comes
 * twice, its last value holds.
 */
public interface Fields {
  /** Begins an object; what calls {@link Converter#object} has done so. */
  void begin();

  /**
   * Whether names are data, as of a map: a field and its converter are then to be asked for at each
   * value, while the object is being read.
   */
  default boolean areOfData() {
    return false;
  }

  /**
   * The field of a name; null where nobody wants it. Where names are those of a schema, it is asked
   * once for all records, but where they {@link #areOfData}.
   */
  @Nullable Field field(String name);

  /** How the contract's user calls a field: {@code items[].price}. */
  String pathOf(String name);

  /**
   * Ends the object.
   *
   * @throws Rejection where a required field had no value
   */
  void end() throws Rejection;
}
