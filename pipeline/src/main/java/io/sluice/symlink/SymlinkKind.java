package io.sluice.symlink;

import io.sluice.follow.Follower;
import io.sluice.follow.FollowerKind;
import io.sluice.lake.LakeTable;
import org.apache.beam.sdk.options.PipelineOptions;

/** Lists of live files, beside the tables of the lake. */
public final class SymlinkKind implements FollowerKind {
  @Override
  public String name() {
    return "symlink";
  }

  @Override
  public String words() {
    return "A list of each date's live files, for Athena, Trino, Presto and DuckDB.";
  }

  @Override
  public Follower open(LakeTable table, PipelineOptions options) {
    return new SymlinkFollower(table.stores().open(options), table.table());
  }
}
