package io.sluice.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.contract.Contract;
import io.sluice.contract.KeySpec;
import io.sluice.decode.DecodeEvents;
import io.sluice.decode.Recognised;
import io.sluice.decode.RecordFormat;
import io.sluice.decode.Sighting;
import io.sluice.decode.ValueDecoder;
import io.sluice.decode.ValueMask;
import io.sluice.schema.Framing;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.Schemas;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** JSON documents (RFC 8259) in UTF-8, one object a record. */
public final class JsonFormat implements RecordFormat {
  private static final ObjectReader DOCUMENTS =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build()
          .reader()
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  @Override
  public String name() {
    return "json";
  }

  @Override
  public List<KeySpec> keys() {
    return List.of();
  }

  @Override
  public ValueDecoder decoder(Contract contract, Schemas schemas, DecodeEvents events) {
    return new JsonDecoder(
        new PlainDecoder(contract, JsonPlan.of(contract)),
        new ExactDecoder(contract, events::unknownField),
        events);
  }

  @Override
  public Optional<Recognised> recognise(Sighting sighting) {
    return sighting.framing() == Framing.Kind.NONE && document(sighting.value()).isPresent()
        ? Optional.of(new Recognised(name(), false))
        : Optional.empty();
  }

  @Override
  public Optional<JsonNode> document(byte[] value, Contract contract, Schemas schemas) {
    return document(value);
  }

  private static Optional<JsonNode> document(byte[] value) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
      JsonNode json = DOCUMENTS.readTree(text);
      return json.isObject() ? Optional.of(json) : Optional.empty();
    } catch (CharacterCodingException | JsonProcessingException | NumberFormatException e) {
      // The last of an exponent that the library has no room for.
      return Optional.empty();
    } catch (IOException e) {
      throw new IllegalStateException("reading a text", e);
    }
  }

  @Override
  public boolean readsAs(String schemaType) {
    return schemaType.equals(RegisteredSchema.JSON);
  }

  @Override
  public Optional<ValueMask> mask(Contract contract) {
    return Optional.of(new JsonMask(contract, JsonFormat::document));
  }

  @Override
  public boolean isJson(Contract contract) {
    return true;
  }
}
