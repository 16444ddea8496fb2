package io.sluice.csv;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.decode.DecodeEvents;
import io.sluice.decode.Outcome;
import io.sluice.decode.RecordFormat;
import io.sluice.decode.ValueDecoder;
import io.sluice.record.RowValues;
import io.sluice.schema.Schemas;
import io.sluice.source.SourceRecord;
import java.util.ArrayList;
import java.util.List;

/** Contracts and records of CSV for tests. */
final class TestCsv {
  private TestCsv() {}

  /** Says which fields nobody named, and fails where a way of decoding does. */
  static final class Events implements DecodeEvents {
    final List<String> unknown = new ArrayList<>();

    @Override
    public void unknownField(String path) {
      unknown.add(path);
    }

    @Override
    public void quickWayFailed(Throwable failure) {
      throw new AssertionError("the quick way failed", failure);
    }
  }

  /**
   * A contract with an event time {@code at} and other columns.
   *
   * @param keys of the format, as {@code header: true}
   */
  static Contract contract(String keys, String columns) {
    return ContractParser.parse(
        "table: t\ntopic: t\nmax_bytes: 100000\nevent_time: at\nformat: {name: csv, "
            + keys
            + "}\ncolumns:\n  - {name: at, type: timestamp, required: true}\n"
            + columns,
        "c.yaml");
  }

  static ValueDecoder decoder(Contract contract, DecodeEvents events) {
    return RecordFormat.of(contract).decoder(contract.asRead(), Schemas.NONE, events);
  }

  static Outcome decode(Contract contract, byte[] value) {
    return decoder(contract, new Events())
        .decode(new SourceRecord("s", 0, 0, -1, null, value, List.of()).bytes());
  }

  /** The row, its values with a bar between them, or why there is none. */
  static String text(Contract contract, String value) {
    return text(contract, decode(contract, value.getBytes(UTF_8)));
  }

  static String text(Contract contract, Outcome outcome) {
    if (outcome instanceof Outcome.Rejected rejected) {
      return rejected.reason() + " " + rejected.path() + ": " + rejected.message();
    }
    List<String> values = new ArrayList<>();
    for (Object value :
        new RowValues(contract.columns())
            .row(((Outcome.Accepted) outcome).values(), "s", 0, 0, -1)
            .getValues()
            .subList(0, contract.columns().size())) {
      values.add(value instanceof byte[] bytes ? bytes.length + " bytes" : String.valueOf(value));
    }
    return String.join("|", values);
  }
}
