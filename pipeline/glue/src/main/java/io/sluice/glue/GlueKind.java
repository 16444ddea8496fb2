package io.sluice.glue;

import io.sluice.follow.FileLists;
import io.sluice.follow.Follower;
import io.sluice.follow.FollowerKind;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import java.util.Map;
import org.apache.beam.sdk.options.PipelineOptions;

/** Tables in AWS Glue's Data Catalog with the live files of the lake's. */
public final class GlueKind implements FollowerKind {
  @Override
  public String name() {
    return "glue";
  }

  @Override
  public String words() {
    return "A table in AWS Glue's Data Catalog with a partition for each date, for Athena, Redshift"
        + " Spectrum and Trino.";
  }

  @Override
  public Map<String, String> flags() {
    return Map.of(
        "glueDatabase", "NAME", "glueTable", "NAME", "glueCatalogId", "ID", "glueEndpoint", "URL");
  }

  @Override
  public void check(PipelineOptions options) {
    GlueConfig.of(options);
  }

  @Override
  public Follower open(LakeTable table, PipelineOptions options) {
    GlueConfig config = GlueConfig.of(options);
    TableShape shape = LakeColumns.shape(table.table());
    String name = config.tableName(table.table().name());
    GlueTable glue = new GlueTable(config.open(options), config, name);
    Store store = table.stores().open(options);
    return new GlueFollower(store, new FileLists(store, table.table(), name()), shape, glue);
  }
}
