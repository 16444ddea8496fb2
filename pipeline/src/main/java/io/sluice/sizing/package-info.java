/**
 * A simulated day of a load: how many files, requests, cores and bytes of memory it needs, what
 * that costs, and what to set. It asks neither Kafka nor a store.
 */
package io.sluice.sizing;
