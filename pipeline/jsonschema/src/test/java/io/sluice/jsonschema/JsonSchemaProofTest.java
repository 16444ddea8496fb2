package io.sluice.jsonschema;

import io.sluice.FormatProofContract;
import io.sluice.deadletter.Reason;
import io.sluice.schema.RegisteredSchema;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Documents of a JSON Schema that evolves in the middle are proved to the rebuilt date. */
class JsonSchemaProofTest extends FormatProofContract {
  private static final String CONTRACT =
      """
      format: json_schema
      event_time: at
      columns:
        - {name: at, type: timestamp, required: true}
        - {name: n, type: int64%s}
        - {name: note, type: string}
      """;

  private static final String FIRST =
      "{\"type\":\"object\",\"required\":[\"at\",\"n\"],\"properties\":{\"n\":{\"type\":\"integer\",\"minimum\":0}}}";

  /** What had a least value has none, and may be a text; another field is asked for. */
  private static final String SECOND =
      "{\"type\":\"object\",\"required\":[\"at\",\"note\"],\"properties\":{\"n\":{\"type\":[\"integer\",\"string\"]}}}";

  private static final int LATE = 4;

  @Override
  protected String format() {
    return "json_schema";
  }

  @Override
  protected String contract() {
    return CONTRACT;
  }

  private static RegisteredSchema schema(String text) {
    return new RegisteredSchema(RegisteredSchema.JSON, text, List.of());
  }

  @Override
  protected Map<Integer, RegisteredSchema> schemas() {
    return Map.of(1, schema(FIRST), 2, schema(SECOND), 3, schema("{\"type\":\"strin\"}"));
  }

  @Override
  protected Map<Integer, RegisteredSchema> lateSchemas() {
    return Map.of(LATE, schema(SECOND));
  }

  private static Sent framed(int id, Instant time, String more) {
    return Sent.of(TestSchemas.framed(id, "{\"at\":\"" + time + "\"" + more + "}"));
  }

  @Override
  protected Good good(int number, Instant time) {
    return number < GOOD / 2
        ? new Good(framed(1, time, ",\"n\":" + number), number + "|null")
        : new Good(framed(2, time, ",\"n\":-" + number + ",\"note\":\"é\""), -number + "|é");
  }

  @Override
  protected List<Odd> odd(Instant time) {
    String good = ",\"n\":7,\"note\":\"late\"";
    return List.of(
        new Odd(framed(2, time, ",\"n\":\"42\",\"note\":\"\""), Reason.WRONG_TYPE, "42|"),
        new Odd(framed(LATE, time, good), Reason.SCHEMA_NOT_FOUND, "7|late"),
        new Odd(framed(1, time, ",\"n\":-1"), Reason.SCHEMA_VIOLATION, null),
        new Odd(framed(2, time, ",\"n\":1"), Reason.SCHEMA_VIOLATION, null),
        new Odd(framed(3, time, good), Reason.UNUSABLE_SCHEMA, null),
        new Odd(framed(99, time, good), Reason.SCHEMA_NOT_FOUND, null),
        new Odd(Sent.of(TestSchemas.framed(2, "{")), Reason.MALFORMED_JSON, null),
        new Odd(Sent.of(null), Reason.EMPTY, null));
  }
}
