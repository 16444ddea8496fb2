package io.sluice.avro;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.management.ThreadMXBean;
import io.sluice.contract.Contract;
import io.sluice.convert.Converter;
import io.sluice.convert.Elements;
import io.sluice.convert.Field;
import io.sluice.convert.Fields;
import io.sluice.convert.Rejection;
import io.sluice.convert.RowConverter;
import io.sluice.deadletter.Reason;
import io.sluice.decode.Outcome;
import io.sluice.decode.ValueDecoder;
import io.sluice.infer.DraftRequest;
import io.sluice.infer.GivenSchema;
import io.sluice.infer.SchemaContract;
import io.sluice.schema.Framing;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.Schemas;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Schemas, data and contracts of thousands of seeds: what becomes of the bytes is what becomes of
 * the datum that Avro's own reader makes of them. A seed that fails is named, and {@code
 * -Dsluice.seed=N} repeats it.
 */
@Tag("slow")
class AvroDifferentialTest {
  /** {@code -Dsluice.seeds=N} for more, as each night. */
  private static final int SEEDS = Integer.getInteger("sluice.seeds", 1_500);

  private interface Trial {
    void of(long seed) throws Exception;
  }

  private static void eachSeed(int seeds, Trial trial) {
    Long one = Long.getLong("sluice.seed");
    for (long seed = one == null ? 1 : one; seed <= (one == null ? seeds : one); seed++) {
      try {
        trial.of(seed);
      } catch (Exception | AssertionError | StackOverflowError e) {
        throw new AssertionError("seed " + seed + ": -Dsluice.seed=" + seed, e);
      }
    }
  }

  private static Contract contract(RandomAvro random, Schema schema) {
    boolean refuses = random.random().nextInt(8) == 0;
    return TestAvro.contract(
        refuses ? "unknown_fields: dead_letter" : "",
        random.columns(schema).toArray(String[]::new));
  }

  @Test
  void whatBecomesOfTheBytesIsWhatBecomesOfTheDatum() {
    int[] accepted = {0, 0};
    eachSeed(
        SEEDS,
        seed -> {
          RandomAvro random = new RandomAvro(seed);
          Schema schema = random.document();
          Contract contract = contract(random, schema);
          TestAvro.Registry registry = new TestAvro.Registry().with(5, schema.toString());
          TestAvro.Events events = new TestAvro.Events();
          ValueDecoder decoder = new AvroFormat().decoder(contract, registry, events);
          for (int i = 0; i < 4; i++) {
            Object datum = random.datum(schema);
            byte[] bytes =
                i % 2 == 0
                    ? TestAvro.encode(schema, datum)
                    : TestAvro.encodeInBlocks(schema, datum);
            Reference reference = new Reference(contract);
            String expected = shortened(contract, reference.decode(schema, bytes));
            events.unknown.clear();
            Outcome outcome = TestAvro.decode(decoder, TestAvro.framed(5, bytes));
            assertEquals(expected, shortened(contract, outcome), () -> schema + "\n" + contract);
            if (outcome instanceof Outcome.Accepted) {
              assertEquals(
                  reference.unknown.stream().distinct().sorted().toList(),
                  events.unknown.stream().distinct().sorted().toList());
              accepted[0]++;
            } else {
              accepted[1]++;
            }
          }
        });
    if (Long.getLong("sluice.seed") == null) {
      assertTrue(accepted[0] > SEEDS && accepted[1] > SEEDS / 4, accepted[0] + " " + accepted[1]);
    }
  }

  /** Each datum of what it means is a row of a contract that is drafted from its schema. */
  @Test
  void aContractThatIsDraftedFromASchemaTakesItsRecords() {
    int[] columns = {0};
    eachSeed(
        SEEDS / 2,
        seed -> {
          RandomAvro random = new RandomAvro(seed).inRange();
          Schema schema = random.document();
          SchemaContract draft =
              SchemaContract.of(
                  new GivenSchema(
                      "--subject=s",
                      "the newest schema of subject s",
                      "s",
                      new RegisteredSchema(RegisteredSchema.AVRO, schema.toString(), List.of()),
                      Framing.Kind.CONFLUENT,
                      null),
                  DraftRequest.OF_SAMPLE,
                  null,
                  null,
                  Schemas.NONE);
          Contract contract = draft.contract();
          columns[0] += contract.columns().size();
          assertEquals("avro", draft.format());
          ValueDecoder decoder =
              new AvroFormat()
                  .decoder(
                      contract,
                      new TestAvro.Registry().with(5, schema.toString()),
                      new TestAvro.Events());
          for (int i = 0; i < 3; i++) {
            byte[] bytes = TestAvro.encode(schema, random.datum(schema));
            Outcome outcome = TestAvro.decode(decoder, TestAvro.framed(5, bytes));
            assertInstanceOf(
                Outcome.Accepted.class, outcome, () -> schema + "\n" + draft.yaml() + outcome);
            assertEquals(
                TestAvro.text(contract, new Reference(contract).decode(schema, bytes)),
                TestAvro.text(contract, outcome),
                () -> schema + "\n" + draft.yaml());
          }
        });
    assertTrue(columns[0] > 2 * SEEDS || Long.getLong("sluice.seed") != null, columns[0] + "");
  }

