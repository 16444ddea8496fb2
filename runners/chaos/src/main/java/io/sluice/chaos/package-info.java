/**
 * {@code sluice chaos}: a real broker, S3 server and Flink cluster, each its own process, are
 * killed and disturbed by a seeded schedule while events flow; then DuckDB counts what is in the
 * files.
 */
package io.sluice.chaos;
