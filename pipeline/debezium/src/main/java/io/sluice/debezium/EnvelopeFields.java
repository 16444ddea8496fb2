package io.sluice.debezium;

import io.sluice.convert.Converter;
import io.sluice.convert.Elements;
import io.sluice.convert.Field;
import io.sluice.convert.Fields;
import io.sluice.convert.Forwarding;
import io.sluice.convert.Ignored;
import io.sluice.convert.Rejection;
import io.sluice.deadletter.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the fields of an envelope go: those of the row to the fields of a document that have their
 * names, all else to {@link Change} and to fields with an underscore before their names.
 *
 * <p>A deleted row is in {@code before}, which stands first, and only what follows says that it was
 * deleted: so such a record is read twice.
 */
final class EnvelopeFields implements Fields {
  static final String BEFORE = "_before";
  static final String SOURCE = "_source";
  static final String TRANSACTION = "_transaction";
  static final String ROW = "_row";
  static final String UNAVAILABLE = "_unavailable";

  /** Fields of {@code source} that have a name of their own in the document. */
  private static final Map<String, String> OF_SOURCE =
      Map.ofEntries(
          Map.entry("lsn", "_lsn"),
          Map.entry("txId", "_tx_id"),
          Map.entry("file", "_binlog_file"),
          Map.entry("pos", "_binlog_pos"),
          Map.entry("row", "_binlog_row"),
          Map.entry("gtid", "_gtid"),
          Map.entry("db", "_db"),
          Map.entry("schema", "_schema"),
          Map.entry("table", "_table"),
          Map.entry("snapshot", "_snapshot"));

  /** Names of the document that are not those of a row's fields. */
  private static final Set<String> RESERVED =
      Stream.concat(
              OF_SOURCE.values().stream(),
              Stream.of("_op", "_ts", "_source_ts", BEFORE, SOURCE, TRANSACTION, ROW, UNAVAILABLE))
          .collect(Collectors.toUnmodifiableSet());

  /** Of a part that a schema does not have. */
  private static final ValueSchema UNKNOWN = () -> Encoding.PLAIN;

  private final Map<String, Field> known = new HashMap<>();
  private final Change change;

  private EnvelopeFields(Change change) {
    this.change = change;
  }

  /** The document's name of a field of {@code source}; null where it has none of its own. */
  static @Nullable String ofSource(String name) {
    return OF_SOURCE.get(name);
  }

  static Set<String> reserved() {
    return RESERVED;
  }

  static boolean isReserved(String name) {
    return RESERVED.contains(name);
  }

  /** Whether a name is of what each change says of itself, a truncate too. */
  static boolean isOfChange(String name) {
    return isReserved(name) && !name.equals(BEFORE) && !name.equals(ROW);
  }

  /**
   * For the first reading: all but the row of a delete.
   *
   * @param schema of the envelope
   */
  static EnvelopeFields first(
      ValueSchema schema, Fields document, Change change, Unavailable unavailable, Values values) {
    EnvelopeFields fields = new EnvelopeFields(change);
    fields.put(
        "after",
        new Into(
            new RowFields(
                part(schema, "after", values), document, change.after, unavailable, values),
            NOT_AN_OBJECT));
    Field before = document.field(BEFORE);
    fields.put(
        "before",
        before == null
            ? new Into(change.another.fields(), NOT_AN_OBJECT)
            : new Part(values.decoding(whole(schema, values), before.converter()), change.another));
    Field source = document.field(SOURCE);
    Converter whole = source == null ? Ignored.INSTANCE : source.converter();
    fields.put("source", new Into(new SourceFields(document, whole, change), whole));
    Field transaction = document.field(TRANSACTION);
    if (transaction != null) {
      fields.put("transaction", new Part(transaction.converter(), change.another));
    }
    return fields;
  }

  /** For the second one, of a delete: its row alone. */
  static EnvelopeFields second(
      ValueSchema schema, Fields document, Change change, Unavailable unavailable, Values values) {
    EnvelopeFields fields = new EnvelopeFields(change);
    fields.put(
        "before",
        new Into(
            new RowFields(
                part(schema, "before", values), document, change.before, unavailable, values),
            NOT_AN_OBJECT));
    return fields;
  }

  private void put(String name, Converter converter) {
    known.put(name, Field.of(name, converter));
  }

  private static ValueSchema part(ValueSchema schema, String name, Values values) {
    ValueSchema part = schema.field(name);
    return values.ofRow(part == null ? UNKNOWN : part);
  }

  /** Of the row before, where it is wanted beside the row: a contract says by itself what it is. */
  private static ValueSchema whole(ValueSchema schema, Values values) {
    ValueSchema whole = schema.field(BEFORE);
    return part(schema, whole == null ? "before" : BEFORE, values);
  }

  @Override
  public void begin() {}

  @Override
  public Field field(String name) {
    Field field = known.get(name);
    if (field == null) {
      field = change.field(name);
      // Only so many have a meaning; which others there are, is data.
      if (!field.name().isEmpty()) {
        known.put(name, field);
      }
    }
    return field;
  }

