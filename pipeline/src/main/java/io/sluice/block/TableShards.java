package io.sluice.block;

import io.sluice.contract.Table;
import java.io.Serializable;

/**
 * A table that rows are gathered for.
 *
 * @param shards how many logs each of its dates has
 */
public record TableShards(Table table, int shards) implements Serializable {}
