package io.sluice.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.deadletter.Reason;
import io.sluice.decode.DecodeSettings;
import io.sluice.decode.Outcome;
import io.sluice.decode.RecordDecoder;
import io.sluice.schema.SchemaSettings;
import io.sluice.schema.Schemas;
import io.sluice.source.SourceRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The demo's events in each format become the rows, and the dead letters, that they are said to.
 */
class FramedActionsTest {
  private static final int EVENTS = 3_000;

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void eachEventBecomesWhatItIsSaidTo(DemoFormat format) throws Exception {
    UserActions actions = new UserActions(EVENTS, LocalDate.of(2026, 5, 1), 2, 20);
    Set<Reason> reasons = EnumSet.noneOf(Reason.class);
    try (EmbeddedRegistry registry = format.startRegistry()) {
      List<String> flags = format.flags(registry, directory);
      Contract contract =
          flags.isEmpty()
              ? ContractParser.userActions()
              : ContractParser.read(directory.resolve("contract.yaml"));
      assertEquals(format.format(), contract.format().name());
      SchemaSettings settings =
          new SchemaSettings(registry == null ? null : registry.address(), null, false);
      var events = format.events(actions, registry);
      try (Schemas schemas = settings.open()) {
        RecordDecoder decoder =
            new RecordDecoder(
                contract, new DecodeSettings(Duration.ofHours(24), null, settings), schemas);
        for (long n = 0; n < EVENTS; n++) {
          UserActions.Event event = events.apply(n);
          SourceRecord record =
              new SourceRecord(
                  "t", 0, n, event.recordTime().toEpochMilli(), null, event.value(), List.of());
          Outcome outcome = decoder.decode(record);
          UserActions.Expected row = event.row();
          if (row == null) {
            Reason reason = event.rejected().orElseThrow();
            Outcome.Rejected rejected =
                assertInstanceOf(Outcome.Rejected.class, outcome, "event " + n + ": " + reason);
            assertEquals(reason, rejected.reason(), rejected.message());
            reasons.add(reason);
          } else {
            Row decoded =
                decoder
                    .rows(record, assertInstanceOf(Outcome.Accepted.class, outcome, "event " + n))
                    .get(0);
            assertEquals(row.eventTime(), decoded.getValue("event_datetime"));
            assertEquals(row.name(), decoded.getValue("event_name"));
            assertEquals(row.userId(), decoded.getValue("user_id"));
            assertEquals(row.platform(), decoded.getValue("platform"));
            assertEquals(row.product(), decoded.getValue("product_name"));
            assertEquals(row.sku(), decoded.getValue("SKU"));
          }
        }
      }
    }
    Set<Reason> framed =
        EnumSet.of(
            Reason.EMPTY,
            Reason.NOT_UTF8,
            Reason.MALFORMED,
            Reason.SCHEMA_NOT_FOUND,
            Reason.UNUSABLE_SCHEMA,
            Reason.MISSING_FIELD,
            Reason.WRONG_TYPE,
            Reason.BAD_EVENT_TIME,
            Reason.FUTURE_EVENT_TIME);
    assertTrue(
        format == DemoFormat.JSON || reasons.containsAll(framed), format + " has " + reasons);
  }
}
