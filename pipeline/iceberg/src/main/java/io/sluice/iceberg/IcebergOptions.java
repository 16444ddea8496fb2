package io.sluice.iceberg;

import java.util.List;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsRegistrar;
import org.jspecify.annotations.Nullable;

/** The flag of the follower {@code iceberg}. */
public interface IcebergOptions extends PipelineOptions {
  @Description(
      "For --publish=iceberg: the catalog, a properties file with Iceberg's own names (type, uri, warehouse) and sluice.namespace, that every worker can read.")
  @Nullable String getIcebergConfig();

  void setIcebergConfig(@Nullable String value);

  /** Beam finds it by the service loader. */
  final class Registrar implements PipelineOptionsRegistrar {
    @Override
    public Iterable<Class<? extends PipelineOptions>> getPipelineOptions() {
      return List.of(IcebergOptions.class);
    }
  }
}
