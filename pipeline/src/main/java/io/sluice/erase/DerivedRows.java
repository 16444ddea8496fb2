package io.sluice.erase;

import io.sluice.contract.PlugIn;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import java.io.IOException;
import java.util.List;
import java.util.TreeMap;

/**
 * A kind of table that is derived from another one's rows and keeps files of its own in the lake,
 * such as a mirror: what is erased from the one has to go from the other. To plug one in, implement
 * this with a public constructor without parameters, and name the class in {@code
 * META-INF/services/io.sluice.erase.DerivedRows} of a jar on the class path.
 */
public interface DerivedRows extends PlugIn {
  /**
   * The tables of this kind that the lake has of a table; empty where it has none.
   *
   * @param lake where both are
   * @param table that they are derived from
   */
  List<DerivedTable> of(Store lake, LakeTable table) throws IOException;

  /** Those that are plugged in, by name. */
  static TreeMap<String, DerivedRows> all() {
    return PlugIn.all(DerivedRows.class);
  }
}
