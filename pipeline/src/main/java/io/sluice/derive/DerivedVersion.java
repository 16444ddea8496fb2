package io.sluice.derive;

import io.sluice.lake.Positions;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A version of what is made of a table.
 *
 * @param made when readers were switched to it, by the store's clock
 * @param rows that readers find
 * @param positions of all records that are in it
 * @param lacking how many values or changes it does not have, by why; one that is 0 is there, too
 */
public record DerivedVersion(
    long number, Instant made, long rows, Positions positions, Map<String, Long> lacking) {
  public DerivedVersion {
    lacking = Collections.unmodifiableMap(new TreeMap<>(lacking));
  }
}
