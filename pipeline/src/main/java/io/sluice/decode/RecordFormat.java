package io.sluice.decode;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractFormat;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.Schemas;
import java.util.Optional;

/**
 * How records are written: the socket of formats. One is plugged in by a class that implements this
 * and a line in {@code META-INF/services/io.sluice.contract.ContractFormat}; a contract then names
 * it as its {@code format}. {@code RecordFormatContract} is the test that each has to pass.
 */
public interface RecordFormat extends ContractFormat {
  /**
   * A decoder of records into the columns of a contract, for one thread.
   *
   * @param schemas what records name by an id
   * @throws io.sluice.UserException where the contract asks for what the format cannot give
   */
  ValueDecoder decoder(Contract contract, Schemas schemas, DecodeEvents events);

  /**
   * A record's value as a generic document, from which contracts are drafted and hints are taken:
   * numbers have the digits that they were written with. Empty where it is none.
   */
  Optional<JsonNode> document(byte[] value, Contract contract, Schemas schemas);

  /**
   * Whether a value looks like one of this format, and what a contract would say then; for drafts.
   * Empty where it does not, or where nothing tells: a format that any text is of recognises none.
   */
  default Optional<Recognised> recognise(Sighting sighting) {
    return Optional.empty();
  }

  /**
   * The schema in a file, where that is one of this format; for drafts. Empty where it is not, or
   * where the format knows no schemas.
   *
   * @throws io.sluice.UserException where it is one by its name, or is said to be, and cannot be
   *     read
   */
  default Optional<RegisteredSchema> schema(SchemaFile file) {
    return Optional.empty();
  }

  /**
   * Refuses a schema that is said to be of this format's language and is not; one of another
   * language it leaves alone. What a schema refers to is among its references.
   *
   * @throws io.sluice.UserException with what is wrong
   */
  default void requireSchema(RegisteredSchema schema) {}

  /**
   * What a contract says of records that are written with a schema. Empty where this format has
   * none such.
   *
   * @throws io.sluice.UserException where the schema is of this format's language, and no records
   *     of it can be read
   */
  default Optional<SchemaDraft> draft(SchemaSource source) {
    return Optional.empty();
  }

  /**
   * Whether its records may be what schemas of another format's language say, so that a contract
   * that is drafted from one may name this format.
   *
   * @param schemaType of the schema, as {@link RegisteredSchema#JSON}
   */
  default boolean readsAs(String schemaType) {
    return false;
  }

  /** Whether a record's whole value is one field, so that there may be no time among its fields. */
  default boolean isOneValue() {
    return false;
  }

  /**
   * What masks values of it in dead letters; empty where the format cannot, so that they are
   * dropped.
   */
  default Optional<ValueMask> mask(Contract contract) {
    return Optional.empty();
  }

  /**
   * Whether values of a contract are JSON from their first byte on, which the fixes of a replay
   * know how to change in places.
   */
  default boolean isJson(Contract contract) {
    return false;
  }

  /** The format of a contract. */
  static RecordFormat of(Contract contract) {
    return (RecordFormat) ContractFormat.named(contract.format().name()).orElseThrow();
  }
}
