package io.sluice.avro;

import io.sluice.convert.Rejection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Makes the {@link Skipper}s of a writer's schema. A record's own are made when one is first met,
 * so a schema may be as deep as it likes, and recursive; how deep a value is, is bounded as it is
 * read.
 */
final class Skippers {
  private static final Skipper NOTHING = (in, depth) -> {};

  /** No contract lets a value be deeper. */
  private static final int DEEPEST = 500;

  private final Map<String, RecordSkipper> records = new HashMap<>();
  private final Map<String, Boolean> withoutBytes = new HashMap<>();

  Skipper of(Schema schema) {
    if (isWithoutBytes(schema)) {
      return NOTHING;
    }
    return switch (schema.getType()) {
      case NULL -> NOTHING;
      case BOOLEAN -> (in, depth) -> in.readBoolean();
      case INT -> (in, depth) -> in.readInt();
      case LONG -> (in, depth) -> in.readLong();
      case FLOAT -> (in, depth) -> in.skip(Float.BYTES);
      case DOUBLE -> (in, depth) -> in.skip(Double.BYTES);
      case STRING, BYTES -> (in, depth) -> in.skip(in.readLength());
      case FIXED -> {
        int size = schema.getFixedSize();
        yield (in, depth) -> in.skip(size);
      }
      case ENUM -> {
        int symbols = schema.getEnumSymbols().size();
        yield (in, depth) -> in.readIndex(symbols, "symbols");
      }
      case ARRAY -> blocks(isWithoutBytes(schema.getElementType()), of(schema.getElementType()));
      case MAP -> {
        Skipper value = of(schema.getValueType());
        yield blocks(
            false,
            (in, depth) -> {
              in.skip(in.readLength());
              value.skip(in, depth);
            });
      }
      case UNION -> union(schema);
      case RECORD ->
          records.computeIfAbsent(schema.getFullName(), name -> new RecordSkipper(schema));
    };
  }

  private static Skipper blocks(boolean isWithoutBytes, Skipper element) {
    return (in, depth) -> {
      in.requireDepth(depth + 1);
      in.new Block(isWithoutBytes).skipAll(element, depth + 1);
    };
  }

  private Skipper union(Schema schema) {
    Skipper[] branches = schema.getTypes().stream().map(this::of).toArray(Skipper[]::new);
    return (in, depth) ->
        branches[in.readIndex(branches.length, "branches of a union")].skip(in, depth);
  }

  private final class RecordSkipper implements Skipper {
    private final Schema schema;
    private @Nullable List<Schema.Field> fields;
    private @Nullable List<Skipper> skippers;

    RecordSkipper(Schema schema) {
      this.schema = schema;
    }

    @Override
    public void skip(AvroBytes in, int depth) throws Rejection {
      in.requireDepth(depth + 1);
      List<Schema.Field> fields = this.fields;
      List<Skipper> skippers = this.skippers;
      if (fields == null || skippers == null) {
        fields = new ArrayList<>();
        skippers = new ArrayList<>();
        for (Schema.Field field : schema.getFields()) {
          // Those would cost time and no byte, however many there are.
          if (!isWithoutBytes(field.schema())) {
            fields.add(field);
            skippers.add(of(field.schema()));
          }
        }
        this.fields = fields;
        this.skippers = skippers;
      }
      for (int i = 0; i < skippers.size(); i++) {
        try {
          skippers.get(i).skip(in, depth + 1);
        } catch (Rejection e) {
          throw e.within(fields.get(i).name());
        }
      }
    }
  }

  /** Whether values of a schema have no byte at all: null, and what is made of it. */
  boolean isWithoutBytes(Schema schema) {
    return isWithoutBytes(schema, 0);
  }

  private boolean isWithoutBytes(Schema schema, int depth) {
    return switch (schema.getType()) {
      case NULL -> true;
      case FIXED -> schema.getFixedSize() == 0;
      case RECORD -> {
        String name = schema.getFullName();
        Boolean known = withoutBytes.get(name);
        if (known == null) {
          // One that holds itself has no end, so no value; no matter what is said of it.
          withoutBytes.put(name, false);
          known =
              depth < DEEPEST
                  && schema.getFields().stream()
                      .allMatch(field -> isWithoutBytes(field.schema(), depth + 1));
          withoutBytes.put(name, known);
        }
        yield known;
      }
      case BOOLEAN, INT, LONG, FLOAT, DOUBLE, STRING, BYTES, ENUM, ARRAY, MAP, UNION -> false;
    };
  }
}
