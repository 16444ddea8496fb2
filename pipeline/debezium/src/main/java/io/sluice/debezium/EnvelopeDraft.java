package io.sluice.debezium;

import io.sluice.avro.AvroDraft;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.decode.SchemaDraft;
import io.sluice.decode.SchemaField;
import io.sluice.decode.SchemaSource;
import io.sluice.decode.SchemaType;
import io.sluice.schema.RegisteredSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** What a contract says of envelopes in Avro: the row's columns, and when it was changed. */
final class EnvelopeDraft {
  private static final Timestamp TIMESTAMP =
      new Timestamp(Timestamp.Unit.DEFAULT, Timestamp.Format.ISO8601);
  private static final int MOST_DIGITS = 38;

  /** Fields of the source that order the changes of a row, and what a draft says of them. */
  private static final Map<String, String> PLACES =
      Map.of(
          "lsn", "where the change is in the log: of a row's changes the greatest is the newest",
          "file", "the binlog's file: with the two below it orders the changes of a row",
          "pos", "where the change's event is in the file",
          "row", "which row of the event it is");

  private EnvelopeDraft() {}

  /** Empty where a schema is not one of envelopes. */
  static Optional<SchemaDraft> of(SchemaSource source) {
    if (!source.isOfType(RegisteredSchema.AVRO)
        || !Recognition.isOfEnvelopes(source.schema().text())) {
      return Optional.empty();
    }
    Schema envelope = AvroDraft.parse(source.schema());
    Schema.Field after = envelope.getField("after");
    if (!(new AvroDraft(EnvelopeDraft::meaning).type(after.schema())
        instanceof SchemaType.ObjectOf row)) {
      return Optional.empty();
    }
    List<SchemaField> fields = new ArrayList<>();
    fields.add(
        new SchemaField(
            "_source_ts", SchemaType.of(TIMESTAMP), true, "when the database made the change"));
    fields.add(
        new SchemaField(
            "_op",
            SchemaType.of(Scalar.STRING),
            true,
            "c inserted, u updated, d deleted, r read by a snapshot"));
    fields.addAll(places(envelope.getField("source")));
    List<SchemaField> hidden = new ArrayList<>();
    for (SchemaField field : row.fields().get()) {
      // A delete may have nothing but the primary key.
      SchemaField own = new SchemaField(field.name(), field.type(), false, field.words());
      (EnvelopeFields.isReserved(field.name()) ? hidden : fields).add(own);
    }
    if (!hidden.isEmpty()) {
      fields.add(
          new SchemaField(
              EnvelopeFields.ROW,
              new SchemaType.ObjectOf(EnvelopeFields.ROW, () -> hidden),
              false,
              ""));
    }
    return Optional.of(
        new SchemaDraft(
            source.section(DebeziumFormat.NAME, ", values: avro"),
            true,
            "rows " + row.name() + ", changed, of Debezium's envelope in Avro",
            new SchemaType.ObjectOf(row.name(), () -> fields),
            List.of(
                "a delete may have the primary key alone, so that no column of the row is"
                    + " required")));
  }

  /** By which of two changes of a row the later one is known, as far as the source says it. */
  private static List<SchemaField> places(Schema.@Nullable Field source) {
    if (source == null
        || !(new AvroDraft(AvroDraft.Meanings.NONE).type(source.schema())
            instanceof SchemaType.ObjectOf object)) {
      return List.of();
    }
    List<SchemaField> places = new ArrayList<>();
    for (SchemaField field : object.fields().get()) {
      String name = EnvelopeFields.ofSource(field.name());
      String words = PLACES.get(field.name());
      if (name != null && words != null) {
        places.add(new SchemaField(name, field.type(), false, words));
      }
    }
    return places;
  }

  private static Optional<SchemaType> meaning(Schema schema) {
    AvroValueSchema value = new AvroValueSchema(schema);
    if ("io.debezium.data.Uuid".equals(schema.getProp("connect.name"))) {
      return Optional.of(SchemaType.of(Scalar.UUID));
    }
    return switch (value.encoding()) {
      case PLAIN, TEXT, BYTES, FLOATING, OBJECT, LIST -> Optional.empty();
      case DECIMAL -> Optional.of(decimal(schema, value.scale()));
      case VARIABLE_DECIMAL -> Optional.of(SchemaType.json("each with as many digits as it has"));
      case DATE, ISO_DATE -> Optional.of(SchemaType.of(Scalar.DATE));
      case TIME_MILLIS, TIME_MICROS, TIME_NANOS, ZONED_TIME ->
          Optional.of(SchemaType.of(Scalar.TIME));
      case TIMESTAMP_MILLIS, TIMESTAMP_MICROS, TIMESTAMP_NANOS ->
          Optional.of(
              SchemaType.of(
                  TIMESTAMP,
                  "a local time, and the database does not say of which zone: read as if it were"
                      + " UTC"));
      case ZONED_TIMESTAMP -> Optional.of(SchemaType.of(TIMESTAMP));
      case JSON -> Optional.of(SchemaType.of(Scalar.JSON));
      case SET -> Optional.of(new SchemaType.ListOf(SchemaType.of(Scalar.STRING)));
    };
  }

  private static SchemaType decimal(Schema schema, int scale) {
    Object parameters = schema.getObjectProp("connect.parameters");
    Object digits =
        parameters instanceof Map<?, ?> map ? map.get("connect.decimal.precision") : null;
    int precision =
        String.valueOf(digits).matches("[1-9]\\d{0,3}")
            ? Integer.parseInt(String.valueOf(digits))
            : MOST_DIGITS;
    return scale < 0
        ? SchemaType.json("digits before the point alone")
        : AvroDraft.decimal(precision, scale);
  }
}
