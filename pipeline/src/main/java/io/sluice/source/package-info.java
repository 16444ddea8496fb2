/**
 * Kafka: which topic and offsets a run reads, the consumer that hands over batches of records with
 * their positions, and the watermark of a partition.
 */
package io.sluice.source;
