package io.sluice.schema;

import io.sluice.UserException;

/**
 * The schemas of a registry. What it has once answered it keeps, up to a bound; what is kept and
 * asked again costs no request. Safe for use by several threads.
 */
public interface Schemas extends AutoCloseable {
  /** Where there is no registry: a record that names a schema cannot be read. */
  Schemas NONE =
      new Schemas() {
        @Override
        public RegisteredSchema get(SchemaId id) {
          throw new UserException(
              "a record names schema "
                  + id
                  + ", and no registry was given that has it: write --schemaRegistry=URL");
        }

        @Override
        public RegisteredSchema latest(String subject) {
          throw new UserException(
              "subject "
                  + subject
                  + " is of a registry, and none was given: write --schemaRegistry=URL");
        }

        @Override
        public RegisteredSchema version(String subject, int version) {
          return latest(subject);
        }
      };

  /**
   * The schema of an id. While the registry cannot be reached or fails, a job waits here, which
   * metrics say; a verb does so for a time.
   *
   * @throws UnknownSchemaException where the registry has answered that it has none
   * @throws UserException where it refuses to answer: credentials, a wrong address
   * @throws io.sluice.UnavailableException where a verb has waited long enough
   */
  RegisteredSchema get(SchemaId id) throws UnknownSchemaException;

  /**
   * The newest schema of a subject, as {@code orders-value}: for drafts of contracts. Records are
   * never decoded by it.
   *
   * @throws UnknownSchemaException where the registry has answered that it has none
   */
  RegisteredSchema latest(String subject) throws UnknownSchemaException;

  /**
   * The schema that a subject had as a version: for drafts of contracts, as {@link #latest}.
   *
   * @param version from 1 on
   * @throws UnknownSchemaException where the registry has answered that it has none
   * @throws UserException where its schemas have no versions that can be asked for
   */
  default RegisteredSchema version(String subject, int version) throws UnknownSchemaException {
    throw new UserException(
        "version "
            + version
            + " of subject "
            + subject
            + " cannot be asked for in this kind of registry: take the newest one");
  }

  /** Lets go of connections. Nothing is asked afterwards. */
  @Override
  default void close() {}
}
