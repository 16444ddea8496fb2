package io.sluice.erase;

import io.sluice.contract.PlugIn;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import java.io.IOException;
import java.util.List;
import java.util.TreeMap;
import org.apache.beam.sdk.options.PipelineOptions;

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
   * @param options of the run, which name what follows the tables
   * @throws io.sluice.UserException where options do not say it as they should
   */
  List<DerivedTable> of(Store lake, LakeTable table, PipelineOptions options) throws IOException;

  /** Those that are plugged in, by name. */
  static TreeMap<String, DerivedRows> all() {
    return PlugIn.all(DerivedRows.class);
  }
}
