package io.sluice.csv;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.decode.RecordFormat;
import io.sluice.decode.RecordFormatContract;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;

/** CSV keeps what every format promises, with the contract's names and with a record's own. */
class CsvFormatTest {
  private static final String COLUMNS =
      """
      table: t
      topic: t
      event_time: at
      max_bytes: 100000
      columns:
        - {name: at, type: timestamp, required: true}
        - {name: name, type: string}
        - {name: n, path: [the number], type: int64}
        - {name: price, type: "decimal(9,2)"}
        - {name: day, type: date}
        - {name: ok, type: boolean}
        - {name: score, type: double}
        - {name: ms, type: "timestamp(millis, epoch_ms)"}
      """;

  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");
  private static final Instant MS = Instant.parse("2026-01-02T03:04:05.678Z");

  @Nested
  class WithoutAHeader extends RecordFormatContract {
    @Override
    protected RecordFormat format() {
      return new CsvFormat();
    }

    @Override
    protected Contract contract() {
      return ContractParser.parse(
          COLUMNS
              + "format: {name: csv, columns: [at, name, the number, price, day, ok, other, score, ms]}",
          "c.yaml");
    }

    @Override
    protected List<Example> good() {
      return List.of(
          Example.of(
              "2026-01-02T03:04:05Z,é,42,1.5,2026-01-31,true,x,-1e3,1767323045678",
              TIME,
              "é",
              42L,
              new BigDecimal("1.50"),
              LocalDate.of(2026, 1, 31),
              true,
              -1000.0,
              MS),
          Example.of(
              "\"2026-01-02T03:04:05Z\",\"\",,\"1.50\",,0,,,\r\n",
              TIME,
              "",
              null,
              new BigDecimal("1.50"),
              null,
              false,
              null,
              null),
          Example.of(
              "2026-01-02T03:04:05Z,\"a \"\"quoted\"\",\nname\",,,,,\"\",,\n",
              TIME,
              "a \"quoted\",\nname",
              null,
              null,
              null,
              null,
              null,
              null));
    }

    @Override
    protected List<byte[]> bad() {
      return Stream.of(
              "",
              "\n",
              "a",
              "2026-01-02T03:04:05Z,,,,,,,",
              "2026-01-02T03:04:05Z,,,,,,,,,",
              "2026-01-02T03:04:05Z,\"a,,,,,,,",
              "2026-01-02T03:04:05Z,\"a\"b,,,,,,,",
              "2026-01-02T03:04:05Z,,x,,,,,,",
              ",,,,,,,,",
              "2026-01-02T03:04:05Z,,,,,,,,\n2026-01-02T03:04:05Z,,,,,,,,")
          .map(text -> text.getBytes(UTF_8))
          .toList();
    }
  }

  @Nested
  class WithAHeader extends RecordFormatContract {
    @Override
    protected RecordFormat format() {
      return new CsvFormat();
    }

    @Override
    protected Contract contract() {
      return ContractParser.parse(COLUMNS + "format: {name: csv, header: true}", "c.yaml");
    }

    @Override
    protected List<Example> good() {
      return List.of(
          Example.of(
              "name,at\nann,2026-01-02T03:04:05Z\n",
              TIME,
              "ann",
              null,
              null,
              null,
              null,
              null,
              null),
          Example.of(
              "\uFEFFat,\"the number\",,other,\r\n2026-01-02T03:04:05Z,7,a,b,c",
              TIME,
              null,
              7L,
              null,
              null,
              null,
              null,
              null));
    }

    @Override
    protected List<byte[]> bad() {
      return Stream.of(
              "at\n",
              "at,at\n2026-01-02T03:04:05Z,2026-01-02T03:04:05Z",
              "at\n2026-01-02T03:04:05Z\n2026-01-02T03:04:05Z",
              "at,name\n2026-01-02T03:04:05Z",
              "name\n2026-01-02T03:04:05Z",
              "\"at\n2026-01-02T03:04:05Z")
          .map(text -> text.getBytes(UTF_8))
          .toList();
    }
  }
}
