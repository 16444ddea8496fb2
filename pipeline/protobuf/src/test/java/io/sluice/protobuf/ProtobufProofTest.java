package io.sluice.protobuf;

import io.sluice.FormatProofContract;
import io.sluice.deadletter.Reason;
import io.sluice.schema.RegisteredSchema;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Messages of Protobuf, whose schema evolves in the middle, are proved to the rebuilt date. */
class ProtobufProofTest extends FormatProofContract {
  private static final String CONTRACT =
      """
      format: protobuf
      event_time: at
      columns:
        - {name: at, type: "timestamp(micros, epoch_s)", required: true}
        - {name: total, type: int64%s}
        - {name: sku, path: line.sku, type: string}
        - {name: state, type: string}
        - {name: note, type: string}
      """;

  private static final String FIRST =
      """
      syntax = "proto3";
      message Order { int64 at = 1; optional int32 total = 3; Line line = 4; State state = 6; }
      message Line { string sku = 1; }
      enum State { NEW = 0; }
      """;

  /** A field is wider, one is gone, two are new, and an enum has one more value. */
  private static final String SECOND =
      """
      syntax = "proto3";
      message Order { int64 at = 1; optional int64 total = 3; optional string note = 5; State state = 6; map<string, int32> other = 7; }
      enum State { NEW = 0; PAID = 1; }
      """;

  private static final String WRONG =
      """
      syntax = "proto3";
      message Order { int64 at = 1; optional string total = 3; }
      """;

  private static final int LATE = 5;

  @Override
  protected String format() {
    return "protobuf";
  }

  @Override
  protected String contract() {
    return CONTRACT;
  }

  private static RegisteredSchema schema(String text) {
    return new RegisteredSchema(RegisteredSchema.PROTOBUF, text, List.of());
  }

  @Override
  protected Map<Integer, RegisteredSchema> schemas() {
    return Map.of(
        1, schema(FIRST), 2, schema(SECOND), 3, schema(WRONG), 4, schema("message Order {"));
  }

  @Override
  protected Map<Integer, RegisteredSchema> lateSchemas() {
    return Map.of(LATE, schema(SECOND));
  }

  private static byte[] order(String schema, Instant time, String more) {
    return Protos.message(
        Protos.type(schema, "Order"), "at: " + time.getEpochSecond() + " " + more);
  }

  private static Sent framed(int id, byte[] message) {
    return Sent.of(Protos.framed(id, message));
  }

  @Override
  protected Good good(int number, Instant time) {
    return number < GOOD / 2
        ? new Good(
            framed(1, order(FIRST, time, "total: " + number + " line { sku: \"S-1\" }")),
            number + "|S-1|NEW|null")
        : new Good(
            framed(
                2, order(SECOND, time, "total: 5000000000 state: PAID note: \"n" + number + "\"")),
            "5000000000|null|PAID|n" + number);
  }

  @Override
  protected List<Odd> odd(Instant time) {
    byte[] good = order(SECOND, time, "total: 7 note: \"late\"");
    byte[] text = order(WRONG, time, "total: \"42\"");
    return List.of(
        new Odd(framed(3, text), Reason.WRONG_TYPE, "42|null|null|null"),
        new Odd(framed(LATE, good), Reason.SCHEMA_NOT_FOUND, "7|null|NEW|late"),
        new Odd(framed(99, good), Reason.SCHEMA_NOT_FOUND, null),
        new Odd(framed(4, good), Reason.UNUSABLE_SCHEMA, null),
        new Odd(framed(2, Arrays.copyOf(good, good.length - 1)), Reason.MALFORMED, null),
        new Odd(framed(2, new byte[] {0x0B}), Reason.MALFORMED, null),
        new Odd(Sent.of(good), Reason.MALFORMED, null),
        new Odd(Sent.of(null), Reason.EMPTY, null));
  }
}
