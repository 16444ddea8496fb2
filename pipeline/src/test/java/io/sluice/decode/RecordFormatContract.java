package io.sluice.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.contract.Column;
import io.sluice.contract.ColumnType;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractJson;
import io.sluice.contract.ContractParser;
import io.sluice.contract.KeySpec;
import io.sluice.record.ColumnValues;
import io.sluice.record.RecordBytes;
import io.sluice.record.RowValues;
import io.sluice.schema.Schemas;
import io.sluice.source.RecordBatch;
import io.sluice.source.SourceRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

/**
 * What every {@link RecordFormat} promises. A format's test extends this with its own data, and has
 * to pass; {@code WrongFormatsTest} breaks each promise once.
 */
public abstract class RecordFormatContract {
  private static final long SEED = 14;

  /** A value and what a contract makes of it, by column; null where there is nothing. */
  public record Example(byte[] value, List<Object> row) {
    public static Example of(String value, Object... row) {
      return new Example(value.getBytes(UTF_8), Collections.unmodifiableList(Arrays.asList(row)));
    }
  }

  /** The format. */
  protected abstract RecordFormat format();

  /** A contract of it; one column at least is not required. */
  protected abstract Contract contract();

  /** Values that it accepts: several, and different ones. */
  protected abstract List<Example> good();

  /** Values that it does not accept. */
  protected abstract List<byte[]> bad();

  /** What its records name by ids. */
  protected Schemas schemas() {
    return Schemas.NONE;
  }

  private final DecodeEvents events =
      new DecodeEvents() {
        @Override
        public void unknownField(String path) {}

        @Override
        public void quickWayFailed(Throwable failure) {
          throw new AssertionError("the quick way failed", failure);
        }
      };

  private ValueDecoder decoder() {
    return format().decoder(contract().asRead(), schemas(), events);
  }

  private static SourceRecord record(byte[] value) {
    return new SourceRecord("s", 0, 0, -1, null, value, List.of());
  }

  /** An outcome as a text, by which two of them are compared. */
  private String text(Outcome outcome) {
    if (outcome instanceof Outcome.Accepted accepted) {
      // A row of its own says nothing of a null within a list.
      return String.valueOf(row(accepted.values()).getValues());
    }
    if (outcome instanceof Outcome.Skipped skipped) {
      return "skipped as " + skipped.by();
    }
    Outcome.Rejected rejected = (Outcome.Rejected) outcome;
    return rejected.reason() + " " + rejected.path() + " " + rejected.message();
  }

  private Row row(ColumnValues values) {
    return new RowValues(contract().columns()).row(values, "s", 0, 0, -1);
  }

  private List<byte[]> all() {
    List<byte[]> all = new ArrayList<>();
    good().forEach(example -> all.add(example.value()));
    all.addAll(bad());
    return all;
  }

  @Test
  public void whatIsGoodIsTheRowThatItSays() {
    assertTrue(good().size() > 1, "more than one example");
    ValueDecoder decoder = decoder();
    for (Example example : good()) {
      Outcome outcome = decoder.decode(record(example.value()).bytes());
      Outcome.Accepted accepted =
          assertInstanceOf(Outcome.Accepted.class, outcome, () -> text(outcome));
      assertEquals(contract().asRead().columns(), accepted.values().columns());
      List<Object> values =
          row(accepted.values()).getValues().subList(0, contract().columns().size());
      assertEquals(example.row(), values);
    }
  }

  @Test
  public void whatIsBadIsRejectedWithAReasonAndAMessage() {
    assertFalse(bad().isEmpty());
    ValueDecoder decoder = decoder();
    for (byte[] value : bad()) {
      Outcome outcome = decoder.decode(record(value).bytes());
      Outcome.Rejected rejected =
          assertInstanceOf(
              Outcome.Rejected.class, outcome, () -> new String(value, UTF_8) + " is accepted");
      assertNotNull(rejected.reason());
      assertFalse(rejected.message().isBlank(), rejected.reason() + " says nothing");
    }
  }

