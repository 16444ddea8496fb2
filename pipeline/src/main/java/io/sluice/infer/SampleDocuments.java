package io.sluice.infer;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.deadletter.Reason;
import io.sluice.decode.RecordFormat;
import io.sluice.source.Sample;
import io.sluice.source.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Those of a sample's records that are JSON objects, from which a contract can be drafted. */
final class SampleDocuments {
  /** The defaults of max_bytes and max_depth: a document beyond them is a dead letter. */
  private static final int MOST_BYTES = 1 << 20;

  private static final int DEEPEST = 32;

  /** Requires what no document has, so that one without a fault is a MISSING_FIELD. */
  private static final Contract ANY_DOCUMENT =
      ContractParser.parse(
          """
          {table: t, topic: t, event_time: at,
           columns: [{name: at, path: [no document has this name], type: timestamp, required: true}]}
          """,
          "any document");

  private SampleDocuments() {}

  /**
   * What the documents have, path by path.
   *
   * @throws UserException where there is no record, or fewer than half of them are documents
   */
  static FieldProfile profile(Sample sample) {
    FieldProfile root = new FieldProfile();
    for (SourceRecord record : sample.records()) {
      document(record).ifPresent(json -> root.add(json, record.recordTime()));
    }
    List<SourceRecord> records = sample.records();
    if (records.isEmpty()) {
      throw new UserException(
          sample.end() == Sample.End.TIME
              ? "topic " + sample.topic() + " gave no record in time: check the broker"
              : "topic " + sample.topic() + " has no records: nothing to draft a contract from");
    }
    if (root.seen() * 2 < records.size()) {
      throw notJson(sample, root.seen());
    }
    return root;
  }

  private static Optional<JsonNode> document(SourceRecord record) {
    byte[] value = record.value();
    if (value == null || value.length > MOST_BYTES) {
      return Optional.empty();
    }
    return RecordFormat.of(ANY_DOCUMENT)
        .document(value, ANY_DOCUMENT)
        .filter(json -> !isDeeper(json, DEEPEST));
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

  private static UserException notJson(Sample sample, int documents) {
    List<SourceRecord> others =
        sample.records().stream().filter(record -> document(record).isEmpty()).toList();
    SourceRecord first = others.get(0);
    Map<String, Integer> reasons = new TreeMap<>(Decoded.of(others, ANY_DOCUMENT).rejected());
    // What the decoder has no fault to find with has an exponent that no draft can be made from.
    reasons.remove(Reason.MISSING_FIELD.name());
    String why = String.join("; ", Decoded.of(List.of(first), ANY_DOCUMENT).examples().values());
    return new UserException(
        "topic "
            + sample.topic()
            + ": "
            + documents
            + " of "
            + sample.records().size()
            + " sampled values are JSON objects that Sluice accepts; of the others "
            + reasons
            + "; "
            + why
            + "; its value is "
            + describe(first.value())
            + "; "
            + (reasons.containsKey(Reason.TOO_DEEP.name())
                ? "a contract that is written by hand may raise max_depth"
                : "name another topic, or have its producer changed"));
  }

  private static String describe(byte @Nullable [] value) {
    if (value == null) {
      return "null";
    }
    if (value.length > 5 && value[0] == 0 && value[1] == 0) {
      return "of a schema registry's format (Avro or Protobuf), which Sluice does not read";
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
