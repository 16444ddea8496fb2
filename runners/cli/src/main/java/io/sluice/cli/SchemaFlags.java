package io.sluice.cli;

import picocli.CommandLine.Command;

/** Where the schemas are that records name. */
@Command
final class SchemaFlags extends PipelineFlags {
  SchemaFlags() {
    super("Schemas", Flag.of("schemaRegistry", "URL"), Flag.of("schemaRegistryConfigFile", "FILE"));
  }
}
