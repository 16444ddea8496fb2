package io.sluice.schema;

import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/** The flags by which the schemas are found that records name. */
public interface SchemaOptions extends PipelineOptions {
  @Description("The registry that has the schemas of records: http://host:8081, or glue:REGION.")
  @Nullable String getSchemaRegistry();

  void setSchemaRegistry(@Nullable String value);

  @Description(
      "How to reach the registry (credentials, TLS), a properties file that every worker can read.")
  @Nullable String getSchemaRegistryConfigFile();

  void setSchemaRegistryConfigFile(@Nullable String value);
}
