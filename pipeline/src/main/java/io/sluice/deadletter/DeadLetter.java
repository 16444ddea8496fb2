package io.sluice.deadletter;

import io.sluice.source.SourceRecord;
import java.time.Instant;

/**
 * A dead letter as its table has it.
 *
 * @param record the record as it was in Kafka, with its position
 * @param path the path of the offending value, empty where the whole record is meant
 * @param contractVersion that of the contract which did not accept it
 * @param firstSeen when the run that wrote it first met it
 */
public record DeadLetter(
    SourceRecord record,
    Reason reason,
    String path,
    String message,
    String contractVersion,
    Instant firstSeen) {}
