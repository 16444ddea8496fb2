/**
 * The format Debezium: envelopes of changed rows, in JSON or Avro, become rows with real values. It
 * reads neither itself: the formats JSON and Avro put values into fields, and those of this package
 * know what each value means by the schema of Kafka Connect that comes with it.
 */
package io.sluice.debezium;
