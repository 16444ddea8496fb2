package io.sluice.debezium;

import io.sluice.convert.Converter;
import io.sluice.convert.Elements;
import io.sluice.convert.Field;
import io.sluice.convert.Fields;
import io.sluice.convert.Forwarding;
import io.sluice.convert.Rejection;
import io.sluice.json.JsonReader;
import io.sluice.record.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts between what a decoder reads and what a contract wants what makes real values of encoded
 * ones. For the schemas of one plan; for the same schema and converter it answers with the same
 * object.
 */
final class Values {
  private final JsonReader json;
  private final boolean textsMayBeDocuments;
  private final Map<ValueSchema, Map<Converter, Converter>> made = new IdentityHashMap<>();

  /**
   * @param json reads texts that are documents
   * @param textsMayBeDocuments see {@link RowSchema}
   */
  Values(JsonReader json, boolean textsMayBeDocuments) {
    this.json = json;
    this.textsMayBeDocuments = textsMayBeDocuments;
  }

  /** The schema of a row, in which texts may be documents. */
  ValueSchema ofRow(ValueSchema schema) {
    return textsMayBeDocuments ? new RowSchema(schema) : schema;
  }

  /** What takes values of a schema, and gives real ones to a converter. */
  Converter decoding(ValueSchema schema, Converter to) {
    Map<Converter, Converter> ofSchema =
        made.computeIfAbsent(schema, one -> new IdentityHashMap<>());
    Converter converter = ofSchema.get(to);
    if (converter == null) {
      converter = make(schema, to);
      ofSchema.put(to, converter);
    }
    return converter;
  }

  private Converter make(ValueSchema schema, Converter to) {
    return switch (schema.encoding()) {
      case PLAIN, TEXT -> to;
      case BYTES -> new Bytes(to);
      case FLOATING -> new Floating(to);
      case OBJECT, LIST -> new Container(schema, to);
      case DECIMAL, VARIABLE_DECIMAL -> new Decimals.Scaled(to, schema.scale());
      case DATE -> counted(to, new Times.Days(to));
      case ISO_DATE -> new Times.Days(to);
      case TIME_MILLIS -> counted(to, new Times.OfDay(to, 1_000_000));
      case TIME_MICROS -> counted(to, new Times.OfDay(to, 1_000));
      case TIME_NANOS, ZONED_TIME -> counted(to, new Times.OfDay(to, 1));
      case TIMESTAMP_MILLIS -> counted(to, new Times.Epoch(to, 1_000));
      case TIMESTAMP_MICROS -> counted(to, new Times.Epoch(to, 1_000_000));
      case TIMESTAMP_NANOS -> counted(to, new Times.Epoch(to, 1_000_000_000));
      case ZONED_TIMESTAMP -> new Times.Zoned(to);
      case JSON -> to.fields() == null && to.elements() == null ? to : new Document(schema, to);
      case SET -> to.elements() == null || to.fields() != null ? to : new Members(to);
    };
  }

  /** Who wants a whole number gets the one that was counted. */
  private static Converter counted(Converter to, Converter decoding) {
    return to.takesWholeNumbers() ? to : decoding;
  }

  private static final class Bytes extends Forwarding {
    Bytes(Converter to) {
      super(to);
    }

    @Override
    public void text(byte[] utf8, int start, int length) throws Rejection {
      byte[] bytes = Decimals.base64(utf8, start, length);
      if (bytes == null) {
        to.text(utf8, start, length);
      } else {
        to.bytes(bytes, 0, bytes.length);
      }
    }
  }

  private static final class Floating extends Forwarding {
    private static final Map<String, Double> WORDS =
        Map.of(
            "NaN", Double.NaN,
            "Infinity", Double.POSITIVE_INFINITY,
            "-Infinity", Double.NEGATIVE_INFINITY);

    Floating(Converter to) {
      super(to);
    }

    @Override
    public void text(byte[] utf8, int start, int length) throws Rejection {
      Double value =
          length > 9 ? null : WORDS.get(new String(utf8, start, length, StandardCharsets.UTF_8));
      if (value == null) {
        to.text(utf8, start, length);
      } else {
        to.floating(value);
      }
    }
  }

  /** An object or a list whose parts have schemas. */
  private class Container extends Forwarding {
    private final @Nullable Fields fields;
    private final @Nullable Elements elements;

    Container(ValueSchema schema, Converter to) {
      super(to);
      Fields inner = to.fields();
      Elements list = to.elements();
      ValueSchema element = schema.element();
      this.fields = inner == null ? null : new SchemaFields(schema, inner);
      this.elements = list == null || element == null ? list : new SchemaElements(element, list);
    }

    @Override
    public final @Nullable Fields fields() {
      return fields;
    }

    @Override
    public final @Nullable Elements elements() {
      return elements;
    }
  }

  /** A text that is a document, for whoever wants an object or a list of it. */
  private final class Document extends Container {
    Document(ValueSchema schema, Converter to) {
      super(schema, to);
    }

    @Override
    public void text(byte[] utf8, int start, int length) throws Rejection {
      byte[] text = Arrays.copyOfRange(utf8, start, start + length);
      if (!Utf8.isValid(text)) {
        to.text(utf8, start, length);
        return;
      }
      json.readValue(text, to);
    }
  }

  /** The members of a set as a list. */
  private static final class Members extends Forwarding {
    Members(Converter to) {
      super(to);
    }

    @Override
    public void text(byte[] utf8, int start, int length) throws Rejection {
      Elements members = to.list();
      int from = start;
      int end = start + length;
      for (int i = start; i <= end; i++) {
        // A set without members is an empty text.
        if ((i == end && length > 0) || (i < end && utf8[i] == ',')) {
          members.element().text(utf8, from, i - from);
          from = i + 1;
        }
      }
      members.end();
    }
  }

  private final class SchemaFields implements Fields {
    private final ValueSchema schema;
    private final Fields to;
    private final Map<String, Field> known = new HashMap<>();

    SchemaFields(ValueSchema schema, Fields to) {
      this.schema = schema;
      this.to = to;
    }

    @Override
    public void begin() {
      to.begin();
    }

    @Override
    public boolean areOfData() {
      return to.areOfData();
    }

    @Override
    public @Nullable Field field(String name) {
      Field field = known.get(name);
      if (field == null) {
        Field wanted = to.field(name);
        ValueSchema of = schema.field(name);
        if (wanted == null || of == null) {
          return wanted;
        }
        field = new SchemaField(of, wanted);
        if (!areOfData()) {
          known.put(name, field);
        }
      }
      return field;
    }

    @Override
    public String pathOf(String name) {
      return to.pathOf(name);
    }

    @Override
    public void end() throws Rejection {
      to.end();
    }
  }

  private final class SchemaField extends Field {
    private final ValueSchema schema;
    private final Field to;

    SchemaField(ValueSchema schema, Field to) {
      super(to.name());
      this.schema = schema;
      this.to = to;
    }

    @Override
    public Converter converter() {
      return decoding(schema, to.converter());
    }
  }

  private final class SchemaElements implements Elements {
    private final ValueSchema schema;
    private final Elements to;

    SchemaElements(ValueSchema schema, Elements to) {
      this.schema = schema;
      this.to = to;
    }

    @Override
    public void begin() {
      to.begin();
    }

    @Override
    public Converter element() {
      return decoding(schema, to.element());
    }

    @Override
    public void end() throws Rejection {
      to.end();
    }
  }
}
