/**
 * Embedded parts for the demo and for tests: a Kafka broker, an S3 server, made-up events, and
 * processes that end with the one that started them.
 */
package io.sluice.local;
