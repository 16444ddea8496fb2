package io.sluice.schema;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A kind of registry that is maps of this JVM: what tests put there is found by {@code test:}. */
public final class TestRegistry implements SchemaRegistry {
  private static final String SCHEME = "test:";
  private static final Map<String, Map<SchemaId, RegisteredSchema>> NOW = new ConcurrentHashMap<>();

  /** What {@code --schemaRegistry} takes. */
  public static String address(String name) {
    return SCHEME + name;
  }

  /** Puts a schema into the registry of a name. */
  public static void register(String name, int id, RegisteredSchema schema) {
    NOW.computeIfAbsent(name, any -> new ConcurrentHashMap<>()).put(SchemaId.of(id), schema);
  }

  @Override
  public String name() {
    return "test";
  }

  @Override
  public boolean isAddress(String address) {
    return address.startsWith(SCHEME);
  }

  @Override
  public Schemas open(SchemaSettings settings) {
    String name = String.valueOf(settings.address()).substring(SCHEME.length());
    Map<SchemaId, RegisteredSchema> schemas = NOW.getOrDefault(name, Map.of());
    return new Schemas() {
      @Override
      public RegisteredSchema get(SchemaId id) throws UnknownSchemaException {
        RegisteredSchema found = schemas.get(id);
        if (found == null) {
          throw new UnknownSchemaException("the registry has no schema " + id);
        }
        return found;
      }

      @Override
      public RegisteredSchema latest(String subject) throws UnknownSchemaException {
        throw new UnknownSchemaException("the registry has no subject " + subject);
      }
    };
  }
}
