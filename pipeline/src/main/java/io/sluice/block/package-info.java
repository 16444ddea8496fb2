/**
 * The shuffle's unit: rows of one table, date and shard, encoded column by column. From the decoder
 * on a run handles blocks and not rows, so that Beam and Flink are paid once for thousands of
 * records.
 */
package io.sluice.block;
