package io.sluice.debezium;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.contract.Column;
import io.sluice.contract.Contract;
import io.sluice.contract.Contract.UnknownFields;
import io.sluice.contract.ContractException;
import io.sluice.contract.KeySpec;
import io.sluice.contract.KeyValues;
import io.sluice.convert.Fields;
import io.sluice.convert.RowConverter;
import io.sluice.decode.DecodeEvents;
import io.sluice.decode.Recognised;
import io.sluice.decode.RecordFormat;
import io.sluice.decode.SchemaDraft;
import io.sluice.decode.SchemaSource;
import io.sluice.decode.Sighting;
import io.sluice.decode.ValueDecoder;
import io.sluice.json.JsonReader;
import io.sluice.json.PlainReader;
import io.sluice.schema.Framing;
import io.sluice.schema.Schemas;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Envelopes of Debezium, one changed row a record: the columns of a contract are those of the row,
 * and of what is said of the change.
 */
public final class DebeziumFormat implements RecordFormat {
  /** By which contracts name it. */
  public static final String NAME = "debezium";

  /** The key that names the columns by which rows are told apart. */
  public static final String KEY = "key";

  /** The key that says what becomes of a truncate. */
  public static final String TRUNCATES = "truncates";

  /** A truncate is a row, with {@code t} for its operation and no values. */
  public static final String ROW = "row";

  /** The key that says what becomes of a value that the connector could not send. */
  public static final String UNAVAILABLE = "unavailable";

  private static final String SKIP = "skip";

  private static final String VALUES = "values";
  private static final String JSON = "json";
  private static final String AVRO = "avro";
  private static final String FRAMING = "framing";
  private static final String AUTO = "auto";
  private static final String SCHEMA = "schema";
  private static final String DECIMALS = "decimals";
  private static final String BASE64 = "base64";
  private static final String TIMES = "times";
  private static final String PLACEHOLDER = "placeholder";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<KeySpec> keys() {
    return List.of(
        KeySpec.choice(
            VALUES,
            List.of(JSON, AVRO),
            "How envelopes are written: JSON, with a schema beside each or without one, or Avro."),
        KeySpec.choice(
            FRAMING,
            framings(),
            "What stands before an envelope: the frame of Confluent's serializers, which Apicurio"
                + " and Karapace write, too; that of AWS Glue; or nothing. auto is confluent for"
                + " Avro, and none for JSON."),
        KeySpec.optional(
            SCHEMA,
            KeySpec.Type.CONTENT,
            "",
            "The schema that all envelopes in Avro were written with, where framing is none: its"
                + " JSON, or {file: PATH}.",
            "{file: orders.avsc}"),
        KeySpec.choice(
            DECIMALS,
            List.of(BASE64, "text"),
            "What a text is for a decimal column, in JSON without a schema: the digits' bytes in"
                + " base64 (decimal.handling.mode=precise), or the number (string)."),
        KeySpec.choice(
            TIMES,
            List.of("micros", "millis", "nanos"),
            "What a number counts for a time column, in JSON without a schema."),
        KeySpec.choice(
            UNAVAILABLE,
            Arrays.stream(Unavailable.Policy.values()).map(Unavailable.Policy::text).toList(),
            "What becomes of a value that the connector could not send, as it had not changed (a"
                + " TOAST column of PostgreSQL): null, the placeholder that stands for it, or a"
                + " dead letter."),
        KeySpec.optional(
            PLACEHOLDER,
            KeySpec.Type.TEXT,
            "__debezium_unavailable_value",
            "What stands for such a value: the connector's unavailable.value.placeholder.",
            "__debezium_unavailable_value"),
        KeySpec.optional(
            KEY,
            KeySpec.Type.TEXTS,
            List.of(),
            "The columns by which the database tells the table's rows apart, as the connector's"
                + " messages have them for their key: for sluice mirror.",
            "[id]"),
        KeySpec.choice(
            TRUNCATES,
            List.of(SKIP, ROW),
            "What becomes of a truncate of the table: it is skipped, or a row that says so by its"
                + " operation (t) and has no values."));
  }

  private static List<String> framings() {
    List<String> all = new ArrayList<>(List.of(AUTO));
    Arrays.stream(Framing.Kind.values()).map(Framing.Kind::text).forEach(all::add);
    return all;
  }

  @Override
  public ValueDecoder decoder(Contract contract, Schemas schemas, DecodeEvents events) {
    return decoder(contract, schemas, events, true);
  }

