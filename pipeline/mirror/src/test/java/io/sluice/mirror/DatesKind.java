package io.sluice.mirror;

import io.sluice.follow.Follower;
import io.sluice.follow.FollowerKind;
import io.sluice.lake.LakeTable;
import org.apache.beam.sdk.options.PipelineOptions;

/** A follower that knows tables with dates and no other. */
public final class DatesKind implements FollowerKind {
  @Override
  public String name() {
    return "dates";
  }

  @Override
  public String words() {
    return "Nothing.";
  }

  @Override
  public Follower open(LakeTable table, PipelineOptions options) {
    throw new AssertionError("a mirror has no dates");
  }
}
