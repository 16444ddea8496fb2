package io.sluice.debezium;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.convert.Converter;
import io.sluice.convert.Converters;
import io.sluice.convert.Field;
import io.sluice.convert.Fields;
import io.sluice.convert.Rejection;
import io.sluice.decode.DecodeEvents;
import io.sluice.record.BytesReader;
import io.sluice.record.BytesWriter;
import io.sluice.record.EncodedValues;
import io.sluice.record.RecordBytes;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads envelopes as documents of JSON, which have the fields of the row with real values, and what
 * is said of the change.
 */
final class Documents {
  private static final ObjectReader TREES =
      JsonMapper.builder()
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build()
          .reader()
          .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private static final Set<String> NOT_DRAFTED =
      Set.of(
          EnvelopeFields.BEFORE,
          EnvelopeFields.SOURCE,
          EnvelopeFields.TRANSACTION,
          EnvelopeFields.ROW,
          EnvelopeFields.UNAVAILABLE);

  /** A draft has nobody to tell. */
  static final DecodeEvents NO_EVENTS =
      new DecodeEvents() {
        @Override
        public void unknownField(String path) {}

        @Override
        public void quickWayFailed(Throwable failure) {}
      };

  private Documents() {}

  /**
   * A value as a document; empty where it is none, or no row.
   *
   * @param decoders makes what reads envelopes into fields
   */
  static Optional<JsonNode> read(byte[] value, Function<Fields, EnvelopeDecoder> decoders) {
    BytesWriter encoded = new BytesWriter();
    Converter json = new Converters().toEncoded(Scalar.JSON, encoded, "document");
    try {
      Fields document = new WithoutObjects(json.object());
      if (decoders.apply(document).read(new Value(value)) != null) {
        return Optional.empty();
      }
      document.end();
      BytesReader in = new BytesReader(encoded.array());
      String text = (String) EncodedValues.read(in, Scalar.JSON, Map.of());
      return Optional.of(TREES.readTree(text));
    } catch (Rejection | JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** A document without what says the same again. */
  private record WithoutObjects(Fields to) implements Fields {
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
      return NOT_DRAFTED.contains(name) ? null : to.field(name);
    }

    @Override
    public String pathOf(String name) {
      return name;
    }

    @Override
    public void end() throws Rejection {
      to.end();
    }
  }

  /** A record that is its value. */
  record Value(byte[] array) implements RecordBytes {
    @Override
    public boolean hasValue() {
      return true;
    }

    @Override
    public int valueStart() {
      return 0;
    }

    @Override
    public int valueLength() {
      return array.length;
    }

    @Override
    public byte @Nullable [] key() {
      return null;
    }
  }
}
