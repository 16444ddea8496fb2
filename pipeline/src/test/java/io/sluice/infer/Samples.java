package io.sluice.infer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.contract.Column;
import io.sluice.schema.Schemas;
import io.sluice.source.Sample;
import io.sluice.source.SourceRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

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

  /** What is drafted from documents. */
  static ContractDraft draft(int documents, IntFunction<String> document) {
    return ContractDraft.of(
        of(IntStream.range(0, documents).mapToObj(i -> document.apply(i).getBytes(UTF_8)).toList()),
        DraftRequest.OF_SAMPLE,
        Schemas.NONE);
  }

  /** Documents with a time and what is said. */
  static ContractDraft with(int documents, IntFunction<String> fields) {
    return draft(
        documents, i -> "{\"at\":\"" + TIME.plusSeconds(i) + "\"," + fields.apply(i) + "}");
  }

  static Column column(ContractDraft draft, String name) {
    return draft.contract().columns().stream()
        .filter(column -> column.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is not in " + draft.yaml()));
  }
}
