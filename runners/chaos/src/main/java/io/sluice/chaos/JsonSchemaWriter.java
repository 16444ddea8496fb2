package io.sluice.chaos;

import static io.sluice.chaos.EventWriter.utf8;

import io.sluice.schema.RegisteredSchema;
import java.io.IOException;
import java.util.List;

/**
 * Events as documents of JSON that the schema of the moment allows. From release to release a field
 * comes and goes, and schemas are of another draft.
 */
final class JsonSchemaWriter extends FramedWriter<String> {
  private static final String PLATFORM = "platform";

  private static final String SCHEMA =
      """
      {"$schema": "%1$s", "title": "release %2$d", "type": "object",
       "required": ["timestamp", "n", "user_identifiers"],
       "properties": {
         "timestamp": {"type": "string"},
         "event_name": {"anyOf": [{"type": "null"}, {"type": "string", "minLength": 1}]},
         "n": {"type": "integer", "minimum": 0},
         "user_identifiers": {"$ref": "#/%3$s/user"}},
       "%3$s": {
         "user": {"type": "object", "required": ["id"], "additionalProperties": false,
           "properties": {"id": {"type": "string", "pattern": "^user_[0-9]+$"}%4$s}}}}
      """;

  /** A draft, and where its schemas have what they refer to. */
  private record Draft(String name, String definitions) {}

  private static final List<Draft> DRAFTS =
      List.of(
          new Draft("http://json-schema.org/draft-07/schema#", "definitions"),
          new Draft("https://json-schema.org/draft/2020-12/schema", "$defs"));

  /**
   * Registers the first schema, for which it waits up to a minute.
   *
   * @param registry its address
   */
  JsonSchemaWriter(String registry, String topic) throws IOException, InterruptedException {
    super(registry, topic, RegisteredSchema.JSON, JsonSchemaWriter::release, schema -> schema);
  }

  private static String release(int number) {
    Draft draft = DRAFTS.get(number / 2 % DRAFTS.size());
    boolean hasPlatform = number % 2 == 1;
    return SCHEMA.formatted(
        draft.name(),
        number,
        draft.definitions(),
        hasPlatform ? ", \"" + PLATFORM + "\": {\"enum\": [\"web\", \"app\"]}" : "");
  }

  @Override
  Written body(String schema, Action action) {
    Action kept = kept(action, true, false, schema.contains(PLATFORM));
    return new Written(utf8(JsonWriter.json(kept)), kept);
  }

  /** Of a user that the format JSON takes, and no schema allows. */
  @Override
  public byte[] misfit(Action action) {
    return write(new Action(action.n(), action.time(), action.name(), "nobody", action.platform()))
        .value();
  }

  @Override
  public byte[] ofNumber(String number) {
    return framed(utf8(JsonWriter.jsonOfNumber(number)));
  }
}
