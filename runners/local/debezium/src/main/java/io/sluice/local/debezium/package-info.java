/**
 * {@code demo --format=debezium}: a PostgreSQL whose rows are changed, Debezium, which reads the
 * changes into Kafka, and what SQL says of both ends.
 */
package io.sluice.local.debezium;
