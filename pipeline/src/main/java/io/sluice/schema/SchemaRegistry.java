package io.sluice.schema;

import io.sluice.contract.PlugIn;

/**
 * A kind of registry. One is plugged in by a class that implements this and a line in {@code
 * META-INF/services/io.sluice.schema.SchemaRegistry}.
 */
public interface SchemaRegistry extends PlugIn {
  /** Whether {@code --schemaRegistry} names one of this kind. */
  boolean isAddress(String address);

  /** In which frame records name schemas of this kind of registry. */
  default Framing.Kind framing() {
    return Framing.Kind.CONFLUENT;
  }

  /**
   * @throws io.sluice.UserException where the settings cannot be used; the registry is not asked
   */
  Schemas open(SchemaSettings settings);
}
