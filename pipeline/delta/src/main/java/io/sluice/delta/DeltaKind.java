package io.sluice.delta;

import io.sluice.UserException;
import io.sluice.follow.Follower;
import io.sluice.follow.FollowerKind;
import io.sluice.follow.Footers;
import io.sluice.follow.UnpartitionedFollower;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import org.apache.beam.sdk.options.PipelineOptions;

/** Tables of Delta Lake in the folders of the lake's. */
public final class DeltaKind implements FollowerKind {
  static final String NAME = "delta";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String words() {
    return "A table of Delta Lake in the folder of each, with its live files.";
  }

  /** Time travel. */
  @Override
  public boolean hasSnapshots() {
    return true;
  }

  @Override
  public boolean hasUnpartitioned() {
    return true;
  }

  @Override
  public Follower open(LakeTable table, PipelineOptions options) {
    return open(table, options, new TableSchema(table.table()), DeltaFollower::new);
  }

  @Override
  public UnpartitionedFollower openUnpartitioned(LakeTable table, PipelineOptions options) {
    return open(table, options, TableSchema.unpartitioned(table.table()), UnpartitionedLog::new);
  }

  /** Makes what holds a table; it closes store and footers. */
  private interface Opening<T> {
    T open(Store store, TableSchema schema, Footers footers);
  }

  private static <T> T open(
      LakeTable table, PipelineOptions options, TableSchema schema, Opening<T> opening) {
    String without = schema.withoutType();
    if (!without.isEmpty()) {
      throw new UserException(
          "table "
              + table.table().name()
              + ": Delta has no type for "
              + without
              + ": it knows no time of the day, and no timestamp(nanos), and its readers refuse"
              + " files that have one; leave the table out of --publish=delta, or give the column"
              + " another type and begin the table anew");
    }
    return opening.open(
        table.stores().open(options), schema, Footers.in(table.stores().open(options)));
  }
}
