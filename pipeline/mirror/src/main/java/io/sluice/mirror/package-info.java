/**
 * The current state of a table of a database, from its changes in the lake: one row per key, in
 * buckets of which each run writes those anew that have changed, and switched to at once.
 */
package io.sluice.mirror;
