package io.sluice.infer;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.deadletter.Reason;
import io.sluice.decode.RecordFormat;
import io.sluice.schema.Framing;
import io.sluice.schema.Schemas;
import io.sluice.source.Sample;
import io.sluice.source.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Those of a sample's records that are documents, from which a contract can be drafted. */
final class SampleDocuments {
  /** The defaults of max_bytes and max_depth: a document beyond them is a dead letter. */
  static final int MOST_BYTES = 1 << 20;

  private static final int DEEPEST = 32;

  private final Sample sample;
  private final Contract any;
  private final Schemas schemas;
  private final RecordFormat format;
  private final boolean isAsked;
  private final boolean showsValues;

  /**
   * @param any a contract of the records' format that takes each which can be read
   * @param isAsked whether that format was asked for, and not found by looking at the records
   * @param showsValues whether errors may show what a record has
   */
  SampleDocuments(
      Sample sample, Contract any, Schemas schemas, boolean isAsked, boolean showsValues) {
    this.sample = sample;
    this.any = any;
    this.schemas = schemas;
    this.isAsked = isAsked;
    this.showsValues = showsValues;
    this.format = RecordFormat.of(any);
  }

  /**
   * What the documents have, path by path.
   *
   * @throws UserException where there is no record, or fewer than half of those that could be rows
   *     are documents
   */
  FieldProfile profile() {
    requireRecords(sample);
    FieldProfile root = new FieldProfile();
    List<SourceRecord> others = new ArrayList<>();
    for (SourceRecord record : sample.records()) {
      Optional<JsonNode> document = document(record);
      if (document.isPresent()) {
        root.add(document.get(), record.recordTime());
      } else {
        others.add(record);
      }
    }
    if (root.seen() < others.size()) {
      Decoded decoded = Decoded.of(others, any, schemas, showsValues);
      if (root.seen() < others.size() - decoded.skippedCount()) {
        throw noDocuments(root.seen(), others, decoded);
      }
    }
    if (root.seen() == 0) {
      throw new UserException(
          "topic "
              + sample.topic()
              + ": none of the sampled records is a row: read a larger sample");
    }
    return root;
  }

  /**
   * @throws UserException where there is none
   */
  static void requireRecords(Sample sample) {
    if (sample.records().isEmpty()) {
      throw new UserException(
          sample.end() == Sample.End.TIME
              ? "topic " + sample.topic() + " gave no record in time: check the broker"
              : "topic " + sample.topic() + " has no records: nothing to draft a contract from");
    }
  }

  private Optional<JsonNode> document(SourceRecord record) {
    byte[] value = record.value();
    if (value == null || value.length > MOST_BYTES) {
      return Optional.empty();
    }
    return format.document(value, any, schemas).filter(json -> !isDeeper(json, DEEPEST));
  }

  private static boolean isDeeper(JsonNode json, int than) {
    if (than == 0) {
      return json.isContainerNode();
    }
    for (JsonNode child : json) {
      if (isDeeper(child, than - 1)) {
        return true;
      }
    }
    return false;
  }

  private UserException noDocuments(int documents, List<SourceRecord> others, Decoded decoded) {
    Map<String, Integer> reasons = decoded.rejected();
    SourceRecord first = others.get(0);
    String why =
        String.join(
            "; ", Decoded.of(List.of(first), any, schemas, showsValues).examples().values());
    return new UserException(
        "topic "
            + sample.topic()
            + ": "
            + documents
            + " of "
            + sample.records().size()
            + " sampled values are "
            + (format.isJson(any) ? "JSON objects" : "records of format " + format.name())
            + " that Sluice accepts; "
            // Where no field is looked at, a value may be accepted that is not of the format.
            + (reasons.isEmpty() ? "the others cannot be read so" : "of the others " + reasons)
            + "; "
            + (why.isEmpty() ? "" : why + "; ")
            + (showsValues ? "its value is " + describe(first.value()) + "; " : "")
            + (reasons.containsKey(Reason.TOO_DEEP.name())
                ? "a contract that is written by hand may raise max_depth"
                : isAsked
                    ? "write another --format, or leave it out, and the values are looked at"
                    : "name another topic, or say with --format how its records are written"));
  }

  private static String describe(byte @Nullable [] value) {
    if (value == null) {
      return "null";
    }
    if (value.length > 0 && Framing.Kind.seen(value) != Framing.Kind.NONE) {
      return "one that begins with a schema's id, in the frame of "
          + Framing.Kind.seen(value).text();
    }
    int length = Math.min(value.length, 24);
    boolean text = true;
    for (int i = 0; i < length; i++) {
      text &= value[i] >= 0x20 && value[i] < 0x7f;
    }
    return text
        ? Quoted.json(new String(value, 0, length, StandardCharsets.US_ASCII))
            + (value.length > length ? "…" : "")
        : "the bytes " + HexFormat.ofDelimiter(" ").formatHex(value, 0, length);
  }
}
