package io.sluice.mirror;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The same with REPLICA IDENTITY FULL, by which a row takes its large values along to a new key.
 */
@EnabledIfSystemProperty(
    named = "sluice.nightly",
    matches = "true",
    disabledReason = "it is a variant of PostgresMirrorIT, run each night: -Dsluice.nightly=true")
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
