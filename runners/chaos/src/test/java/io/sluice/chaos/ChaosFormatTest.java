package io.sluice.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.chaos.ChaosEvents.Event;
import io.sluice.chaos.EventWriter.Action;
import io.sluice.chaos.Ledger.Place;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractDiff;
import io.sluice.contract.ContractParser;
import io.sluice.deadletter.Reason;
import io.sluice.decode.DecodeSettings;
import io.sluice.decode.Outcome;
import io.sluice.decode.RecordDecoder;
import io.sluice.local.EmbeddedRegistry;
import io.sluice.schema.SchemaSettings;
import io.sluice.schema.Schemas;
import io.sluice.source.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The events of each format become what the ledger says, with the values that it keeps: to the
 * format's own decoder, under both contracts.
 */
class ChaosFormatTest {
  private static final int EVENTS = 4_000;
  private static final int OF_ONE_SCHEMA = 200;

  /** Those that are broken in each way, or good, are a sixteenth of half of the events. */
  private static final int HUNDREDS = 300;

  private static final long TIME = 1_790_000_000_123L;

  private static Contract contract(ChaosFormat format, int version) throws Exception {
    String name = "chaos-" + version + ".yaml";
    try (var in = Objects.requireNonNull(Run.class.getResourceAsStream(name))) {
      String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return ContractParser.parse(format.contract(json), name);
    }
  }

  /** What became of events, beside what they were to become. */
  private static final class Check {
    private final ChaosFormat format;
    private final List<RecordDecoder> decoders;
    final Map<Place, Integer> places = new EnumMap<>(Place.class);
    final Set<Reason> reasons = EnumSet.noneOf(Reason.class);
    final Set<String> kept = new HashSet<>();

    Check(ChaosFormat format, SchemaSettings settings, Schemas schemas) throws Exception {
      this.format = format;
      DecodeSettings decoding = new DecodeSettings(Duration.ofHours(24), null, settings);
      decoders =
          List.of(
              new RecordDecoder(contract(format, 1), decoding, schemas),
              new RecordDecoder(contract(format, 2), decoding, schemas));
    }

    void dead(long n, byte[] value) {
      event(n, new Event(value, Place.DEAD_LETTER, null));
    }

    void event(long n, Event event) {
      byte[] value = event.value();
      if (value != null && new String(value, StandardCharsets.UTF_8).contains(Failpoint.POISON)) {
        // The decoder of a run is made to fail at it, and this one is not.
        assertEquals(ChaosFormat.JSON, format);
        assertThrows(IllegalStateException.class, () -> Failpoint.takes(value));
        return;
      }
      places.merge(event.place(), 1, Integer::sum);
      for (int version = 1; version <= 2; version++) {
        decode(n, event, version);
      }
    }

    private void decode(long n, Event event, int version) {
      SourceRecord.Header number =
          new SourceRecord.Header(Load.NUMBER, EventWriter.utf8(String.valueOf(n)));
      SourceRecord record = new SourceRecord("t", 0, n, TIME, null, event.value(), List.of(number));
      RecordDecoder decoder = decoders.get(version - 1);
      Outcome outcome = decoder.decode(record);
      String said = "event " + n + ", contract " + version + ", " + event.place() + ": " + outcome;
      switch (event.place()) {
        case DEAD_LETTER -> reject(outcome, said);
        case SKIPPED -> assertInstanceOf(Outcome.Skipped.class, outcome, said);
        case EITHER, LAKE -> {
          if (version == 1 && event.place() == Place.EITHER) {
            reject(outcome, said);
            return;
          }
          Outcome.Accepted accepted = assertInstanceOf(Outcome.Accepted.class, outcome, said);
          List<Row> rows = decoder.rows(record, accepted);
          assertEquals(1, rows.size(), said);
          keep(Objects.requireNonNull(event.kept()), rows.get(0), version, said);
        }
      }
    }

    private void reject(Outcome outcome, String said) {
      reasons.add(assertInstanceOf(Outcome.Rejected.class, outcome, said).reason());
    }

    private void keep(Action action, Row row, int version, String said) {
      Instant time = row.getLogicalTypeValue("event_datetime", Instant.class);
      assertEquals(Instant.ofEpochMilli(action.time()), time, said);
      assertEquals(action.name(), row.getString("event_name"), said);
      assertEquals(action.user(), row.getString("user_id"), said);
      assertEquals(action.n(), row.getInt64("n"), said);
      if (version == 2) {
        assertEquals(action.platform(), row.getString("platform"), said);
      }
      kept.add(action.name() + " " + (action.user() != null) + " " + action.platform());
    }

