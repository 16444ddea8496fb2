/**
 * The format Avro: from the bytes of a record straight to a contract's columns, by a plan that is
 * made once for each writer's schema. Avro's library parses schemas; it reads no record. Another
 * format whose records are Avro, as Debezium's, reads them by the same {@link io.sluice.avro.Plan},
 * into fields of its own.
 */
package io.sluice.avro;
