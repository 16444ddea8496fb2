package io.sluice.transform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.contract.Column;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.contract.KeySpec;
import io.sluice.contract.KeyValues;
import io.sluice.contract.Transform;
import io.sluice.deadletter.Reason;
import io.sluice.decode.DecodeSettings;
import io.sluice.decode.Outcome;
import io.sluice.decode.RecordDecoder;
import io.sluice.record.EncodedValues;
import io.sluice.schema.SchemaSettings;
import io.sluice.source.SourceRecord;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds whatever a function does: it cannot break the table, nor stop a job. */
class RowFunctionsTest {
  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");
  private static final String YAML =
      """
      table: t
      topic: t
      event_time: at
      columns:
        - {name: name, type: string}
        - {name: at, type: timestamp, required: true}
      """;

  /** Breaks what it is told to break. */
  public static final class Tamper implements RowFunction {
    @Override
    public String name() {
      return "tamper";
    }

    @Override
    public String words() {
      return "Breaks a promise.";
    }

    @Override
    public List<KeySpec> keys() {
      return List.of(
          KeySpec.required(
              "with",
              KeySpec.Type.TEXT,
              "What is broken: time, required, verdict, assertion, checked.",
              "time"));
    }

    @Override
    public List<Column> output(List<Column> input, KeyValues keys) {
      List<Column> output = new ArrayList<>(input);
      output.add(Column.of("more", Scalar.STRING, keys.text("with").equals("required")));
      return output;
    }

    @Override
    public RowStep step(List<Column> input, List<Column> output, KeyValues keys) {
      return (in, out) -> {
        if (keys.text("with").equals("time")) {
          out.setInteger(1, 0);
        }
        if (keys.text("with").equals("assertion")) {
          throw new AssertionError("it broke");
        }
        if (keys.text("with").equals("checked")) {
          throw Tamper.<RuntimeException>undeclared(new IOException("it broke"));
        }
        return keys.text("with").equals("verdict") && in.isAbsent(0) ? null : Verdict.KEEP;
      };
    }

    /** As code of Kotlin or Scala does. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> RuntimeException undeclared(Throwable e) throws E {
      throw (E) e;
    }
  }

  /** Adds a time of whichever unit the table has. */
  public static final class AddTime implements RowFunction {
    @Override
    public String name() {
      return "add_time";
    }

    @Override
    public String words() {
      return "Adds the event time once more, or later.";
    }

    @Override
    public List<KeySpec> keys() {
      return List.of(
          KeySpec.optional("seconds", KeySpec.Type.NUMBER, 0L, "How much later it is.", "60"));
    }

    @Override
    public List<Column> output(List<Column> input, KeyValues keys) {
      List<Column> output = new ArrayList<>(input);
      output.add(
          Column.of(
              "again", new Timestamp(Timestamp.Unit.DEFAULT, Timestamp.Format.ISO8601), false));
      return output;
    }

    @Override
    public RowStep step(List<Column> input, List<Column> output, KeyValues keys) {
      return (in, out) -> {
        out.setInteger(input.size(), in.integer(1) + keys.number("seconds") * 1_000_000);
        return Verdict.KEEP;
      };
    }
  }

  private static SourceRecord record(String name) {
    return json("{\"at\":\"" + TIME + "\",\"name\":\"" + name + "\"}");
  }

  private static SourceRecord json(String json) {
    return new SourceRecord("s", 0, 7, TIME.toEpochMilli(), null, json.getBytes(UTF_8), List.of());
  }

  private static RecordDecoder decoder(String transform) {
    return new RecordDecoder(
        ContractParser.parse(YAML + "transform: " + transform + "\n", "c.yaml"),
        new DecodeSettings(null, null, SchemaSettings.NONE));
  }

  @Test
  void anEventTimeThatAFunctionChangesIsPutBack() {
    RecordDecoder decoder = decoder("[{tamper: {with: time}}]");
    Outcome.Accepted row = assertInstanceOf(Outcome.Accepted.class, decoder.decode(record("a")));
    assertEquals(EncodedValues.micros(TIME), row.values().micros(1));
    assertEquals(TIME, decoder.rows(record("a"), row).get(0).getValue(1));
  }

