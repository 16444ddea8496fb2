package io.sluice.debezium;

import io.sluice.convert.Fields;
import io.sluice.decode.DecodeEvents;
import io.sluice.json.JsonReader;
import io.sluice.json.PlainReader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where envelopes go.
 *
 * @param document whose fields are those of the row, and what is said of the change
 * @param schema of envelopes that bring none
 * @param json reads documents, and texts that are some
 * @param textsMayBeDocuments whether a text of a row may be meant as a document of JSON
 * @param plain reads most documents more quickly; null where the document cannot begin anew
 * @param refusesUnknown whether a field of a row that nobody wants makes a dead letter of it
 * @param events told of each such field when a record is done with
 * @param unknownFields those of the record that is read
 * @param rows has the document begin anew
 */
record Target(
    Fields document,
    ValueSchema schema,
    Change change,
    Unavailable unavailable,
    JsonReader json,
    boolean textsMayBeDocuments,
    @Nullable PlainReader plain,
    boolean refusesUnknown,
    DecodeEvents events,
    List<String> unknownFields,
    Runnable rows) {

  /** Where the fields of an envelope of one schema go, the first time and the second. */
  record Envelope(EnvelopeFields first, EnvelopeFields second) {}

  Envelope envelope(ValueSchema schema) {
    Values values = new Values(json, textsMayBeDocuments);
    return new Envelope(
        EnvelopeFields.first(schema, document, change, unavailable, values),
        EnvelopeFields.second(schema, document, change, unavailable, values));
  }

  /** The same of envelopes that bring no schema. */
  Envelope envelope() {
    return envelope(schema);
  }

  /** Begins a record, or the same once more. */
  void begin() {
    rows.run();
    unknownFields.clear();
    change.begin();
    unavailable.begin();
  }

  /** Tells of the fields that nobody wants. */
  void end() {
    unknownFields.forEach(events::unknownField);
    unknownFields.clear();
  }
}
