package io.sluice.mirror;

import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.erase.DerivedRows;
import io.sluice.erase.DerivedTable;
import io.sluice.follow.FollowerKind;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import java.io.IOException;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptions;

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
  public List<DerivedTable> of(Store lake, LakeTable table, PipelineOptions options)
      throws IOException {
    LakeTable current =
        new LakeTable(MirrorTable.current(table.table()), table.stores(), table.descriptor());
    Versions versions = new Versions(lake, current.table().name());
    if (versions.numbers().isEmpty() && versions.unnamed().isEmpty()) {
      return List.of();
    }
    // Of those that the table has, only these follow a mirror.
    List<String> followers =
        SluiceConfig.followers(options.as(SluiceOptions.class)).stream()
            .filter(name -> FollowerKind.named("publish", name).hasUnpartitioned())
            .toList();
    return List.of(new MirrorErase(lake, current, new MirrorFollowers(followers, options)));
  }
}