  @Test
  public void aTombstoneAndAnEmptyValueAreAnswers() {
    ValueDecoder decoder = decoder();
    assertNotNull(decoder.decode(record(null).bytes()));
    assertNotNull(decoder.decode(record(new byte[0]).bytes()));
  }

  /** Each prefix, bits that flip, and noise: an answer, and no exception. */
  @Test
  public void whateverTheBytesHoldIsAnAnswer() {
    Answers answers = new Answers(decoder(), contract());
    SplittableRandom random = new SplittableRandom(SEED);
    for (byte[] value : all()) {
      for (int length = 0; length < Math.min(value.length, 2_000); length++) {
        answers.require(Arrays.copyOf(value, length));
      }
      for (int i = 0; i < 2_000 && value.length > 0; i++) {
        byte[] changed = value.clone();
        for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
          changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
        }
        answers.require(changed);
      }
    }
    for (int i = 0; i < 5_000; i++) {
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      answers.require(noise);
    }
    for (byte[] filler : List.of(new byte[] {0}, new byte[] {'['}, new byte[] {(byte) 0xFF})) {
      byte[] huge = new byte[answers.contract().maxBytes()];
      Arrays.fill(huge, filler[0]);
      answers.require(huge);
    }
  }

  /** What has read its contract once, and not for each of thousands of values. */
  private record Answers(
      ValueDecoder decoder, Contract contract, List<Column> asRead, RowValues rows) {
    Answers(ValueDecoder decoder, Contract contract) {
      this(decoder, contract, contract.asRead().columns(), new RowValues(contract.columns()));
    }

    /** A row has all that is required, whatever it was made of. */
    void require(byte[] value) {
      Outcome outcome;
      try {
        outcome = decoder.decode(record(value).bytes());
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError("fails at " + Arrays.toString(Arrays.copyOf(value, 100)), e);
      }
      assertNotNull(outcome);
      if (outcome instanceof Outcome.Accepted accepted) {
        for (int i = 0; i < asRead.size(); i++) {
          Column column = asRead.get(i);
          assertTrue(
              !column.required() || !accepted.values().isAbsent(i),
              () -> column.name() + " is required and absent in " + new String(value, UTF_8));
        }
        rows.row(accepted.values(), "s", 0, 0, -1);
      }
    }
  }

  /** Whether several columns may read one value, and elements of a list. */
  protected boolean hasPaths() {
    return true;
  }

  private static Column nullable(String name, List<String> path, ColumnType type) {
    return new Column(name, path, type, false, true, false);
  }

  private static List<String> element(Column list, int index) {
    List<String> path = new ArrayList<>(list.path());
    path.add("[" + index + "]");
    return path;
  }

  @Test
  public void aValueFeedsAsManyColumnsAsReadItAndElementsByTheirIndexes() {
    if (!hasPaths()) {
      return;
    }
    List<Column> columns = new ArrayList<>(contract().columns());
    int count = columns.size();
    for (int i = 0; i < count; i++) {
      Column column = columns.get(i);
      columns.add(nullable("twin" + i, column.path(), column.type()));
      if (column.type() instanceof ColumnType.ListOf list) {
        columns.add(nullable("first" + i, element(column, 0), list.element()));
        columns.add(nullable("second" + i, element(column, 1), list.element()));
      }
    }
    Contract contract = contract().withColumns(columns);
    List<String> names = columns.stream().map(Column::name).toList();
    ValueDecoder decoder = format().decoder(contract, schemas(), events);
    for (Example example : good()) {
      Outcome outcome = decoder.decode(record(example.value()).bytes());
      Outcome.Accepted accepted = assertInstanceOf(Outcome.Accepted.class, outcome);
      Row row = new RowValues(columns).row(accepted.values(), "s", 0, 0, -1);
      for (int i = 0; i < count; i++) {
        Object value = row.getValue(i);
        assertEquals(value, row.getValue(names.indexOf("twin" + i)), columns.get(i).name());
        if (columns.get(i).type() instanceof ColumnType.ListOf) {
          List<?> list = value == null ? List.of() : (List<?>) value;
          assertEquals(
              list.isEmpty() ? null : list.get(0), row.getValue(names.indexOf("first" + i)));
          assertEquals(
              list.size() < 2 ? null : list.get(1), row.getValue(names.indexOf("second" + i)));
        }
      }
    }
  }

  @Test
  public void whatCameBeforeDoesNotMatter() {
    List<byte[]> values = all();
    List<String> alone = new ArrayList<>();
    for (byte[] value : values) {
      alone.add(text(decoder().decode(record(value).bytes())));
    }
    ValueDecoder decoder = decoder();
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      order.addAll(List.of(i, i, i));
    }
    Random random = new Random(SEED);
    for (int round = 0; round < 20; round++) {
      Collections.shuffle(order, random);
      for (int i : order) {
        assertEquals(alone.get(i), text(decoder.decode(record(values.get(i)).bytes())));
      }
    }
  }

  /** In a batch it stands between others, and so it is in Kafka's own. */
  @Test
  public void aValueWithinAnArrayIsReadAlikeAndTheArrayStaysAsItIs() {
    for (byte[] value : all()) {
      String alone = text(decoder().decode(record(value).bytes()));
      byte[] array = new byte[value.length + 40];
      Arrays.fill(array, (byte) '"');
      System.arraycopy(value, 0, array, 20, value.length);
      array[20 + value.length] = 0;
      byte[] before = array.clone();
      assertEquals(alone, text(decoder().decode(new Within(array, 20, value.length))));
      assertArrayEquals(before, array, "the array was written to");
      RecordBatch.Cursor cursor = RecordBatch.of(record(value)).records();
      assertTrue(cursor.next());
      assertEquals(alone, text(decoder().decode(cursor)));
    }
  }

  private record Within(byte[] array, int valueStart, int valueLength) implements RecordBytes {
    @Override
    public boolean hasValue() {
      return true;
    }

    @Override
    public byte[] key() {
      return null;
    }
  }

  @Test
  public void everyKeyHasWordsAndTakesItsOwnExampleAndDefault() {
    for (KeySpec key : format().keys()) {
      assertFalse(key.words().isBlank(), key.name());
      assertTrue(key.name().matches("[a-z][a-z0-9_]*"), key.name());
      List<String> values = new ArrayList<>(List.of(key.example()));
      if (key.fallback() != null) {
        values.add(String.valueOf(key.fallback()));
      }
      for (String value : values) {
        // A list of texts is written alike in Java and in YAML.
        String quote = key.type() == KeySpec.Type.TEXTS ? "" : "\"";
        Contract with =
            ContractParser.parse(
                ContractJson.of(contract())
                    .replaceFirst(
                        "\"format\" : (\"\\w+\"|\\{(\"(\\\\.|[^\"\\\\])*+\"|[^}\"])*+})",
                        "\"format\": {\"name\": \""
                            + format().name()
                            + "\", \""
                            + key.name()
                            + "\": "
                            + quote
                            + Matcher.quoteReplacement(
                                value.replace("\\", "\\\\").replace("\"", "\\\""))
                            + quote
                            + "}"),
                "contract");
        assertEquals(value, String.valueOf(with.format().keys().byName().get(key.name())));
      }
    }
  }

  @Test
  public void aContractOfItIsWrittenAndReadBack() {
    assertEquals(format().name(), contract().format().name());
    assertEquals(contract(), ContractParser.parse(ContractJson.of(contract()), "contract"));
    assertTrue(ContractParser.jsonSchema().contains("\"const\" : \"" + format().name() + "\""));
  }

  @Test
  public void whatIsGoodIsADocumentAndNoiseIsNoFault() {
    for (Example example : good()) {
      assertTrue(
          format().document(example.value(), contract(), schemas()).orElseThrow().isObject(),
          () -> new String(example.value(), UTF_8));
    }
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < 2_000; i++) {
      byte[] noise = new byte[random.nextInt(100)];
      random.nextBytes(noise);
      assertNotNull(format().document(noise, contract(), schemas()));
    }
  }
}
