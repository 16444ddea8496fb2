package io.sluice.registry;

import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.SchemaId;
import io.sluice.schema.UnknownSchemaException;

/**
 * Asks a registry, each time anew, and waits for it as {@link Waiting} does. Safe for use by
 * several threads.
 */
interface Lookup extends AutoCloseable {
  RegisteredSchema byId(SchemaId id) throws UnknownSchemaException, InterruptedException;

  RegisteredSchema latest(String subject) throws UnknownSchemaException, InterruptedException;

  /** From 1 on. */
  RegisteredSchema version(String subject, int version)
      throws UnknownSchemaException, InterruptedException;

  @Override
  void close();
}
