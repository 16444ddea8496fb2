package io.sluice.kafka;

import io.sluice.source.SourceId;
import java.io.Serializable;
import java.time.Duration;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What to read: settled before the job starts, carried to the workers.
 *
 * @param startOffsets the first offset to read of each partition; a partition that is not here is
 *     not read
 * @param generatedId whether {@code source} was made from the broker's topic id, and so is to be
 *     compared with it while running
 * @param watermarkDelay how far a partition's watermark stays behind its newest record
 * @param gone how many offsets of a partition were deleted by Kafka before they were read; null in
 *     the state of an older version
 */
record SourceSpec(
    KafkaSettings kafka,
    String topic,
    SourceId source,
    boolean generatedId,
    TreeMap<Integer, Long> startOffsets,
    Duration watermarkDelay,
    @Nullable TreeMap<Integer, Long> gone)
    implements Serializable {}
