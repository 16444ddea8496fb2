package io.sluice.infer;

import io.sluice.source.Sample;
import io.sluice.source.SourceRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Samples of a topic that is not there. */
public final class Samples {
  /** The time of the first record; each is a second after the one before. */
  public static final Instant TIME = Instant.parse("2026-05-01T00:00:00Z");

  private Samples() {}

  /** One of all records of a topic with one partition. */
  public static Sample of(List<byte[]> values) {
    List<SourceRecord> records = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      records.add(
          new SourceRecord(
              "the-topic",
              0,
              i,
              TIME.plusSeconds(i).toEpochMilli(),
              null,
              values.get(i),
              List.of()));
    }
    return new Sample(
        "the-topic",
        records,
        Map.of(0, new Sample.Partition(0, values.size(), values.size())),
        0,
        Sample.End.COMPLETE);
  }
}