  /** Messages are the decoder's own. */
  private static String shortened(Contract contract, Outcome outcome) {
    return outcome instanceof Outcome.Rejected rejected
        ? rejected.reason() + " " + rejected.path()
        : TestAvro.text(contract, outcome);
  }

  /** The document has the same numbers, texts and names as the datum. */
  @Test
  void theDocumentIsTheDatum() {
    eachSeed(
        SEEDS / 4,
        seed -> {
          RandomAvro random = new RandomAvro(seed);
          Schema schema = random.document();
          Contract contract = TestAvro.contract("");
          TestAvro.Registry registry = new TestAvro.Registry().with(5, schema.toString());
          Object datum = random.datum(schema);
          byte[] value = TestAvro.framed(5, TestAvro.encodeInBlocks(schema, datum));
          JsonNode document = new AvroFormat().document(value, contract, registry).orElseThrow();
          assertEquals(schema.getFields().size(), document.size());
          for (Schema.Field field : schema.getFields()) {
            Object part = ((GenericRecord) datum).get(field.pos());
            if (field.schema().getType() == Schema.Type.STRING) {
              assertEquals(part, document.get(field.name()).textValue());
            } else if (field.schema().getType() == Schema.Type.DOUBLE) {
              assertEquals(part, document.get(field.name()).doubleValue());
            } else if (field.schema().getType() == Schema.Type.LONG
                && field.schema().getLogicalType() == null) {
              assertEquals(part, document.get(field.name()).longValue());
            } else if (part instanceof List<?> list) {
              assertEquals(list.size(), document.get(field.name()).size());
            }
          }
        });
  }

