package io.sluice.derive;

import io.sluice.contract.Contract;
import io.sluice.contract.PlugIn;
import io.sluice.lake.Store;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * A kind of table that is made of another one of the lake, version by version. To plug one in,
 * implement this with a public constructor without parameters, and name the class in {@code
 * META-INF/services/io.sluice.derive.DerivedKind} of a jar on the class path.
 */
public interface DerivedKind extends PlugIn {
  /** Whether one can be made of a contract's table; whether it was made is another question. */
  boolean isOf(Contract contract);

  /** What the table is called that is made of another one. */
  String nameOf(String table);

  /**
   * The number of the version that readers find; empty where it was not begun.
   *
   * @param store where the other table is
   */
  OptionalLong newest(Store store, String table) throws IOException;

  /**
   * A version that was the newest a moment ago.
   *
   * @throws io.sluice.UserException where it cannot be read, or has expired since
   */
  DerivedVersion version(Store store, String table, long number) throws IOException;

  /** Those that are plugged in, by name. */
  static TreeMap<String, DerivedKind> all() {
    return PlugIn.all(DerivedKind.class);
  }

  /** Those of which a contract's table may have one, in the order of their names. */
  static List<DerivedKind> of(Contract contract) {
    return all().values().stream().filter(kind -> kind.isOf(contract)).toList();
  }
}
