package io.sluice.source;

import java.io.Serializable;
import java.time.Duration;
import java.util.TreeMap;

/**
 * What to read: settled before the job starts, carried to the workers.
 *
 * @param startOffsets the first offset to read of each partition; a partition that is not here is
 *     not read
 * @param generatedId whether {@code source} was made from the broker's topic id, and so is to be
 *     compared with it while running
 * @param watermarkDelay how far a partition's watermark stays behind its newest record
 */
public record SourceSpec(
    KafkaSettings kafka,
    String topic,
    SourceId source,
    boolean generatedId,
    TreeMap<Integer, Long> startOffsets,
    Duration watermarkDelay)
    implements Serializable {}
