package io.sluice.avro;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.convert.JsonFault;
import io.sluice.convert.Rejection;
import io.sluice.deadletter.Reason;
import io.sluice.schema.RegisteredSchema;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;

/** Parses schemas, and keeps those that were parsed last. Safe for use by several threads. */
final class AvroSchemas {
  /** The most that a contract's file may have, and more than any schema that people wrote. */
  static final int MOST_CHARACTERS = 1 << 20;

  private static final int MOST_KEPT = 100;

  private final Map<RegisteredSchema, Schema> kept =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<RegisteredSchema, Schema> eldest) {
          return size() > MOST_KEPT;
        }
      };

  /** The schema of a text, parsed once while it is kept. */
  synchronized Schema get(RegisteredSchema registered) throws Rejection {
    Schema schema = kept.get(registered);
    if (schema == null) {
      schema = parse(registered, "the schema");
      kept.put(registered, schema);
    }
    return schema;
  }

  /**
   * A schema as a registry has it.
   *
   * @param what the schema, as messages call it
   * @throws Rejection where it is no schema of Avro, {@link Reason#UNUSABLE_SCHEMA}
   */
  static Schema parse(RegisteredSchema registered, String what) throws Rejection {
    if (!registered.type().equals(RegisteredSchema.AVRO)) {
      throw unusable(what, "it is of type " + registered.type() + ", not " + RegisteredSchema.AVRO);
    }
    // Records are read by a schema that wrote them, whatever its names and defaults are.
    Schema.Parser parser = new Schema.Parser(NameValidator.NO_VALIDATION);
    parser.setValidateDefaults(false);
    for (RegisteredSchema.Reference reference : registered.references()) {
      parse(parser, reference.text(), what, "its reference " + reference.name());
    }
    return parse(parser, registered.text(), what, "it");
  }

  private static Schema parse(Schema.Parser parser, String text, String what, String part)
      throws Rejection {
    if (text.length() > MOST_CHARACTERS) {
      throw unusable(what, part + " has more than " + MOST_CHARACTERS + " characters");
    }
    try {
      return parser.parse(text);
    } catch (RuntimeException | StackOverflowError e) {
      // The library throws what its own code comes upon in a text that is no schema.
      throw unusable(what, part + " is no schema of Avro" + why(e, text));
    }
  }

  /** Of the library's words those that say more than how it is made. */
  private static String why(Throwable e, String text) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      if (at instanceof JsonProcessingException json) {
        return ": it is no JSON: " + JsonFault.ofText(text, json);
      }
    }
    if (e instanceof StackOverflowError) {
      return ": it is nested too deep";
    }
    return e instanceof AvroRuntimeException && e.getMessage() != null
        ? ": " + e.getMessage().replaceFirst("^(?:\\w+\\.)+\\w+(?:Exception|Error): ", "")
        : ": a part of it has not the form that Avro asks for";
  }

  static Rejection unusable(String what, String why) {
    return new Rejection(Reason.UNUSABLE_SCHEMA, "", what + " cannot be used: " + why);
  }
}
