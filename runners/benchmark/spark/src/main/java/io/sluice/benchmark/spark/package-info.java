/**
 * The benchmark's contestant that is Spark Structured Streaming, in a module of its own because of
 * its libraries.
 */
package io.sluice.benchmark.spark;
