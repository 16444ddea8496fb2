package io.sluice.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.decode.RecordFormat;
import io.sluice.decode.RecordFormatContract;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** JSON keeps what every format promises. */
class JsonFormatTest extends RecordFormatContract {
  private static final Contract CONTRACT =
      ContractParser.parse(
          """
          table: json
          topic: json
          event_time: at
          max_bytes: 100000
          columns:
            - {name: at, type: timestamp, required: true}
            - {name: name, path: a.name, type: string}
            - {name: n, type: int64}
            - {name: price, type: "decimal(9,2)"}
            - {name: day, type: date}
            - {name: tags, type: {list: string}}
          """,
          "json.yaml");

  @Override
  protected RecordFormat format() {
    return new JsonFormat();
  }

  @Override
  protected Contract contract() {
    return CONTRACT;
  }

  @Override
  protected List<Example> good() {
    Instant time = Instant.parse("2026-01-02T03:04:05Z");
    return List.of(
        Example.of("{\"at\":\"2026-01-02T03:04:05Z\"}", time, null, null, null, null, null),
        Example.of(
            " {\"a\":{\"name\":\"\\u00e9\\n\"},\"n\":1e3,\"at\":\"2026-01-02T04:04:05+01:00\",\"price\":1.5,"
                + "\"day\":\"2026-01-31\",\"tags\":[\"a\",null],\"other\":{\"x\":[1]}}",
            time,
            "é\n",
            1000L,
            new BigDecimal("1.50"),
            LocalDate.of(2026, 1, 31),
            Arrays.asList("a", null)));
  }

  @Override
  protected List<byte[]> bad() {
    return Stream.of(
            "{", "[]", "{}", "{\"at\":1}", "{\"at\":\"2026-01-02T03:04:05Z\",\"n\":\"1\"}", "null")
        .map(text -> text.getBytes(UTF_8))
        .toList();
  }
}
