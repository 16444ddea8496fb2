/**
 * Kafka behind the sockets: {@link io.sluice.kafka.KafkaSource}, the consumer that hands over
 * batches of records with their positions, the watermark of a partition; and what sends dead
 * letters to topics. No other package knows Kafka's client.
 */
package io.sluice.kafka;
