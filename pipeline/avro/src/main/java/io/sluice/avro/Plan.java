package io.sluice.avro;

import io.sluice.convert.Converter;
import io.sluice.convert.Elements;
import io.sluice.convert.Field;
import io.sluice.convert.Fields;
import io.sluice.convert.Rejection;
import io.sluice.deadletter.Reason;
import io.sluice.record.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * How records of one writer's schema become what a contract wants: {@link Reader}s where it wants
 * something, {@link Skipper}s where it does not. Schemas are resolved by the names of the writer's
 * fields, and by nothing else: a contract has no aliases and no defaults.
 *
 * <p>A reader is made when a record first comes to its place, and there is one for each record of
 * the schema and each converter of the contract. So a schema may be recursive: the contract has an
 * end, or takes in one place whatever there is, and how deep a value is, is bounded as it is read.
 */
public final class Plan {
  private final boolean refusesUnknown;
  private final Consumer<String> unknownFields;
  private final Skippers skippers = new Skippers();
  private final Map<Converter, Map<String, RecordReader>> records = new IdentityHashMap<>();
  private final DocumentReader document;

  /** Reads the document, whose fields are known. */
  private interface DocumentReader {
    void read(AvroBytes in, int depth) throws Rejection;
  }

  /**
   * @param what the schema, as messages call it
   * @param refusesUnknown whether a field that the contract does not name is {@link
   *     Reason#UNKNOWN_FIELD}
   * @param unknownFields told of each such field, once for each record that has it
   * @throws Rejection where the schema is not that of a document: {@link Reason#UNUSABLE_SCHEMA}
   */
  public Plan(
      Schema writer,
      String what,
      Fields document,
      boolean refusesUnknown,
      Consumer<String> unknownFields)
      throws Rejection {
    this.refusesUnknown = refusesUnknown;
    this.unknownFields = unknownFields;
    this.document =
        switch (writer.getType()) {
          case RECORD, MAP -> document(writer, document);
          case UNION -> documents(writer, document);
          default ->
              throw AvroSchemas.unusable(what, "it is of " + name(writer) + ", not of a record");
        };
  }

  /** Reads a record; what it holds is then in the converters. */
  public void read(AvroBytes in) throws Rejection {
    document.read(in, 0);
    in.requireEnd();
  }

  private DocumentReader document(Schema schema, Fields fields) {
    return schema.getType() == Schema.Type.RECORD
        ? new RecordReader(schema, fields)
        : new MapReader(schema.getValueType(), fields);
  }

  private DocumentReader documents(Schema union, Fields fields) {
    List<DocumentReader> branches = new ArrayList<>();
    for (Schema branch : union.getTypes()) {
      String name = name(branch);
      branches.add(
          branch.getType() == Schema.Type.RECORD || branch.getType() == Schema.Type.MAP
              ? document(branch, fields)
              : (in, depth) -> {
                throw new Rejection(
                    Reason.NOT_AN_OBJECT, "", "the value is of " + name + ", not of a record");
              });
    }
    return (in, depth) ->
        branches.get(in.readIndex(branches.size(), "branches of a union")).read(in, depth);
  }

  private static String name(Schema schema) {
    return schema.getType().getName().toLowerCase(Locale.ROOT);
  }

  /**
   * @param to what the contract wants in that place
   */
  private Reader reader(Schema schema, Converter to) {
    return switch (schema.getType()) {
      case RECORD -> recordReader(schema, to);
      case MAP -> {
        Fields fields = to.fields();
        yield fields == null ? Plan::refuseObject : new MapReader(schema.getValueType(), fields);
      }
      case ARRAY ->
          to.elements() == null ? Plan::refuseList : new ArrayReader(schema.getElementType());
      case UNION -> new UnionReader(schema.getTypes());
      case NULL, BOOLEAN, INT, LONG, FLOAT, DOUBLE, STRING, BYTES, FIXED, ENUM ->
          Scalars.of(schema);
    };
  }

  private Reader recordReader(Schema schema, Converter to) {
    Fields fields = to.fields();
    if (fields == null) {
      return Plan::refuseObject;
    }
    Map<String, RecordReader> ofPlace = records.computeIfAbsent(to, place -> new HashMap<>());
    return ofPlace.computeIfAbsent(schema.getFullName(), name -> new RecordReader(schema, fields));
  }

  private static void refuseObject(AvroBytes in, Converter to, int depth) throws Rejection {
    to.object();
    throw new IllegalStateException("a converter without fields took an object");
  }

  private static void refuseList(AvroBytes in, Converter to, int depth) throws Rejection {
    to.list();
    throw new IllegalStateException("a converter without elements took a list");
  }

  /** The branch that is there decides. */
  private final class UnionReader implements Reader {
    private final List<Schema> types;
    private final @Nullable Reader[] branches;

    UnionReader(List<Schema> types) {
      this.types = types;
      this.branches = new Reader[types.size()];
    }

    @Override
    public void read(AvroBytes in, Converter to, int depth) throws Rejection {
      int index = in.readIndex(branches.length, "branches of a union");
      Reader branch = branches[index];
      if (branch == null) {
        branch = reader(types.get(index), to);
        branches[index] = branch;
      }
      branch.read(in, to, depth);
    }
  }

  /** A field of the writer's: either somebody wants it, or it is passed. */
  private static final class Step {
    final String name;
    final Schema schema;
    final @Nullable Field field;
    final @Nullable Skipper skipper;
    @Nullable Reader reader;