  /**
   * The same.
   *
   * @param isQuick whether JSON is read in the quick way where that can; what comes of it is the
   *     same
   */
  static ValueDecoder decoder(
      Contract contract, Schemas schemas, DecodeEvents events, boolean isQuick) {
    requireKey(contract);
    requireToTakeTruncates(contract);
    RowConverter row = new RowConverter(contract);
    boolean refusesUnknown = contract.unknownFields() == UnknownFields.DEAD_LETTER;
    Target target =
        target(
            contract,
            row.document(),
            true,
            isQuick ? new PlainReader(contract.maxDepth(), refusesUnknown) : null,
            refusesUnknown,
            events,
            row::begin);
    return new DebeziumDecoder(row, new EnvelopeDecoder(target, reader(contract, schemas, target)));
  }

  private static void requireKey(Contract contract) {
    for (String name : contract.format().keys().texts(KEY)) {
      if (contract.columns().stream().noneMatch(column -> column.name().equals(name))) {
        throw new ContractException(
            "format", "key of format debezium names " + name + ", and there is no such column");
      }
    }
  }

  /** A truncate has no row: each column of one would make a dead letter of it. */
  private static void requireToTakeTruncates(Contract contract) {
    if (!truncatesAreRows(contract)) {
      return;
    }
    for (Column column : contract.columns()) {
      boolean isOfChange =
          !column.reading().isOfValue() || EnvelopeFields.isOfChange(column.path().get(0));
      if (column.required() && !isOfChange) {
        throw new ContractException(
            "format",
            "truncates: row, and column "
                + column.name()
                + " is required, which a truncate has not: leave out required: true; where it is"
                + " the event time, take _source_ts for that");
      }
    }
  }

  private static boolean truncatesAreRows(Contract contract) {
    return contract.format().keys().text(TRUNCATES).equals(ROW);
  }

  @Override
  public Optional<JsonNode> document(byte[] value, Contract contract, Schemas schemas) {
    return Documents.read(
        value,
        fields -> {
          Target target =
              target(contract, fields, false, null, false, Documents.NO_EVENTS, () -> {});
          return new EnvelopeDecoder(target, reader(contract, schemas, target));
        });
  }

  @Override
  public Optional<Recognised> recognise(Sighting sighting) {
    return Recognition.of(sighting);
  }

  @Override
  public Optional<SchemaDraft> draft(SchemaSource source) {
    return EnvelopeDraft.of(source);
  }

  private static Target target(
      Contract contract,
      Fields document,
      boolean textsMayBeDocuments,
      @Nullable PlainReader plain,
      boolean refusesUnknown,
      DecodeEvents events,
      Runnable rows) {
    KeyValues keys = contract.format().keys();
    List<String> unknownFields = new ArrayList<>();
    return new Target(
        document,
        ContractSchema.of(contract, writing(keys)),
        new Change(truncatesAreRows(contract)),
        new Unavailable(
            Unavailable.Policy.valueOf(keys.text(UNAVAILABLE).toUpperCase(Locale.ROOT)),
            keys.text(PLACEHOLDER)),
        new JsonReader(
            contract.maxDepth(), contract.maxBytes(), refusesUnknown, unknownFields::add),
        textsMayBeDocuments,
        plain,
        refusesUnknown,
        events,
        unknownFields,
        rows);
  }

  private static ContractSchema.Writing writing(KeyValues keys) {
    return new ContractSchema.Writing(
        keys.text(DECIMALS).equals(BASE64),
        switch (keys.text(TIMES)) {
          case "millis" -> Encoding.TIME_MILLIS;
          case "nanos" -> Encoding.TIME_NANOS;
          default -> Encoding.TIME_MICROS;
        });
  }

  private static EnvelopeReader reader(Contract contract, Schemas schemas, Target target) {
    KeyValues keys = contract.format().keys();
    boolean isAvro = keys.text(VALUES).equals(AVRO);
    String framing = keys.text(FRAMING);
    Framing.Kind kind =
        framing.equals(AUTO)
            ? isAvro ? Framing.Kind.CONFLUENT : Framing.Kind.NONE
            : Framing.Kind.valueOf(framing.toUpperCase(Locale.ROOT));
    String schema = keys.text(SCHEMA);
    if (!isAvro) {
      if (!schema.isEmpty()) {
        throw new ContractException(
            "format",
            "format debezium has a schema, which is for values: avro alone: leave it out");
      }
      return new JsonEnvelopes(kind, contract.maxBytes(), target);
    }
    AvroEnvelopes envelopes = new AvroEnvelopes(contract, kind, schemas, target);
    if (kind == Framing.Kind.NONE) {
      if (schema.isEmpty()) {
        throw new ContractException(
            "format",
            "format debezium with values: avro and framing: none needs the schema of the envelopes:"
                + " write schema: {file: orders.avsc}");
      }
      envelopes.useAlways(schema);
    } else if (!schema.isEmpty()) {
      throw new ContractException(
          "format",
          "format debezium has a schema, but with a frame each record names its own: leave schema"
              + " out, or write framing: none");
    }
    return envelopes;
  }
}
