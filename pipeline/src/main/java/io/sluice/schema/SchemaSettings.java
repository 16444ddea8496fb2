package io.sluice.schema;

import io.sluice.UserException;
import io.sluice.contract.PlugIn;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The registry of a run or of a verb.
 *
 * @param address as {@code --schemaRegistry} gives it; null for none
 * @param configFile a properties file with how to reach it, {@code --schemaRegistryConfigFile};
 *     null for none
 * @param waits whether it is waited for as long as it takes, as in a job
 */
public record SchemaSettings(@Nullable String address, @Nullable String configFile, boolean waits)
    implements Serializable {
  public static final SchemaSettings NONE = new SchemaSettings(null, null, false);

  /** Those of a verb, which waits for a time. */
  public static SchemaSettings of(SchemaOptions options) {
    return new SchemaSettings(
        options.getSchemaRegistry(), options.getSchemaRegistryConfigFile(), false);
  }

  /** The same for a job. */
  public SchemaSettings waiting() {
    return new SchemaSettings(address, configFile, true);
  }

  /**
   * Opens the registry's schemas. All who have the same settings in a process share them, until the
   * last one closes its own: a schema is asked for once, and an outage is one line of the log.
   *
   * @throws UserException where no registry of that kind is plugged in, or its settings cannot be
   *     used
   */
  public Schemas open() {
    return address == null
        ? Schemas.NONE
        : SharedSchemas.open(this, () -> kind(address).open(this));
  }

  /**
   * In which frame records name schemas of this registry; {@link Framing.Kind#NONE} without one.
   *
   * @throws UserException where no registry of that kind is plugged in
   */
  public Framing.Kind framing() {
    return address == null ? Framing.Kind.NONE : kind(address).framing();
  }

  private static SchemaRegistry kind(String address) {
    List<SchemaRegistry> kinds = List.copyOf(PlugIn.all(SchemaRegistry.class).values());
    return kinds.stream()
        .filter(kind -> kind.isAddress(address))
        .findFirst()
        .orElseThrow(
            () ->
                new UserException(
                    "--schemaRegistry="
                        + address
                        + " is of no kind that is on the class path ("
                        + String.join(", ", kinds.stream().map(PlugIn::name).toList())
                        + "): write http://HOST:PORT, or add the jar that has its kind"));
  }
}
