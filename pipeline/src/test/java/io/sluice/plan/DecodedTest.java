package io.sluice.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.deadletter.Reason;
import io.sluice.decode.DecodeSettings;
import io.sluice.schema.SchemaSettings;
import io.sluice.schema.Schemas;
import io.sluice.source.SourceRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DecodedTest {
  private static final DecodeSettings LIMITED =
      new DecodeSettings(Duration.ofDays(1), null, SchemaSettings.NONE);

  private static String event(Instant time) {
    return "{\"timestamp\":\"" + time + "\",\"event_name\":\"view\"}";
  }

  private static Decoded decoded(List<SourceRecord> records) {
    return Decoded.of(records, ContractParser.userActions(), LIMITED, Schemas.NONE);
  }

  @Test
  void rejectsAreCountedByReasonAndPathWithTheirFirstExample() {
    List<SourceRecord> records = new ArrayList<>(Records.of(6, i -> event(Records.TIME)));
    for (int i = 6; i < 9; i++) {
      records.add(Records.record(i, Records.TIME, "{\"event_name\":\"x\"}".getBytes(UTF_8)));
    }
    records.add(
        Records.record(
            9, Records.TIME, event(Records.TIME).replace("\"view\"", "null").getBytes(UTF_8)));
    records.add(new SourceRecord("topic", 3, 77, 0, null, null, List.of()));

    Decoded decoded = decoded(records);

    assertEquals(6, decoded.outcomes().accepted());
    assertEquals(5, decoded.outcomes().rejectedCount());
    assertEquals(Map.of(Reason.MISSING_FIELD, 4L, Reason.EMPTY, 1L), decoded.outcomes().byReason());
    Outcomes.Rejected first = decoded.outcomes().rejected().get(0);
    assertEquals("timestamp", first.path());
    assertEquals(3, first.count());
    assertEquals(6, first.example().offset());
    assertEquals("{\"event_name\":\"x\"}", first.example().firstBytes());
    Outcomes.Rejected empty =
        decoded.outcomes().rejected().stream()
            .filter(r -> r.reason() == Reason.EMPTY)
            .findFirst()
            .get();
    assertEquals(3, empty.example().partition());
    assertEquals(77, empty.example().offset());
    assertNull(empty.example().firstBytes());
    // A tombstone is no document.
    assertEquals(10, decoded.documents().size());
  }

  /** A value that is there and kept out is not said to be none. */
  @Test
  void aValueThatIsMaskedIsToldFromOneThatIsNotThere() {
    Contract contract =
        ContractParser.parse(
            """
            table: t
            topic: t
            event_time: timestamp
            columns:
              - {name: timestamp, type: timestamp, required: true}
              - {name: who, type: string, mask: hash}
            """,
            "c.yaml");
    List<SourceRecord> records =
        List.of(
            Records.record(0, Records.TIME, "{\"who\":\"alice\"}".getBytes(UTF_8)),
            new SourceRecord("topic", 0, 1, 0, null, null, List.of()));
    Decoded decoded = Decoded.of(records, contract, LIMITED, Schemas.NONE);
    Map<Reason, Optional<String>> shown = new EnumMap<>(Reason.class);
    decoded
        .outcomes()
        .rejected()
        .forEach(one -> shown.put(one.reason(), Optional.ofNullable(one.example().firstBytes())));
    assertEquals(
        Map.of(
            Reason.MISSING_FIELD,
            Optional.of("a value that is not shown"),
            Reason.EMPTY,
            Optional.empty()),
        shown);
  }

  @Test
  void whatTheTransformSkipsAndRejectsIsCountedApart() {
    String yaml =
        """
        table: t
        topic: t
        event_time: timestamp
        columns:
          - {name: event_name, type: string, required: true}
          - {name: timestamp, type: timestamp, required: true}
        transform:
          - skip_if: {column: event_name, equals: debug}
          - reject_if: {column: event_name, equals: bad}
          - remove: {columns: [event_name]}
        """;
    List<String> names = List.of("view", "debug", "bad", "debug");
    List<SourceRecord> records =
        Records.of(8, i -> event(Records.TIME).replace("view", names.get(i % 4)));
    Decoded decoded =
        Decoded.of(records, ContractParser.parse(yaml, "c.yaml"), LIMITED, Schemas.NONE);
    assertEquals(2, decoded.outcomes().accepted());
    assertEquals(Map.of("skip_if", 4L), decoded.outcomes().skipped());
    assertEquals(4, decoded.outcomes().skippedCount());
    assertEquals(Map.of(Reason.TRANSFORM_REJECTED, 2L), decoded.outcomes().byReason());
    assertEquals("event_name", decoded.outcomes().rejected().get(0).path());
    // They are documents, and have times of which the advice is made.
    assertEquals(8, decoded.documents().size());
    assertEquals(6, decoded.times().size());
    assertEquals(Records.TIME.toEpochMilli(), decoded.times().get(0).eventMillis());
  }

  /** Else nobody could tell how far ahead the rejected ones are. */
  @Test
  void anEventThatTheLimitsRejectHasATimeAllTheSame() {
    Decoded decoded =
        decoded(Records.of(10, i -> event(Records.TIME.plus(Duration.ofDays(i < 3 ? 2 : 0)))));
    assertEquals(7, decoded.outcomes().accepted());
    assertEquals(10, decoded.times().size());
    assertEquals(3, decoded.times().stream().filter(time -> !time.accepted()).count());
    assertEquals(
        Records.TIME.plus(Duration.ofDays(2)).toEpochMilli(), decoded.times().get(0).eventMillis());
  }

  @Test
  void aLongValueIsCutInTheExample() {
    Decoded decoded = decoded(Records.of(1, i -> "[" + "1,".repeat(1000) + "1]"));
    assertEquals(201, decoded.outcomes().rejected().get(0).example().firstBytes().length());
  }

  /** Shares are of records. */
  @Test
  void aRecordOfSeveralRowsIsAcceptedOnce() {
    Decoded decoded =
        Decoded.of(
            Records.of(4, i -> "{\"lines\":[1,2,3]}"),
            ContractParser.parse(
                "table: t\ntopic: t\nevent_time: record_time\nexplode: lines\n"
                    + "columns: [{name: n, path: lines, type: int64}]\n",
                "c.yaml"),
            LIMITED,
            Schemas.NONE);
    assertEquals(4, decoded.outcomes().accepted());
    assertEquals(12, decoded.outcomes().rows());
  }
}