    Step(Schema.Field of, @Nullable Field field, @Nullable Skipper skipper) {
      this.name = of.name();
      this.schema = of.schema();
      this.field = field;
      this.skipper = skipper;
    }
  }

  private final class RecordReader implements Reader, DocumentReader {
    private final Fields fields;
    private final Step[] steps;
    private final String[] unknown;

    /** The record whose unknown fields were counted last. */
    private long counted;

    RecordReader(Schema schema, Fields fields) {
      this.fields = fields;
      List<Step> steps = new ArrayList<>();
      List<String> unknown = new ArrayList<>();
      for (Schema.Field field : schema.getFields()) {
        Field wanted = fields.field(field.name());
        if (wanted != null) {
          steps.add(new Step(field, wanted, null));
          continue;
        }
        unknown.add(fields.pathOf(field.name()));
        // What has no byte costs nothing to pass, however many there are.
        if (refusesUnknown || !skippers.isWithoutBytes(field.schema())) {
          steps.add(new Step(field, null, skippers.of(field.schema())));
        }
      }
      this.steps = steps.toArray(Step[]::new);
      this.unknown = unknown.toArray(String[]::new);
    }

    @Override
    public void read(AvroBytes in, Converter to, int depth) throws Rejection {
      Fields object = to.object();
      read(in, depth);
      object.end();
    }

    @Override
    public void read(AvroBytes in, int depth) throws Rejection {
      in.requireDepth(depth + 1);
      for (Step step : steps) {
        Field field = step.field;
        Skipper skipper = step.skipper;
        try {
          if (field != null) {
            Converter to = field.converter();
            Reader reader = step.reader;
            if (reader == null) {
              reader = reader(step.schema, to);
              step.reader = reader;
            }
            reader.read(in, to, depth + 1);
          } else if (skipper != null) {
            skipper.skip(in, depth + 1);
            if (refusesUnknown) {
              throw unknown(fields.pathOf(step.name));
            }
          }
        } catch (Rejection e) {
          throw e.within(step.name);
        }
      }
      if (unknown.length > 0 && counted != in.record()) {
        counted = in.record();
        for (String path : unknown) {
          unknownFields.accept(path);
        }
      }
    }
  }

  private Rejection unknown(String path) {
    unknownFields.accept(path);
    return new Rejection(Reason.UNKNOWN_FIELD, "", "the contract does not name this field");
  }

  private final class ArrayReader implements Reader {
    private final Schema schema;
    private final boolean isWithoutBytes;
    private @Nullable Reader element;

    ArrayReader(Schema schema) {
      this.schema = schema;
      this.isWithoutBytes = skippers.isWithoutBytes(schema);
    }

    @Override
    public void read(AvroBytes in, Converter to, int depth) throws Rejection {
      Elements elements = to.list();
      in.requireDepth(depth + 1);
      AvroBytes.Block block = in.new Block(isWithoutBytes);
      int index = 0;
      for (long count = block.next(); count > 0; count = block.next()) {
        for (long i = 0; i < count; i++) {
          try {
            Converter next = elements.element();
            Reader element = this.element;
            if (element == null) {
              element = reader(schema, next);
              this.element = element;
            }
            element.read(in, next, depth + 1);
          } catch (Rejection e) {
            throw e.within("[" + index + "]");
          }
          index++;
        }
      }
      elements.end();
    }
  }

  /** A map is an object whose names are its keys; which these are only records say. */
  private final class MapReader implements Reader, DocumentReader {
    private final Schema values;
    private final Fields fields;
    private final Skipper skipper;
    private final Map<Converter, Reader> readers = new IdentityHashMap<>();

    MapReader(Schema values, Fields fields) {
      this.values = values;
      this.fields = fields;
      this.skipper = skippers.of(values);
    }

    @Override
    public void read(AvroBytes in, Converter to, int depth) throws Rejection {
      Fields object = to.object();
      read(in, depth);
      object.end();
    }

    @Override
    public void read(AvroBytes in, int depth) throws Rejection {
      in.requireDepth(depth + 1);
      Set<String> seen = new HashSet<>();
      AvroBytes.Block block = in.new Block(false);
      for (long count = block.next(); count > 0; count = block.next()) {
        for (long i = 0; i < count; i++) {
          int length = in.readLength();
          int start = in.skip(length);
          if (!Utf8.isValid(in.array(), start, start + length)) {
            throw new Rejection(Reason.NOT_UTF8, "", "a key of the map is not UTF-8");
          }
          String key = new String(in.array(), start, length, StandardCharsets.UTF_8);
          try {
            if (!seen.add(key)) {
              throw new Rejection(
                  Reason.DUPLICATE_KEY, "", "the key '" + key + "' stands twice in one map");
            }
            readEntry(in, key, depth + 1);
          } catch (Rejection e) {
            throw e.within(key);
          }
        }
      }
    }

    private void readEntry(AvroBytes in, String key, int depth) throws Rejection {
      Field field = fields.field(key);
      if (field == null) {
        skipper.skip(in, depth);
        Rejection refused = unknown(fields.pathOf(key));
        if (refusesUnknown) {
          throw refused;
        }
        return;
      }
      Converter to = field.converter();
      Reader reader = readers.get(to);
      if (reader == null) {
        reader = reader(values, to);
        readers.put(to, reader);
      }
      reader.read(in, to, depth);
    }
  }
}
