/**
 * The benchmark's contestants that need no libraries but Sluice's: Flink's DataStream, Beam's
 * FileIO, a bare loop, and polling alone.
 */
package io.sluice.benchmark.peers;