  @Test
  void aRequiredColumnThatAFunctionLeavesEmptyMakesADeadLetter() {
    Outcome.Rejected letter =
        assertInstanceOf(
            Outcome.Rejected.class, decoder("[{tamper: {with: required}}]").decode(record("a")));
    assertEquals(Reason.DECODER_FAILED, letter.reason());
    assertTrue(
        letter.message().contains("gave no value to the required column more"), letter.message());
  }

  @ParameterizedTest
  @ValueSource(strings = {"assertion", "checked"})
  void whateverAFunctionThrowsMakesADeadLetter(String what) {
    Outcome.Rejected letter =
        assertInstanceOf(
            Outcome.Rejected.class,
            decoder("[{tamper: {with: " + what + "}}]").decode(record("a")));
    assertEquals(Reason.DECODER_FAILED, letter.reason());
    assertTrue(letter.message().contains("it broke"), letter.message());
  }

  @Test
  void aFunctionThatGivesNoVerdictMakesADeadLetterAndNotTheRowOfTheRecordBefore() {
    RecordDecoder decoder = decoder("[{tamper: {with: verdict}}]");
    assertInstanceOf(Outcome.Accepted.class, decoder.decode(record("a")));
    Outcome.Rejected letter =
        assertInstanceOf(Outcome.Rejected.class, decoder.decode(json("{\"at\":\"" + TIME + "\"}")));
    assertEquals(Reason.DECODER_FAILED, letter.reason());
    assertTrue(letter.message().contains("gave no verdict"), letter.message());
  }

  @Test
  void aTimestampThatAFunctionAddsHasTheUnitOfTheTable() {
    Contract contract =
        ContractParser.parse(YAML + "transform: [{add_time: {seconds: -2}}]\n", "c.yaml");
    // Nanoseconds are of a column that asks for them, and never of a table.
    for (Timestamp.Unit unit : EnumSet.complementOf(EnumSet.of(Timestamp.Unit.NANOS))) {
      RecordDecoder decoder =
          new RecordDecoder(
              contract.withTimestamps(unit), new DecodeSettings(null, null, SchemaSettings.NONE));
      Outcome.Accepted row = assertInstanceOf(Outcome.Accepted.class, decoder.decode(record("a")));
      assertEquals(TIME.minusSeconds(2), decoder.rows(record("a"), row).get(0).getValue(2));
    }
  }

  @Test
  void functionsSeeWhatTheOnesBeforeThemMadeAndTheFirstThatWantsNoRowDecides() {
    RecordDecoder decoder =
        decoder(
            "[{upper_case: {column: name}}, {skip_if: {column: name, equals: DEBUG}},"
                + " {reject_if: {column: name, equals: BAD}}, {remove: {columns: [name]}}]");
    Outcome.Skipped skipped =
        assertInstanceOf(Outcome.Skipped.class, decoder.decode(record("debug")));
    assertEquals(new Outcome.Skipped(EncodedValues.micros(TIME), "skip_if"), skipped);
    Outcome.Rejected rejected =
        assertInstanceOf(Outcome.Rejected.class, decoder.decode(record("bad")));
    assertEquals(
        new Outcome.Rejected(Reason.TRANSFORM_REJECTED, "name", "reject_if: is not wanted"),
        rejected);
    // What came before leaves nothing behind.
    Row row =
        decoder
            .rows(
                record("a"), assertInstanceOf(Outcome.Accepted.class, decoder.decode(record("a"))))
            .get(0);
    assertEquals(TIME, row.getValue(0));
    assertEquals(5, row.getFieldCount());
  }

  /** As on a worker whose class path lacks a jar that the submitter's has. */
  @Test
  void aFunctionThatIsNotHereIsNamed() {
    Contract plain = ContractParser.parse(YAML, "c.yaml");
    Contract contract =
        new Contract(
            plain.version(),
            plain.table(),
            plain.source(),
            plain.format(),
            plain.columns(),
            plain.eventTime(),
            plain.zone(),
            plain.unknownFields(),
            plain.maxBytes(),
            plain.maxDepth(),
            false,
            new Transform(
                List.of(new Transform.Call("gone", new KeyValues(Map.of()))), plain.columns()),
            plain.intake());
    UserException e =
        assertThrows(
            UserException.class,
            () -> new RecordDecoder(contract, new DecodeSettings(null, null, SchemaSettings.NONE)));
    assertEquals(
        "contract version 1 of t transforms by 'gone', which is not on this class path: add the jar that has it",
        e.getMessage());
  }
}