  @Override
  public String pathOf(String name) {
    return name;
  }

  @Override
  public void end() {}

  /** An object whose fields go apart. */
  private static final class Into extends Forwarding {
    private final Fields fields;

    /**
     * @param otherwise takes what is no object
     */
    Into(Fields fields, Converter otherwise) {
      super(otherwise);
      this.fields = fields;
    }

    @Override
    public Fields fields() {
      return fields;
    }

    @Override
    public @Nullable Elements elements() {
      return null;
    }
  }

  /** Takes null alone. */
  private static final Converter NOT_AN_OBJECT =
      new Converter(Reason.MALFORMED, "an object") {
        @Override
        public void nothing() {}
      };

  /** Of a row. */
  private static final class RowFields implements Fields {
    private final ValueSchema schema;
    private final Fields document;
    private final Change.Seen row;
    private final @Nullable Fields shadowed;
    private final Unavailable unavailable;
    private final Values values;
    private final Map<String, Field> known = new HashMap<>();

    RowFields(
        ValueSchema schema,
        Fields document,
        Change.Seen row,
        Unavailable unavailable,
        Values values) {
      this.schema = schema;
      this.document = document;
      this.row = row;
      Field shadowed = document.field(ROW);
      this.shadowed = shadowed == null ? null : shadowed.converter().fields();
      this.unavailable = unavailable;
      this.values = values;
    }

    @Override
    public void begin() {
      row.taken();
    }

    @Override
    public @Nullable Field field(String name) {
      Field field = known.get(name);
      if (field == null) {
        Field wanted = isReserved(name) ? shadowed(name) : document.field(name);
        if (wanted == null) {
          return null;
        }
        ValueSchema within = isReserved(name) ? schema.field(ROW) : null;
        field =
            new RowField(
                wanted, (within == null ? schema : within).field(name), unavailable, values);
        known.put(name, field);
      }
      return field;
    }

    private Field shadowed(String name) {
      Field wanted = shadowed == null ? null : shadowed.field(name);
      return wanted == null ? Ignored.FIELD : wanted;
    }

    @Override
    public String pathOf(String name) {
      return document.pathOf(name);
    }

    @Override
    public void end() {}
  }

  private static final class RowField extends Field {
    private final Field to;
    private final @Nullable ValueSchema schema;
    private final Unavailable unavailable;
    private final Values values;
    private @Nullable Converter wanted;
    private Converter converter = Ignored.INSTANCE;

    RowField(Field to, @Nullable ValueSchema schema, Unavailable unavailable, Values values) {
      super(to.name());
      this.to = to;
      this.schema = schema;
      this.unavailable = unavailable;
      this.values = values;
    }

    @Override
    public Converter converter() {
      Converter wanted = to.converter();
      if (wanted != this.wanted) {
        this.wanted = wanted;
        Converter real = schema == null ? wanted : values.decoding(schema, wanted);
        boolean mayBeUnavailable = schema == null || schema.encoding() != Encoding.PLAIN;
        converter = mayBeUnavailable ? unavailable.looked(name(), real) : real;
      }
      return converter;
    }
  }

  /** Of {@code source}: each may be wanted by its own name, within the whole, and as a time. */
  private static final class SourceFields implements Fields {
    private final Fields document;
    private final @Nullable Fields whole;
    private final Change change;
    private final Map<String, Field> known = new HashMap<>();

    SourceFields(Fields document, Converter whole, Change change) {
      this.document = document;
      this.whole = whole == Ignored.INSTANCE ? null : whole.fields();
      this.change = change;
    }

    @Override
    public void begin() {
      change.another.taken();
      if (whole != null) {
        whole.begin();
      }
    }

    @Override
    public boolean areOfData() {
      return whole != null && whole.areOfData();
    }

    @Override
    public Field field(String name) {
      Field field = known.get(name);
      if (field == null) {
        field = of(name);
        if (!areOfData()) {
          known.put(name, field);
        }
      }
      return field;
    }

    private Field of(String name) {
      List<Field> wanted = new ArrayList<>();
      String own = OF_SOURCE.get(name);
      Field byName = own == null ? null : document.field(own);
      if (byName != null) {
        wanted.add(byName);
      }
      long perSecond =
          switch (name) {
            case "ts_ms" -> 1_000;
            case "ts_us" -> 1_000_000;
            case "ts_ns" -> 1_000_000_000;
            default -> 0;
          };
      if (perSecond > 0) {
        wanted.add(Field.of(name, change.sourceTime.of(perSecond)));
      }
      Field within = whole == null ? null : whole.field(name);
      if (within != null) {
        wanted.add(within);
      }
      return switch (wanted.size()) {
        case 0 -> Ignored.FIELD;
        case 1 -> wanted.get(0);
        default -> Field.several(name, wanted);
      };
    }

    @Override
    public String pathOf(String name) {
      return SOURCE + "." + name;
    }

    @Override
    public void end() throws Rejection {
      if (whole != null) {
        whole.end();
      }
    }
  }
}
