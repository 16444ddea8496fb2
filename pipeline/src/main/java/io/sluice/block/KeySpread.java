package io.sluice.block;

import java.io.Serializable;

/**
 * Takes logs to the workers of a runner evenly. There are few of them at a time, so that a hash of
 * their keys gives one worker several and another none; a salt in the key changes its hash.
 *
 * <p>The same log may have two salts, as before and after a change of parallelism: then two workers
 * append to it, which costs conflicts and nothing else.
 */
@FunctionalInterface
public interface KeySpread extends Serializable {
  /** Leaves it to the hash. */
  KeySpread NONE = (table, date, shard) -> 0;

  /** The salt of a log: not negative, and the same whenever it is asked in a run. */
  int salt(String table, long date, int shard);
}
