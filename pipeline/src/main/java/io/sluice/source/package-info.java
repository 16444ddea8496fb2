/**
 * The socket of sources: records with their positions, how a job reads them in batches, how anybody
 * reads some of them beside it, and where a run starts. What is behind it is found by the service
 * loader: Kafka, in {@code io.sluice.kafka}.
 */
package io.sluice.source;
