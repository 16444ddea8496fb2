/**
 * Schemas that records name by an id: how the id stands before a record's value, and who knows what
 * is behind it. Registries are plugged in.
 */
package io.sluice.schema;
