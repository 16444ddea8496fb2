package io.sluice.csv;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.FormatProofContract;
import io.sluice.deadletter.Reason;
import java.time.Instant;
import java.util.List;

/** Rows of CSV, with headers of their own that change, are proved to the rebuilt date. */
class CsvProofTest extends FormatProofContract {
  private static final String CONTRACT =
      """
      format: {name: csv, header: true}
      event_time: at
      columns:
        - {name: at, type: timestamp, required: true}
        - {name: n, path: [the number], type: int64%s}
        - {name: name, type: string}
        - {name: price, type: "decimal(9,2)"}
        - {name: day, type: date}
        - {name: k, type: string, from: key}
      """;

  @Override
  protected String format() {
    return "csv";
  }

  @Override
  protected String contract() {
    return CONTRACT;
  }

  @Override
  protected String nextKeys() {
    return ", null_values: [n/a]";
  }

  private static Sent sent(String csv) {
    return new Sent("k".getBytes(UTF_8), csv.getBytes(UTF_8), List.of());
  }

  @Override
  protected Good good(int number, Instant time) {
    return number < GOOD / 2
        ? new Good(
            sent("at,name,the number\n" + time + ",\"a \"\"b\"\",\nc\"," + number),
            number + "|a \"b\",\nc|null|null|k")
        : new Good(
            sent("the number,price,day,other,at\r\n-1,1.5,2026-01-31,x," + time + "\r\n"),
            "-1|null|1.50|2026-01-31|k");
  }

  @Override
  protected List<Odd> odd(Instant time) {
    return List.of(
        new Odd(
            sent("at,the number\n" + time + ",n/a"), Reason.WRONG_TYPE, "null|null|null|null|k"),
        new Odd(sent("at,the number\n" + time + ",many"), Reason.WRONG_TYPE, null),
        new Odd(sent("at,name\n" + time), Reason.MALFORMED, null),
        new Odd(sent("at\nsoon"), Reason.BAD_EVENT_TIME, null),
        new Odd(sent("name\nann"), Reason.MISSING_FIELD, null),
        new Odd(Sent.of(new byte[] {'a', 't', '\n', (byte) 0xC3}), Reason.NOT_UTF8, null),
        new Odd(Sent.of(null), Reason.EMPTY, null));
  }
}