  /** Bits that flip, in data and in schemas: an answer, at no more memory than the bytes' worth. */
  @Test
  void whatIsFlippedIsAnAnswerAndAllocatesNoMoreThanItsBytes() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    eachSeed(
        SEEDS,
        seed -> {
          RandomAvro random = new RandomAvro(seed);
          SplittableRandom flips = new SplittableRandom(seed);
          Schema schema = random.document();
          Contract contract = contract(random, schema);
          byte[] text = schema.toString().getBytes(StandardCharsets.UTF_8);
          flip(text, flips);
          TestAvro.Registry registry =
              new TestAvro.Registry()
                  .with(5, schema.toString())
                  .with(6, new String(text, StandardCharsets.UTF_8));
          ValueDecoder decoder = TestAvro.decoder(contract, registry);
          byte[] good = TestAvro.encodeInBlocks(schema, random.datum(schema));
          TestAvro.decode(decoder, TestAvro.framed(5, good));
          for (int i = 0; i < 20; i++) {
            byte[] value = good.clone();
            for (int n = flips.nextInt(1, 4); n > 0; n--) {
              flip(value, flips);
            }
            byte[] framed = TestAvro.framed(5, value);
            long before = threads.getCurrentThreadAllocatedBytes();
            assertNotNull(TestAvro.decode(decoder, framed));
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertTrue(allocated < 1_000_000 + 1_000L * value.length, () -> allocated + " bytes");
            assertNotNull(new AvroFormat().document(framed, contract, registry));
          }
          assertNotNull(TestAvro.decode(decoder, TestAvro.framed(6, good)));
        });
  }

  private static void flip(byte[] bytes, SplittableRandom random) {
    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
  }

  /** Decodes by Avro's own reader: the whole datum first, then value by value. */
  private static final class Reference {
    private final Contract contract;
    private final RowConverter row;
    final List<String> unknown = new ArrayList<>();

    Reference(Contract contract) {
      this.contract = contract;
      this.row = new RowConverter(contract);
    }

    Outcome decode(Schema schema, byte[] bytes) throws IOException {
      GenericDatumReader<GenericRecord> reader =
          new GenericDatumReader<>(schema, schema, new GenericData());
      GenericRecord datum = reader.read(null, DecoderFactory.get().binaryDecoder(bytes, null));
      try {
        record(datum, row.begin());
        return new Outcome.Accepted(row.finish());
      } catch (Rejection e) {
        return new Outcome.Rejected(e);
      }
    }

    private void record(GenericRecord record, Fields fields) throws Rejection {
      for (Schema.Field field : record.getSchema().getFields()) {
        field(field.name(), field.schema(), record.get(field.pos()), fields);
      }
    }

    private void field(String name, Schema schema, Object value, Fields fields) throws Rejection {
      Field field = fields.field(name);
      try {
        if (field != null) {
          value(schema, value, field.converter());
        } else {
          unknown.add(fields.pathOf(name));
          if (contract.unknownFields() == Contract.UnknownFields.DEAD_LETTER) {
            throw new Rejection(Reason.UNKNOWN_FIELD, "", "unknown");
          }
        }
      } catch (Rejection e) {
        throw e.within(name);
      }
    }

    private void value(Schema schema, Object value, Converter to) throws Rejection {
      String logical = schema.getLogicalType() == null ? "" : schema.getLogicalType().getName();
      switch (schema.getType()) {
        case NULL -> to.nothing();
        case BOOLEAN -> to.flag((Boolean) value);
        case INT, LONG -> number(((Number) value).longValue(), logical, to);
        case FLOAT, DOUBLE -> to.floating(((Number) value).doubleValue());
        case STRING, ENUM -> text(value.toString(), to);
        case BYTES -> bytes(array((ByteBuffer) value), schema, logical, to);
        case FIXED -> bytes(((GenericFixed) value).bytes(), schema, logical, to);
        case UNION ->
            value(schema.getTypes().get(new GenericData().resolveUnion(schema, value)), value, to);
        case ARRAY -> {
          Elements elements = to.list();
          int index = 0;
          for (Object element : (List<?>) value) {
            try {
              value(schema.getElementType(), element, elements.element());
            } catch (Rejection e) {
              throw e.within("[" + index + "]");
            }
            index++;
          }
          elements.end();
        }
        case MAP -> {
          Fields fields = to.object();
          Map<String, Object> sorted = new TreeMap<>();
          ((Map<?, ?>) value).forEach((key, one) -> sorted.put(key.toString(), one));
          for (Map.Entry<String, Object> entry : sorted.entrySet()) {
            field(entry.getKey(), schema.getValueType(), entry.getValue(), fields);
          }
          fields.end();
        }
        case RECORD -> {
          Fields fields = to.object();
          record((GenericRecord) value, fields);
          fields.end();
        }
      }
    }

    private static void number(long value, String logical, Converter to) throws Rejection {
      switch (logical) {
        case "date" -> to.date(value);
        case "time-millis" -> to.time(value * 1_000_000);
        case "time-micros" -> to.time(value * 1_000);
        case "" -> to.integer(value);
        default -> {
          int perSecond =
              logical.endsWith("millis")
                  ? 1_000
                  : logical.endsWith("micros") ? 1_000_000 : 1_000_000_000;
          BigInteger[] parts =
              BigInteger.valueOf(value).divideAndRemainder(BigInteger.valueOf(perSecond));
          long seconds = parts[0].longValue();
          long rest = parts[1].longValue();
          to.instant(
              rest < 0 ? seconds - 1 : seconds,
              (int) ((rest < 0 ? rest + perSecond : rest) * (1_000_000_000 / perSecond)));
        }
      }
    }

    private static void text(String text, Converter to) throws Rejection {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      to.text(utf8, 0, utf8.length);
    }

    private static byte[] array(ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      return bytes;
    }

    private static void bytes(byte[] bytes, Schema schema, String logical, Converter to)
        throws Rejection {
      switch (logical) {
        case "decimal" ->
            to.decimal(
                new BigDecimal(
                    new BigInteger(bytes),
                    ((LogicalTypes.Decimal) schema.getLogicalType()).getScale()));
        case "big-decimal" ->
            to.decimal(
                new org.apache.avro.Conversions.BigDecimalConversion()
                    .fromBytes(ByteBuffer.wrap(bytes), schema, schema.getLogicalType()));
        case "uuid" -> {
          ByteBuffer both = ByteBuffer.wrap(bytes);
          text(new UUID(both.getLong(), both.getLong()).toString(), to);
        }
        default -> to.bytes(bytes, 0, bytes.length);
      }
    }
  }
}
