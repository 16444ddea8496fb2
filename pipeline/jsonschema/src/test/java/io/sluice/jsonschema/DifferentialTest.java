package io.sluice.jsonschema;

import static io.sluice.jsonschema.TestSchemas.contract;
import static io.sluice.jsonschema.TestSchemas.decode;
import static io.sluice.jsonschema.TestSchemas.decoder;
import static io.sluice.jsonschema.TestSchemas.framed;
import static io.sluice.jsonschema.TestSchemas.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.sluice.contract.Contract;
import io.sluice.decode.Outcome;
import io.sluice.decode.RecordFormat;
import io.sluice.decode.ValueDecoder;
import io.sluice.schema.Schemas;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Random schemas and documents: one that the format JSON takes has the same row, if the library by
 * itself finds nothing wrong with it, and is rejected else.
 */
class DifferentialTest {
  private static final int SEEDS = Integer.getInteger("sluice.seeds", 300);
  private static final int DOCUMENTS = 30;
  private static final String[] NAMES = {"a", "b", "c", "n"};
  private static final String[] TYPES = {
    "string", "integer", "number", "boolean", "null", "object", "array"
  };

  private SplittableRandom random = new SplittableRandom(0);

  private String any(String... of) {
    return of[random.nextInt(of.length)];
  }

  private String schema(int depth) {
    List<String> words = new ArrayList<>();
    if (random.nextInt(3) > 0) {
      words.add(
          "\"type\":"
              + (random.nextBoolean()
                  ? "\"" + any(TYPES) + "\""
                  : "[\""
                      + any("string", "object")
                      + "\",\""
                      + any("integer", "null", "array")
                      + "\"]"));
    }
    for (int n = random.nextInt(3); n > 0; n--) {
      words.add(
          switch (random.nextInt(depth > 0 ? 12 : 7)) {
            case 0 -> "\"minimum\":" + random.nextInt(-2, 3);
            case 1 -> "\"maxLength\":" + random.nextInt(3);
            case 2 -> "\"pattern\":\"^[" + any("a-c", "0-9", "é") + "]*$\"";
            case 3 -> "\"enum\":[" + value(1) + "," + value(0) + "]";
            case 4 -> "\"required\":[\"" + any(NAMES) + "\"]";
            case 5 -> "\"multipleOf\":" + any("2", "0.5");
            case 6 -> "\"minItems\":" + random.nextInt(3);
            case 7 -> "\"properties\":{\"" + any(NAMES) + "\":" + schema(depth - 1) + "}";
            case 8 -> "\"items\":" + schema(depth - 1);
            case 9 -> "\"additionalProperties\":" + any("true", schema(depth - 1));
            case 10 ->
                "\""
                    + any("anyOf", "oneOf", "allOf")
                    + "\":["
                    + schema(depth - 1)
                    + ","
                    + schema(depth - 1)
                    + "]";
            default -> "\"" + any("not", "if") + "\":" + schema(depth - 1);
          });
    }
    Map<String, String> byKeyword = new HashMap<>();
    words.forEach(word -> byKeyword.put(word.substring(0, word.indexOf(':')), word));
    return "{" + String.join(",", byKeyword.values()) + "}";
  }

  private String value(int depth) {
    return switch (random.nextInt(depth > 0 ? 9 : 7)) {
      case 0 -> "null";
      case 1 -> any("true", "false");
      case 2 -> any("0", "1", "-2", "3", "12345678901234567890");
      case 3 -> any("0.5", "1.0", "1e2", "2.25", "-0.1");
      case 4, 5, 6 -> "\"" + any("", "a", "é", "abc", "7", "2026-01-02T03:04:05Z") + "\"";
      case 7 -> "[" + value(depth - 1) + "," + value(depth - 1) + "]";
      default -> object("", depth - 1);
    };
  }

  private String object(String first, int depth) {
    StringBuilder object = new StringBuilder("{").append(first);
    for (String name : NAMES) {
      if (random.nextInt(3) > 0) {
        object.append(object.length() == 1 ? "" : ",");
        object.append('"').append(name).append("\":").append(value(depth));
      }
    }
    return object.append('}').toString();
  }

  @Test
  void aDocumentIsTakenWhereBothTakeIt() throws IOException {
    Contract contract = contract("json_schema", "name: a, type: string", "name: n, type: json");
    Contract json = contract("json", "name: a, type: string", "name: n, type: json");
    int taken = 0;
    int refused = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      random = new SplittableRandom(seed);
      String schema = schema(3);
      JsonSchema library =
          JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schema);
      ValueDecoder decoder = decoder(contract, new TestSchemas.Registry().with(1, schema));
      ValueDecoder plain =
          RecordFormat.of(json).decoder(json, Schemas.NONE, new TestSchemas.Events());
      for (int i = 0; i < DOCUMENTS; i++) {
        String document = object(TestSchemas.AT, 2);
        String what = "seed " + seed + ": " + schema + " of " + document;
        Outcome outcome = decode(decoder, framed(1, document));
        Outcome expected = decode(plain, document.getBytes(UTF_8));
        if (expected instanceof Outcome.Rejected
            || library.validate(new ObjectMapper().readTree(document)).isEmpty()) {
          assertEquals(text(json, expected), text(contract, outcome), what);
          taken++;
        } else {
          assertTrue(text(contract, outcome).startsWith("SCHEMA_VIOLATION "), what);
          refused++;
        }
      }
    }
    assertTrue(taken > SEEDS && refused > SEEDS, taken + " taken, " + refused + " refused");
  }
}
