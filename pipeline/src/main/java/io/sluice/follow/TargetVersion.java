package io.sluice.follow;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a follower's target calls one of its moments.
 *
 * @param id by which readers ask for it
 * @param at when the target came to it, by the clock of who wrote it; null where it does not say
 */
public record TargetVersion(String id, @Nullable Instant at) {}
