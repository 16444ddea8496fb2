package io.sluice.schema;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Schemas that all decoders of a process have together: what one has asked for the others need not
 * ask, and what the log says of a registry it says once. Open for as long as one of them is.
 */
final class SharedSchemas {
  private static final Map<SchemaSettings, SharedSchemas> OPEN = new HashMap<>();

  private final Schemas schemas;
  private int holders;

  private SharedSchemas(Schemas schemas) {
    this.schemas = schemas;
  }

  /**
   * @param open opens those of the settings, where nobody has them
   */
  static Schemas open(SchemaSettings settings, Supplier<Schemas> open) {
    synchronized (OPEN) {
      SharedSchemas shared = OPEN.get(settings);
      if (shared == null) {
        shared = new SharedSchemas(open.get());
        OPEN.put(settings, shared);
      }
      shared.holders++;
      return new Handle(settings, shared);
    }
  }

  private static void release(SchemaSettings settings, SharedSchemas shared) {
    synchronized (OPEN) {
      shared.holders--;
      if (shared.holders > 0) {
        return;
      }
      OPEN.remove(settings);
    }
    shared.schemas.close();
  }

  /** What one of those has who share them. */
  private static final class Handle implements Schemas {
    private final SchemaSettings settings;
    private final SharedSchemas shared;
    private boolean isClosed;

    Handle(SchemaSettings settings, SharedSchemas shared) {
      this.settings = settings;
      this.shared = shared;
    }

    @Override
    public RegisteredSchema get(SchemaId id) throws UnknownSchemaException {
      return shared.schemas.get(id);
    }

    @Override
    public RegisteredSchema latest(String subject) throws UnknownSchemaException {
      return shared.schemas.latest(subject);
    }

    @Override
    public RegisteredSchema version(String subject, int version) throws UnknownSchemaException {
      return shared.schemas.version(subject, version);
    }

    @Override
    public synchronized void close() {
      if (!isClosed) {
        isClosed = true;
        release(settings, shared);
      }
    }
  }
}
