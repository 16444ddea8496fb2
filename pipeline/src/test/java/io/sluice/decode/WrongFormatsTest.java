package io.sluice.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.contract.KeySpec;
import io.sluice.deadletter.Reason;
import io.sluice.record.ColumnValues;
import io.sluice.record.RecordBytes;
import io.sluice.schema.Schemas;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Formats that keep all promises but one: {@link RecordFormatContract} has to see it. */
class WrongFormatsTest {
  private static final Contract CONTRACT =
      ContractParser.parse(
          """
          table: wrong
          topic: wrong
          event_time: at
          max_bytes: 10000
          columns:
            - {name: at, type: timestamp, required: true}
            - {name: name, type: string}
          """,
          "wrong.yaml");

  /** JSON, but for what {@code change} makes of an outcome. */
  private static class Changed implements RecordFormat {
    private final RecordFormat json = RecordFormat.of(CONTRACT);
    private final BiFunction<RecordBytes, Outcome, Outcome> change;

    Changed(BiFunction<RecordBytes, Outcome, Outcome> change) {
      this.change = change;
    }

    @Override
    public String name() {
      return json.name();
    }

    @Override
    public List<KeySpec> keys() {
      return json.keys();
    }

    @Override
    public ValueDecoder decoder(Contract contract, Schemas schemas, DecodeEvents events) {
      ValueDecoder decoder = json.decoder(contract, schemas, events);
      return record -> change.apply(record, decoder.decode(record));
    }

    @Override
    public Optional<JsonNode> document(byte[] value, Contract contract, Schemas schemas) {
      return json.document(value, contract, schemas);
    }
  }

  private static final class Test extends RecordFormatContract {
    private final RecordFormat format;

    Test(RecordFormat format) {
      this.format = format;
    }

    @Override
    protected RecordFormat format() {
      return format;
    }

    @Override
    protected Contract contract() {
      return CONTRACT;
    }

    @Override
    protected List<Example> good() {
      Instant time = Instant.parse("2026-01-02T03:04:05Z");
      return List.of(
          Example.of("{\"at\":\"2026-01-02T03:04:05Z\",\"name\":\"a\"}", time, "a"),
          Example.of("{\"name\":null,\"at\":\"2026-01-02T03:04:05Z\"}", time, null));
    }

    @Override
    protected List<byte[]> bad() {
      return Stream.of("{", "{}").map(text -> text.getBytes(UTF_8)).toList();
    }
  }

  private static Arguments wrong(
      String name,
      BiFunction<RecordBytes, Outcome, Outcome> change,
      Consumer<RecordFormatContract> promise) {
    return Arguments.of(name, new Changed(change), promise);
  }

  private static Outcome accepted(ColumnValues values) {
    return new Outcome.Accepted(values);
  }

  static Stream<Arguments> wrongOnes() {
    int[] seen = {0};
    return Stream.of(
        wrong(
            "it gives another value",
            (record, outcome) -> {
              if (outcome instanceof Outcome.Accepted accepted) {
                accepted.values().setInteger(0, accepted.values().integer(0) + 1);
              }
              return outcome;
            },
            RecordFormatContract::whatIsGoodIsTheRowThatItSays),
        wrong(
            "it accepts anything",
            (record, outcome) -> {
              ColumnValues values = new ColumnValues(CONTRACT.columns());
              values.setInteger(0, 0);
              return accepted(values);
            },
            RecordFormatContract::whatIsBadIsRejectedWithAReasonAndAMessage),
        wrong(
            "it says nothing of why",
            (record, outcome) ->
                outcome instanceof Outcome.Rejected rejected
                    ? new Outcome.Rejected(rejected.reason(), rejected.path(), " ")
                    : outcome,
            RecordFormatContract::whatIsBadIsRejectedWithAReasonAndAMessage),
        wrong(
            "it fails without a value",
            (record, outcome) -> {
              if (!record.hasValue()) {
                throw new NullPointerException("no value");
              }
              return outcome;
            },
            contract -> thrown(contract::aTombstoneAndAnEmptyValueAreAnswers)),
        wrong(
            "it fails at a bit",
            (record, outcome) -> {
              if (record.valueLength() > 3 && record.array()[record.valueStart() + 3] < 0) {
                throw new ArrayIndexOutOfBoundsException("bit");
              }
              return outcome;
            },
            RecordFormatContract::whateverTheBytesHoldIsAnAnswer),
        wrong(
            "it leaves out what is required",
            (record, outcome) ->
                outcome instanceof Outcome.Rejected rejected
                        && rejected.reason() == Reason.MALFORMED_JSON
                    ? accepted(new ColumnValues(CONTRACT.columns()))
                    : outcome,
            RecordFormatContract::whateverTheBytesHoldIsAnAnswer),
        wrong(
            "it remembers",
            (record, outcome) ->
                outcome instanceof Outcome.Rejected rejected && ++seen[0] % 7 == 0
                    ? new Outcome.Rejected(rejected.reason(), "seventh", rejected.message())
                    : outcome,
            RecordFormatContract::whatCameBeforeDoesNotMatter),
        wrong(
            "it reads from the array's start",
            (record, outcome) ->
                record.array()[0] == '"'
                    ? new Outcome.Rejected(Reason.MALFORMED, "", "begins with a quote")
                    : outcome,
            RecordFormatContract::aValueWithinAnArrayIsReadAlikeAndTheArrayStaysAsItIs),
        wrong(
            "it writes to the array",
            (record, outcome) -> {
              record.array()[record.valueStart()] ^= 1;
              return outcome;
            },
            RecordFormatContract::aValueWithinAnArrayIsReadAlikeAndTheArrayStaysAsItIs),
        Arguments.of(
            "a key refuses its own example",
            new Changed((record, outcome) -> outcome) {
              @Override
              public List<KeySpec> keys() {
                return List.of(
                    KeySpec.optional(
                        "strange",
                        KeySpec.Type.FLAG,
                        false,
                        "Not declared where it is parsed.",
                        "true"));
              }
            },
            (Consumer<RecordFormatContract>)
                contract -> thrown(contract::everyKeyHasWordsAndTakesItsOwnExampleAndDefault)),
        Arguments.of(
            "its name is another one's",
            new Changed((record, outcome) -> outcome) {
              @Override
              public String name() {
                return "other";
              }
            },
            (Consumer<RecordFormatContract>)
                RecordFormatContract::aContractOfItIsWrittenAndReadBack),
        Arguments.of(
            "its documents are none",
            new Changed((record, outcome) -> outcome) {
              @Override
              public Optional<JsonNode> document(byte[] value, Contract contract, Schemas schemas) {
                return Optional.empty();
              }
            },
            (Consumer<RecordFormatContract>)
                contract -> thrown(contract::whatIsGoodIsADocumentAndNoiseIsNoFault)));
  }

  /** What JUnit calls a failure, as an assertion's. */
  private static void thrown(Runnable test) {
    try {
      test.run();
    } catch (RuntimeException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongOnes")
  void isSeen(String name, RecordFormat format, Consumer<RecordFormatContract> promise) {
    assertThrows(AssertionError.class, () -> promise.accept(new Test(format)), name);
  }
}
