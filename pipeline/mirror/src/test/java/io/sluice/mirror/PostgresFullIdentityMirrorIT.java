package io.sluice.mirror;

import java.util.ArrayList;
import java.util.List;

/**
 * The same with REPLICA IDENTITY FULL, by which a row takes its large values along to a new key.
 */
class PostgresFullIdentityMirrorIT extends PostgresMirrorIT {
  @Override
  List<String> prepare() {
    List<String> all = new ArrayList<>(super.prepare());
    all.add("alter table items replica identity full");
    return all;
  }

  @Override
  boolean movesLargeValues() {
    return true;
  }
}
