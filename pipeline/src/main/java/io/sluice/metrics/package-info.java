/**
 * What a worker counts, under Prometheus' names, and the server that shows it. Beam's own counters
 * are switched off on Flink, where they cost microseconds a record.
 */
package io.sluice.metrics;
