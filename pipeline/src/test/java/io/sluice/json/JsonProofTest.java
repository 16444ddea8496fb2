package io.sluice.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.FormatProofContract;
import io.sluice.deadletter.Reason;
import io.sluice.source.SourceRecord.Header;
import java.time.Instant;
import java.util.List;

/** Documents of JSON, with keys and headers, are proved from the topic to a rebuilt date. */
class JsonProofTest extends FormatProofContract {
  private static final String CONTRACT =
      """
      format: json
      event_time: at
      skip: [tombstones]
      columns:
        - {name: at, type: timestamp, required: true}
        - {name: n, type: int64%s}
        - {name: name, path: a.name, type: string}
        - {name: price, type: "decimal(9,2)"}
        - {name: tags, type: {list: string}}
        - {name: k, type: string, from: key}
        - {name: h, type: string, from: headers.h}
      """;

  @Override
  protected String format() {
    return "json";
  }

  @Override
  protected String contract() {
    return CONTRACT;
  }

  private static String document(Instant time, String n) {
    return "{\"at\":\""
        + time
        + "\",\"n\":"
        + n
        + ",\"a\":{\"name\":\"é\\n\"},\"price\":1.5,\"tags\":[\"a\",null]}";
  }

  private static Sent sent(String value) {
    return new Sent(
        "k".getBytes(UTF_8),
        value.getBytes(UTF_8),
        List.of(new Header("h", "x".getBytes(UTF_8)), new Header("other", null)));
  }

  @Override
  protected Good good(int number, Instant time) {
    return new Good(
        sent(document(time, String.valueOf(number))), number + "|é\n|1.50|[a, NULL]|k|x");
  }

  @Override
  protected List<Odd> odd(Instant time) {
    return List.of(
        new Odd(sent(document(time, "\"42\"")), Reason.WRONG_TYPE, "42|é\n|1.50|[a, NULL]|k|x"),
        new Odd(sent(document(time, "true")), Reason.WRONG_TYPE, null),
        new Odd(sent("{\"n\":1}"), Reason.MISSING_FIELD, null),
        new Odd(sent("{\"at\":\"soon\"}"), Reason.BAD_EVENT_TIME, null),
        new Odd(sent("{\"at\":"), Reason.MALFORMED_JSON, null),
        new Odd(Sent.of(new byte[0]), Reason.EMPTY, null),
        new Odd(Sent.of(new byte[] {'"', (byte) 0xC3, '"'}), Reason.NOT_UTF8, null),
        new Odd(new Sent("k".getBytes(UTF_8), null, List.of()), null, null));
  }
}
