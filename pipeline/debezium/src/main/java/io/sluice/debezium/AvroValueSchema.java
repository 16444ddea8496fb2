package io.sluice.debezium;

import io.sluice.convert.Rejection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A schema of Avro as Kafka Connect's converters make it of their own, which they name in
 * properties. Parts are made when they are asked for: it may be recursive.
 */
final class AvroValueSchema implements ValueSchema {
  private final Schema schema;
  private final Encoding encoding;
  private final int scale;
  private final Map<String, ValueSchema> fields = new HashMap<>();
  private @Nullable ValueSchema inner;

  AvroValueSchema(Schema of) {
    this.schema = withoutNull(of);
    Encoding encoding = encoding(schema);
    int scale = 0;
    try {
      scale = encoding == Encoding.DECIMAL ? scale(schema) : 0;
    } catch (Rejection e) {
      // A decimal without a place for its point is the bytes that it is.
      encoding = Encoding.PLAIN;
    }
    this.encoding = encoding;
    this.scale = scale;
  }

  /** What is there where it is not null; a choice among several has no meaning of its own. */
  private static Schema withoutNull(Schema schema) {
    if (schema.getType() != Schema.Type.UNION) {
      return schema;
    }
    List<Schema> others =
        schema.getTypes().stream().filter(one -> one.getType() != Schema.Type.NULL).toList();
    return others.size() == 1 ? others.get(0) : schema;
  }

  private static Encoding encoding(Schema schema) {
    Encoding otherwise =
        switch (schema.getType()) {
          case STRING, ENUM -> Encoding.TEXT;
          case RECORD, MAP -> Encoding.OBJECT;
          case ARRAY -> Encoding.LIST;
          case BYTES, FIXED -> Encoding.BYTES;
          case NULL, BOOLEAN, INT, LONG, FLOAT, DOUBLE, UNION -> Encoding.PLAIN;
        };
    String name = schema.getProp("connect.name");
    return Encoding.of(
        name == null && schema.getType() == Schema.Type.RECORD ? schema.getFullName() : name,
        otherwise);
  }

  private static int scale(Schema schema) throws Rejection {
    Object own = schema.getObjectProp("scale");
    if (own == null && schema.getObjectProp("connect.parameters") instanceof Map<?, ?> parameters) {
      own = parameters.get("scale");
    }
    return JsonValueSchema.scale(String.valueOf(own));
  }

  @Override
  public Encoding encoding() {
    return encoding;
  }

  @Override
  public int scale() {
    return scale;
  }

  @Override
  public @Nullable ValueSchema field(String name) {
    return switch (schema.getType()) {
      case MAP -> inner(schema.getValueType());
      case RECORD -> {
        Schema.Field field = schema.getField(name);
        yield field == null
            ? null
            : fields.computeIfAbsent(name, ignored -> new AvroValueSchema(field.schema()));
      }
      default -> null;
    };
  }

  @Override
  public @Nullable ValueSchema element() {
    return schema.getType() == Schema.Type.ARRAY ? inner(schema.getElementType()) : null;
  }

  private ValueSchema inner(Schema of) {
    ValueSchema made = inner;
    if (made == null) {
      made = new AvroValueSchema(of);
      inner = made;
    }
    return made;
  }
}
