package io.sluice.schema;

import java.io.Serializable;
import java.util.UUID;

/**
 * The id by which a record names its schema: a number of 32 bits, or a UUID. What is behind an id
 * never changes.
 *
 * @param high 0 of a number
 * @param low the number, or the lower half of the UUID
 */
public record SchemaId(long high, long low) implements Serializable {
  /** Of 32 bits, which are taken for a number without a sign. */
  public static SchemaId of(int number) {
    return new SchemaId(0, number & 0xFFFF_FFFFL);
  }

  /** Whether it is a UUID: no UUID of AWS Glue has an upper half of 0. */
  public boolean isUuid() {
    return high != 0;
  }

  @Override
  public String toString() {
    return isUuid() ? new UUID(high, low).toString() : Long.toString(low);
  }
}
