/**
 * The pipeline as a Flink job: the settings that it needs there, how its logs are spread over the
 * workers, and the entry point on a cluster.
 */
package io.sluice.flink;
