package io.sluice.jsonschema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaException;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.SpecVersionDetector;
import com.networknt.schema.ValidationMessage;
import io.sluice.convert.JsonFault;
import io.sluice.convert.Rejection;
import io.sluice.deadletter.Reason;
import io.sluice.schema.RegisteredSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** A schema that documents are held against. For one thread. */
final class CompiledSchema {
  private static final int MOST_CHARACTERS = 1 << 22;
  private static final int LONGEST_MESSAGE = 300;

  /** Which draft a schema is of that does not say it. */
  private static final VersionFlag DEFAULT = VersionFlag.V202012;

  private static final ObjectReader SCHEMAS =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build()
          .reader()
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  /** The schemas of schemas, which no document of ours reaches. */
  private static final Map<VersionFlag, JsonSchema> OF_SCHEMAS = new ConcurrentHashMap<>();

  private final JsonSchema schema;
  private final String what;
  private final Budget budget;

  /**
   * Compiles a schema as a registry has it.
   *
   * @param what the schema, as messages call it
   * @param budget whoever validates begins it with each record
   * @throws Rejection where it is no JSON Schema, {@link Reason#UNUSABLE_SCHEMA}
   */
  CompiledSchema(RegisteredSchema registered, String what, Budget budget) throws Rejection {
    this.what = what;
    this.budget = budget;
    if (!registered.type().equals(RegisteredSchema.JSON)) {
      throw unusable("it is of type " + registered.type() + ", not " + RegisteredSchema.JSON);
    }
    JsonNode text = parse(registered.text(), "it");
    List<JsonNode> references = new ArrayList<>();
    for (RegisteredSchema.Reference reference : registered.references()) {
      references.add(parse(reference.text(), "its reference " + reference.name()));
    }
    try {
      requireSchema(text);
      References loader = new References(text, registered.references(), references);
      JsonSchemaFactory factory =
          JsonSchemaFactory.getInstance(
              DEFAULT, builder -> builder.schemaLoaders(loaders -> loaders.add(loader)));
      schema = factory.getSchema(SchemaLocation.of(References.BASE), text, settings(budget));
      schema.initializeValidators();
    } catch (RuntimeException | StackOverflowError e) {
      // The library throws what its own code comes upon in a text that is no schema.
      throw unusable(cause(e));
    }
  }

  private static SchemaValidatorsConfig settings(Budget budget) {
    return SchemaValidatorsConfig.builder()
        .pathType(PathType.JSON_POINTER)
        .locale(Locale.ENGLISH)
        .formatAssertionsEnabled(false)
        // 1.0 is a whole number in each draft, as it is to a column.
        .losslessNarrowing(true)
        .regularExpressionFactory(pattern -> new BoundedPattern(pattern, budget))
        .build();
  }

  private JsonNode parse(String text, String part) throws Rejection {
    if (text.length() > MOST_CHARACTERS) {
      throw unusable(part + " has more than " + MOST_CHARACTERS + " characters");
    }
    JsonNode node;
    try {
      node = SCHEMAS.readTree(text);
    } catch (JsonProcessingException e) {
      throw unusable(part + " is no JSON: " + shortened(JsonFault.ofText(text, e)));
    } catch (NumberFormatException e) {
      throw unusable(part + " has a number that is too great to be read");
    }
    if (!node.isObject() && !node.isBoolean()) {
      throw unusable(part + " is no schema: it is neither an object nor true or false");
    }
    return node;
  }

  /** A word that a draft does not know is none of its business, one that it misspells is. */
  private void requireSchema(JsonNode text) throws Rejection {
    VersionFlag draft =
        text.has("$schema")
            ? SpecVersionDetector.detectOptionalVersion(text, false).orElse(null)
            : DEFAULT;
    if (draft == null) {
      throw unusable(
          "its $schema is "
              + shortened(text.path("$schema").toString())
              + ", and known are drafts 4, 6, 7, 2019-09 and 2020-12");
    }
    JsonSchema ofSchemas = OF_SCHEMAS.computeIfAbsent(draft, CompiledSchema::ofSchemas);
    Set<ValidationMessage> violations = ofSchemas.validate(text);
    if (!violations.isEmpty()) {
      ValidationMessage first = Paths.first(text, violations);
      throw unusable(
          "it is no schema of "
              + draft.getId()
              + ": at "
              + (first.getInstanceLocation().getNameCount() == 0
                  ? "its root"
                  : first.getInstanceLocation().toString())
              + " "
              + shortened(first.getError()));
    }
  }

  private static JsonSchema ofSchemas(VersionFlag draft) {
    JsonSchema schema =
        JsonSchemaFactory.getInstance(draft)
            .getSchema(
                SchemaLocation.of(draft.getId()),
                SchemaValidatorsConfig.builder()
                    .pathType(PathType.JSON_POINTER)
                    .locale(Locale.ENGLISH)
                    .formatAssertionsEnabled(false)
                    .build());
    schema.initializeValidators();
    return schema;
  }

  private static String cause(Throwable e) {
    if (e instanceof StackOverflowError) {
      return "it refers to itself without an end";
    }
    for (Throwable at = e; at != null; at = at.getCause()) {
      if (at instanceof References.UnknownReferenceException) {
        return String.valueOf(at.getMessage());
      }
      if (at instanceof PatternSyntaxException pattern) {
        return "its pattern "
            + shortened(pattern.getPattern())
            + " is none that Java knows: "
            + pattern.getDescription();
      }
    }
    return shortened(
        String.valueOf(e.getMessage()).replace(References.BASE, "").replaceFirst("^[: ]+", ""));
  }

  private Rejection unusable(String why) {
    return new Rejection(
        Reason.UNUSABLE_SCHEMA,
        "",
        what + " cannot be used: " + why.replaceAll("\\s*\\R\\s*", " "));
  }

  /**
   * Holds a document against the schema.
   *
   * @param bytes how long it is
   * @throws Rejection where the schema does not allow it: with the first violation in the order of
   *     the document
   */
  void validate(JsonNode document, int bytes) throws Rejection {
    budget.begin(bytes);
    Set<ValidationMessage> violations;
    try {
      violations = schema.validate(document);
    } catch (Budget.ExhaustedException e) {
      throw new Rejection(Reason.SCHEMA_VIOLATION, "", String.valueOf(e.getMessage()));
    } catch (JsonSchemaException | StackOverflowError e) {
      // What it refers to is looked up before, but for what only a document leads to.
      throw unusable(cause(e));
    }
    if (!violations.isEmpty()) {
      ValidationMessage first = Paths.first(document, violations);
      throw new Rejection(
          Reason.SCHEMA_VIOLATION,
          Paths.of(first.getInstanceLocation()),
          shortened(first.getError())
              + " ("
              + References.shown(first.getSchemaLocation().toString())
              + ")");
    }
  }

  private static String shortened(@Nullable String text) {
    String any = String.valueOf(text);
    return any.length() <= LONGEST_MESSAGE ? any : any.substring(0, LONGEST_MESSAGE) + "…";
  }
}
