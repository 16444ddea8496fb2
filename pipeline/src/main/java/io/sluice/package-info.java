/** Kafka to Parquet per event date: the pipeline, its flags and its parts. */
@org.jspecify.annotations.NullMarked
package io.sluice;
