/**
 * The benchmark's contestant that is Kafka Connect with Iceberg's sink, in a module of its own
 * because of its libraries.
 */
package io.sluice.benchmark.connect;
