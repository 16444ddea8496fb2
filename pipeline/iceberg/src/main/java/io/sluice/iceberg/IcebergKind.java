package io.sluice.iceberg;

import io.sluice.UserException;
import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.follow.Follower;
import io.sluice.follow.FollowerKind;
import io.sluice.follow.Footers;
import io.sluice.follow.UnpartitionedFollower;
import io.sluice.lake.LakeTable;
import io.sluice.metrics.SluiceMetrics;
import java.io.IOException;
import java.util.Map;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;

/** Tables of Apache Iceberg with the live files of the lake's. */
public final class IcebergKind implements FollowerKind {
  static final String NAME = "iceberg";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String words() {
    return "A table of Apache Iceberg with the live files of each, in the catalog of"
        + " --icebergConfig.";
  }

  @Override
  public Map<String, String> flags() {
    return Map.of("icebergConfig", "FILE");
  }

  @Override
  public boolean hasSnapshots() {
    return true;
  }

  @Override
  public boolean hasUnpartitioned() {
    return true;
  }

  @Override
  public void check(PipelineOptions options) {
    config(options);
  }

  private static IcebergConfig config(PipelineOptions options) {
    String file = options.as(IcebergOptions.class).getIcebergConfig();
    if (file == null) {
      throw new UserException(
          "--publish=iceberg needs --icebergConfig=FILE: a properties file with type, uri,"
              + " warehouse and what else the catalog needs, and sluice.namespace");
    }
    return IcebergConfig.read(file);
  }

  @Override
  public Follower open(LakeTable table, PipelineOptions options) throws IOException {
    return open(table, options, new LakeSchema(table.table()), IcebergFollower::new);
  }

  @Override
  public UnpartitionedFollower openUnpartitioned(LakeTable table, PipelineOptions options)
      throws IOException {
    return open(table, options, LakeSchema.unpartitioned(table.table()), UnpartitionedTable::new);
  }

  /** Makes what holds a table; it closes catalog and footers. */
  private interface Opening<T> {
    T open(Catalog catalog, TableIdentifier identifier, LakeSchema schema, Footers footers);
  }

  private static <T> T open(
      LakeTable table, PipelineOptions options, LakeSchema schema, Opening<T> opening)
      throws IOException {
    IcebergConfig config = config(options);
    if (table.descriptor().timestamps() == Timestamp.Unit.MILLIS || schema.hasMillis()) {
      throw new UserException(LakeSchema.millis("table " + table.table().name()));
    }
    // From the beginning, so that an increase is seen.
    SluiceMetrics.FOLLOWER_FOREIGN_CHANGES.labelValues(NAME, table.table().name());
    return Failures.named(
        "the catalog of --icebergConfig " + config.file(),
        () ->
            opening.open(
                config.open(
                    LakeS3Clients.settings(config.catalog(), options, table.stores().pathStyle())),
                config.identifier(table.table().name()),
                schema,
                Footers.in(table.stores().open(options))));
  }
}
