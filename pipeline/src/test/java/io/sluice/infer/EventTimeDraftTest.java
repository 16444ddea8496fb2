package io.sluice.infer;

import static io.sluice.infer.Samples.TIME;
import static io.sluice.infer.Samples.draft;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of a document's times a draft takes for the event's. */
class EventTimeDraftTest {
  @Test
  void theEventTimeIsTheTimeNextToTheRecords() {
    ContractDraft draft =
        draft(
            100,
            i ->
                "{\"born\":\"1980-01-01T00:00:00Z\",\"sent\":"
                    + TIME.plusSeconds(i - 2).toEpochMilli()
                    + (i < 60 ? "" : ",\"rare\":\"" + TIME.plusSeconds(i) + "\"")
                    + "}");
    assertEquals("sent", draft.contract().columns().get(draft.contract().eventTime()).name());
    assertTrue(
        draft.eventTime().contains("sent is a time in 100 % of the documents, 2.0 s from"),
        draft.eventTime());
    assertTrue(draft.eventTime().contains("born (16922 days)"), draft.eventTime());
    assertTrue(draft.eventTime().contains("rare (0.0 s)"), draft.eventTime());
  }

  @Test
  void theEventTimeIsRequiredThoughSomeLackIt() {
    ContractDraft draft =
        draft(100, i -> i < 3 ? "{\"a\":1}" : "{\"a\":1,\"at\":\"" + TIME + "\"}");
    assertEquals(Map.of("MISSING_FIELD", 3), draft.proof().rejected());
  }

  @Test
  void aTimeWithAReservedNameIsCalledEventTime() {
    ContractDraft draft = draft(5, i -> "{\"timestamp\":\"" + TIME.plusSeconds(i) + "\"}");
    assertEquals("event_time", draft.contract().columns().get(0).name());
  }

  /** What real topics have: Snowplow, ECS, Segment, a connector's. */
  @ParameterizedTest
  @CsvSource({
    "derived_tstamp, 'collector_tstamp,etl_tstamp,dvce_created_tstamp'",
    "@timestamp, 'event.ingested,event.created'",
    "timestamp, 'receivedAt,sentAt'",
    "created, 'kafka_time,load_time,processed'",
    "eventTime, 'arrivalTime,insertedAt'",
    "occurred_on_ts, 'ts_loaded,broker.timestamp'"
  })
  void arrivalsAreTheEventTimeLast(String event, String others) {
    String[] arrivals = others.split(",");
    ContractDraft draft =
        draft(
            100,
            i -> {
              // Nearer to the record than the event.
              StringBuilder json = new StringBuilder("{");
              for (int n = 0; n < arrivals.length; n++) {
                String[] path = arrivals[n].split("\\.");
                json.append("\"")
                    .append(String.join("\":{\"", path))
                    .append("\":\"")
                    .append(TIME.plusSeconds(i).minusMillis(n))
                    .append(path.length > 1 ? n + "\"}," : "\",");
              }
              return json.toString().replaceAll("Z\\d", "Z").replaceAll("\\}, *\"event\":\\{", ",")
                  + "\""
                  + event
                  + "\":\""
                  + TIME.plusSeconds(i - 60)
                  + "\"}";
            });
    assertEquals(
        List.of(event),
        draft.contract().columns().get(draft.contract().eventTime()).path(),
        draft.yaml());
    assertEquals(List.of(), draft.warnings());
  }

  @Test
  void aTimeThatSoundsLikeAnArrivalIsSaidToBeOne() {
    ContractDraft draft = draft(100, i -> "{\"receivedAt\":\"" + TIME.plusSeconds(i) + "\"}");
    assertEquals(1, draft.warnings().size(), draft.warnings().toString());
    assertTrue(
        draft.warnings().get(0).contains("receivedAt, sounds like an arrival, and no other time"));
    ContractDraft rare =
        draft(
            100,
            i ->
                "{\"receivedAt\":\""
                    + TIME
                    + "\",\"x\":"
                    + (i < 60 ? "\"" + TIME + "\"" : "null")
                    + "}");
    assertTrue(rare.warnings().get(0).contains("too few documents have x"), rare.warnings().get(0));
  }
}
