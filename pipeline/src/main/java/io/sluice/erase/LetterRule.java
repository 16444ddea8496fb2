package io.sluice.erase;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.contract.Column;
import io.sluice.contract.ColumnType;
import io.sluice.contract.ContractPath;
import io.sluice.contract.Reading;
import io.sluice.deadletter.DeadLetter;
import io.sluice.lake.Positions;
import io.sluice.replay.JsonDocument;
import io.sluice.source.SourceRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whether a dead letter is of one of the keys. A letter whose record was erased in the lake is.
 * Else the place in its record decides, from which the column is read, where the record is a JSON
 * object that has a value there: as in the lake, where other columns do not count. Where nothing is
 * known of that place, a letter that has none of the keys anywhere in its bytes is of none of them;
 * one that has is undecided, unless bytes are to decide.
 */
final class LetterRule {
  /** What is to become of a letter. */
  enum Verdict {
    ERASE,
    KEEP,
    /** It may be of one of the keys, and nothing decides it. */
    UNDECIDED
  }

  /** The formats whose records are texts, in which a key stands between other characters. */
  private static final Set<String> TEXTS = Set.of("json", "jsonschema", "csv", "string");

  private final Where where;
  private final List<String> steps;
  private final boolean byBytes;
  private final boolean isDebezium;

  /** Whether a key would be found in the bytes of a record, if it were in it. */
  private final boolean isFoundInBytes;

  private final KeyBytes bytes;

  /**
   * @param format of the records, by its name
   * @param byBytes whether a letter that has a key in its bytes is of it, where its place says
   *     nothing
   */
  LetterRule(Where where, String format, boolean byBytes) {
    this.where = where;
    this.byBytes = byBytes;
    this.steps = steps(where);
    this.isDebezium = format.equals("debezium");
    boolean isText = TEXTS.contains(format);
    this.isFoundInBytes = isText || where.type().isText();
    List<byte[]> texts = new ArrayList<>();
    where.inLake().forEach(key -> add(key, texts));
    this.bytes = new KeyBytes(texts, isText);
  }

  /** The way through a record to the value: of the column, and then of the fields of structs. */
  private static List<String> steps(Where where) {
    Column column = where.column();
    List<String> steps = new ArrayList<>(column.path());
    ColumnType type = column.type();
    String rest = where.path();
    String name = column.name();
    while (!rest.equals(name) && type instanceof ColumnType.StructOf struct) {
      rest = rest.substring(name.length() + 1);
      String left = rest;
      ColumnType.Field field =
          struct.fields().stream()
              .filter(one -> left.equals(one.name()) || left.startsWith(one.name() + "."))
              .findFirst()
              .orElseThrow();
      steps.add(field.path());
      name = field.name();
      type = field.type();
    }
    return List.copyOf(steps);
  }

  /** All the ways in which a key stands in records. */
  private static void add(Object key, List<byte[]> texts) {
    String text = KeyType.text(key);
    Set<String> forms = new HashSet<>(List.of(text));
    forms.add(new String(JsonStringEncoder.getInstance().quoteAsString(text)));
    forms.add(escaped(text, "\\u%04x"));
    forms.add(escaped(text, "\\u%04X"));
    if (key instanceof UUID) {
      forms.add(text.toUpperCase(Locale.ROOT));
      forms.add(text.replace("-", ""));
    }
    forms.forEach(form -> texts.add(form.getBytes(StandardCharsets.UTF_8)));
    if (key instanceof UUID uuid) {
      texts.add(
          ByteBuffer.allocate(2 * Long.BYTES)
              .putLong(uuid.getMostSignificantBits())
              .putLong(uuid.getLeastSignificantBits())
              .array());
    }
    if (key instanceof ByteBuffer raw) {
      texts.add(raw.array());
    }
  }

  private static String escaped(String text, String form) {
    StringBuilder escaped = new StringBuilder();
    for (char c : text.toCharArray()) {
      escaped.append(c < 0x80 ? String.valueOf(c) : String.format(Locale.ROOT, form, (int) c));
    }
    return escaped.toString();
  }

  /**
   * Decides.
   *
   * @param erasedInLake positions whose rows were erased
   */
  Verdict of(DeadLetter letter, Positions erasedInLake) {
    SourceRecord record = letter.record();
    if (erasedInLake.contains(record.source(), record.partition(), record.offset())) {
      return Verdict.ERASE;
    }
    Optional<Boolean> place = byPlace(record);
    if (place.isPresent()) {
      return place.get() ? Verdict.ERASE : Verdict.KEEP;
    }
    if (mentions(letter)) {
      return byBytes ? Verdict.ERASE : Verdict.UNDECIDED;
    }
    return record.value() == null || isFoundInBytes ? Verdict.KEEP : Verdict.UNDECIDED;
  }

  /** Whether the value at the column's place is one of the keys; empty where there is none. */
  private Optional<Boolean> byPlace(SourceRecord record) {
    Reading reading = where.column().reading();
    return switch (reading.from()) {
      case VALUE -> inDocument(record.value());
      case KEY -> steps.isEmpty() ? isKey(text(record.key())) : inDocument(record.key());
      case HEADER -> {
        byte[] last = null;
        for (SourceRecord.Header header : record.headers()) {
          last = header.key().equals(reading.name()) ? header.value() : last;
        }
        yield isKey(text(last));
      }
      case TOPIC, PARTITION, OFFSET, RECORD_TIME, ORDINAL, CONSTANT -> Optional.empty();
    };
  }

  private static Optional<String> text(byte @Nullable [] bytes) {
    return bytes == null
        ? Optional.empty()
        : Optional.of(new String(bytes, StandardCharsets.UTF_8));
  }

  private Optional<Boolean> isKey(Optional<String> text) {
    return text.flatMap(one -> where.type().parse(one)).map(where.inLake()::contains);
  }

  private Optional<Boolean> inDocument(byte @Nullable [] document) {
    Optional<ObjectNode> root =
        document == null || steps.isEmpty() ? Optional.empty() : JsonDocument.parse(document);
    Optional<Boolean> decided = Optional.empty();
    for (JsonNode start : root.map(this::starts).orElse(List.of())) {
      Optional<Boolean> here = isKey(JsonDocument.text(at(start)));
      if (here.orElse(false)) {
        return here;
      }
      decided = decided.isPresent() ? decided : here;
    }
    return decided;
  }

  /** Where the way begins: a change has two rows. */
  private List<JsonNode> starts(ObjectNode root) {
    if (!isDebezium) {
      return List.of(root);
    }
    List<JsonNode> starts = new ArrayList<>();
    for (JsonNode envelope : List.of(root, root.path("payload"))) {
      starts.add(envelope);
      starts.add(envelope.path("before"));
      starts.add(envelope.path("after"));
    }
    return starts;
  }

  private @Nullable JsonNode at(JsonNode start) {
    JsonNode node = start;
    for (String step : steps) {
      int index = ContractPath.index(step);
      node = index >= 0 && node.isArray() ? node.path(index) : node.path(step);
    }
    return node.isMissingNode() ? null : node;
  }

  private boolean mentions(DeadLetter letter) {
    SourceRecord record = letter.record();
    return bytes.in(record.value())
        || bytes.in(record.key())
        || bytes.in(letter.message().getBytes(StandardCharsets.UTF_8))
        || record.headers().stream().anyMatch(header -> bytes.in(header.value()));
  }
}
