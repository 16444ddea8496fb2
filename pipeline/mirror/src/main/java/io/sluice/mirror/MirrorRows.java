package io.sluice.mirror;

import io.sluice.erase.DerivedRows;
import io.sluice.erase.DerivedTable;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import java.io.IOException;
import java.util.List;

/** The mirror of a table as what is derived from it. */
public final class MirrorRows implements DerivedRows {
  /** For the service loader. */
  public MirrorRows() {}

  @Override
  public String name() {
    return "mirror";
  }

  /** It is found by its versions, whatever the contract says today. */
  @Override
  public List<DerivedTable> of(Store lake, LakeTable table) throws IOException {
    String name = MirrorTable.name(table.table());
    Versions versions = new Versions(lake, name);
    return versions.numbers().isEmpty() && versions.unnamed().isEmpty()
        ? List.of()
        : List.of(new MirrorErase(lake, name));
  }
}
