package io.sluice.glue;

import java.util.List;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsRegistrar;
import org.jspecify.annotations.Nullable;

/** The flags of the follower {@code glue}. */
public interface GlueOptions extends PipelineOptions {
  @Description("For --publish=glue: the database of Glue's Data Catalog, which is there already.")
  @Nullable String getGlueDatabase();

  void setGlueDatabase(@Nullable String value);

  @Description(
      "For --publish=glue: what the table of each is called there, with {table} for the lake's name"
          + " of it.")
  @Default.String("{table}")
  String getGlueTable();

  void setGlueTable(String value);

  @Description(
      "For --publish=glue: the account whose catalog it is, where it is not the run's own.")
  @Nullable String getGlueCatalogId();

  void setGlueCatalogId(@Nullable String value);

  @Description(
      "For --publish=glue: where Glue is, such as an interface endpoint; by default the one of"
          + " --awsRegion. --endpoint is of S3 alone.")
  @Nullable String getGlueEndpoint();

  void setGlueEndpoint(@Nullable String value);

  /** Beam finds it by the service loader. */
  final class Registrar implements PipelineOptionsRegistrar {
    @Override
    public Iterable<Class<? extends PipelineOptions>> getPipelineOptions() {
      return List.of(GlueOptions.class);
    }
  }
}