    int count(Place place) {
      return places.getOrDefault(place, 0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void eachEventBecomesWhatItIsSaidTo(ChaosFormat format) throws Exception {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      SchemaSettings settings = new SchemaSettings(registry.address(), null, false);
      EventWriter writer = format.writer(registry.address(), "chaos");
      ChaosEvents events = new ChaosEvents(1, true, writer);
      try (Schemas schemas = settings.open()) {
        Check check = new Check(format, settings, schemas);
        for (long n = 0; n < EVENTS; n++) {
          if (n % OF_ONE_SCHEMA == 0) {
            assertTrue(events.tryEvolve());
          }
          events.allDead(n / 4 % 2 == 0);
          check.event(n, events.next(n, TIME));
          check.dead(n, writer.unreadable(new Action(n, TIME, "view", "user_1", "web")));
        }
        assertEquals(format.hasSchemas() ? EVENTS / OF_ONE_SCHEMA + 1 : 0, writer.schemas());
        checkNumbers(format, events, check);
        checkKinds(format, check);
      }
    }
  }

  private static void checkNumbers(ChaosFormat format, ChaosEvents events, Check check) {
    for (String number :
        List.of("1e2147483648", "-1e999999999", "1e-2147483649", "9".repeat(999))) {
      if (format.isText()) {
        check.event(0, events.ofNumber(number));
      } else {
        assertThrows(UnsupportedOperationException.class, () -> events.ofNumber(number));
      }
    }
  }

  /** There was each kind that the format has, hundreds of times. */
  private static void checkKinds(ChaosFormat format, Check check) {
    assertTrue(check.count(Place.LAKE) > HUNDREDS, check.places.toString());
    assertTrue(check.count(Place.DEAD_LETTER) > 2 * HUNDREDS, check.places.toString());
    // The name of texts is a constant.
    assertEquals(format != ChaosFormat.STRING, check.count(Place.EITHER) > HUNDREDS);
    assertEquals(format == ChaosFormat.DEBEZIUM, check.count(Place.SKIPPED) > HUNDREDS);
    assertTrue(check.reasons.containsAll(reasons(format)), check.reasons.toString());
    if (format.hasSchemas()) {
      assertTrue(
          check.kept.containsAll(Set.of("view true web", "view true null", "buy true web")),
          check.kept.toString());
    }
  }

  private static Set<Reason> reasons(ChaosFormat format) {
    return switch (format) {
      case JSON -> EnumSet.of(Reason.MALFORMED_JSON, Reason.BAD_EVENT_TIME, Reason.EMPTY);
      case AVRO -> EnumSet.of(Reason.MALFORMED, Reason.SCHEMA_NOT_FOUND, Reason.EMPTY);
      case PROTOBUF ->
          EnumSet.of(
              Reason.MALFORMED, Reason.SCHEMA_NOT_FOUND, Reason.UNUSABLE_SCHEMA, Reason.EMPTY);
      case JSON_SCHEMA ->
          EnumSet.of(
              Reason.MALFORMED, Reason.MALFORMED_JSON, Reason.SCHEMA_VIOLATION, Reason.EMPTY);
      case DEBEZIUM -> EnumSet.of(Reason.MALFORMED_JSON, Reason.MALFORMED, Reason.BAD_EVENT_TIME);
      case CSV ->
          EnumSet.of(Reason.MALFORMED, Reason.NOT_UTF8, Reason.BAD_EVENT_TIME, Reason.EMPTY);
      case STRING -> EnumSet.of(Reason.NOT_UTF8, Reason.BAD_EVENT_TIME, Reason.EMPTY);
    };
  }

  /** A run that refused the other version would be no fault of the scenario's. */
  @ParameterizedTest
  @EnumSource
  void theTwoVersionsOfTheContractGoTogether(ChaosFormat format) throws Exception {
    ContractDiff diff = ContractDiff.of(contract(format, 1), contract(format, 2));
    assertTrue(diff.isCompatible(), diff.toString());
    assertEquals(2, diff.changes().size(), diff.toString());
    assertEquals(format.label(), contract(format, 1).format().name());
  }

  /** The long run of each night is of JSON. */
  @Test
  void eachOtherFormatIsRunEachNight() throws Exception {
    String nightly = Files.readString(Path.of("../../.github/workflows/nightly.yml"));
    String others = ChaosFormat.labels(format -> format != ChaosFormat.JSON);
    assertTrue(nightly.contains("        format: [" + others + "]\n"), others);
    assertTrue(nightly.contains("./sluice chaos --minutes 6 --format=\"$FORMAT\" "));
  }
}
