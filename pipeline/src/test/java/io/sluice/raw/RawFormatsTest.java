package io.sluice.raw;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.decode.DecodeSettings;
import io.sluice.decode.Outcome;
import io.sluice.decode.RecordDecoder;
import io.sluice.decode.RecordFormat;
import io.sluice.decode.RecordFormatContract;
import io.sluice.schema.SchemaSettings;
import io.sluice.schema.Schemas;
import io.sluice.source.SourceRecord;
import io.sluice.source.SourceRecord.Header;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values that are taken as they are: texts, and bytes. */
class RawFormatsTest {
  private static final long TIME = 1_790_000_000_123L;

  private static Contract contract(String format, String columns) {
    return ContractParser.parse(
        "table: t\ntopic: t\nmax_bytes: 100000\nformat: "
            + format
            + "\nevent_time: record_time\ncolumns:\n"
            + columns,
        "c.yaml");
  }

  private static String decode(Contract contract, byte[] value, Header... headers) {
    RecordDecoder decoder =
        new RecordDecoder(contract, new DecodeSettings(null, null, SchemaSettings.NONE));
    SourceRecord record =
        new SourceRecord("s", 7, 42, TIME, "k".getBytes(UTF_8), value, List.of(headers));
    Outcome outcome = decoder.decode(record);
    if (outcome instanceof Outcome.Rejected rejected) {
      return rejected.reason() + " " + rejected.path() + ": " + rejected.message();
    }
    List<String> values = new ArrayList<>();
    for (Object one :
        decoder
            .rows(record, (Outcome.Accepted) outcome)
            .get(0)
            .getValues()
            .subList(0, contract.columns().size())) {
      values.add(one instanceof byte[] bytes ? Arrays.toString(bytes) : String.valueOf(one));
    }
    return String.join("|", values);
  }

  @Test
  void aTextIsAColumnBesideThoseOfTheRecord() {
    Contract contract =
        contract(
            "string",
            """
              - {name: line, path: value, type: string, required: true}
              - {name: k, type: string, from: key}
              - {name: h, type: string, from: headers.h}
              - {name: o, type: int64, from: offset}
              - {name: region, type: string, from: {constant: eu-1}}
            """);
    assertEquals(
        "Zürich: 1\n2|k|x|42|eu-1|2026-09-21T14:13:20.123Z",
        decode(contract, "Zürich: 1\n2".getBytes(UTF_8), new Header("h", "x".getBytes(UTF_8))));
    assertEquals(
        "|k|null|42|eu-1|2026-09-21T14:13:20.123Z",
        decode(contract, new byte[0]),
        "no bytes are a text without characters");
    assertEquals("EMPTY : the record has no value (a tombstone)", decode(contract, null));
    assertEquals(
        "NOT_UTF8 value: the string is not UTF-8", decode(contract, new byte[] {'a', (byte) 0xC3}));
  }

  @Test
  void bytesAreWhateverTheyAre() {
    Contract contract = contract("bytes", "  - {name: v, path: value, type: bytes}\n");
    assertEquals("[-1, 0]|2026-09-21T14:13:20.123Z", decode(contract, new byte[] {-1, 0}));
    assertEquals("[]|2026-09-21T14:13:20.123Z", decode(contract, new byte[0]));
    assertEquals("EMPTY : the record has no value (a tombstone)", decode(contract, null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "int64 # 42 # 42",
        "int64, coerce: true # 42 # 42",
        "double # -0.5 # -0.5",
        "\"timestamp(millis, epoch_ms)\" # 1500 # 1970-01-01T00:00:01.500Z",
        "timestamp # 2026-01-02T03:04:05Z # 2026-01-02T03:04:05Z",
        "date # 2026-01-31 # 2026-01-31",
        "boolean # 1 # true",
        "uuid # c0ffee00-1234-4abc-8def-0123456789ab # c0ffee00-1234-4abc-8def-0123456789ab",
        "string, null_values: [N/A] # N/A # null",
        "int64 # 4x # WRONG_TYPE value: expected a whole number, found the string \"4x\"",
      })
  void aTextIsWhatItsColumnIs(String type, String value, String expected) {
    String row =
        decode(
            contract("string", "  - {name: v, path: value, type: " + type + "}\n"),
            value.getBytes(UTF_8));
    assertEquals(expected, row.replaceFirst("\\|[^|]*$", ""));
  }

  @Test
  void bytesThatAreNoTextAreNoNumberEither() {
    Contract contract = contract("string", "  - {name: v, path: value, type: int64}\n");
    assertEquals(
        "NOT_UTF8 value: the string is not UTF-8", decode(contract, new byte[] {(byte) 0xFF}));
  }

  /** A topic of which only the keys count. */
  @Test
  void aContractMayDoWithoutTheValue() {
    Contract contract = contract("bytes", "  - {name: k, type: string, from: key}\n");
    assertEquals("k|2026-09-21T14:13:20.123Z", decode(contract, new byte[] {-1}));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "string # {name: a, type: string} # column 'a' reads a, and a record of format string has nothing but its whole value: write path: value",
        "bytes # {name: a, path: value.b, type: bytes} # column 'a' reads value.b, and a record of format bytes has nothing but its whole value: write path: value",
        "string # {name: a, path: value, type: json} # column 'a' is of a type that no text is read as, and format string has nothing but texts: make it a string",
        "string # {name: a, path: value, type: {list: string}} # column 'a' is of a type that no text is read as, and format string has nothing but texts: make it a string",
        "bytes # {name: a, path: value, type: string} # column 'a' reads a value of format bytes, which is bytes, or a uuid in its 16 bytes: write another type, or format: string for texts",
      })
  void whatAContractCannotHaveIsRefusedInOneLine(String format, String column, String why) {
    Contract contract = contract(format, "  - " + column + "\n");
    assertEquals(why, assertThrows(UserException.class, () -> decode(contract, null)).getMessage());
  }

  /** docs/contract.md has an example of each. */
  @Test
  void theDocumentedExamplesAreRead() throws IOException {
    String text = Files.readString(Path.of("../docs/contract.md"));
    String section = text.substring(text.indexOf("### string and bytes"));
    Matcher yaml = Pattern.compile("(?s)```yaml\n(.*?)```").matcher(section);
    yaml.find();
    assertEquals(
        "GET / 200|k|2026-09-21T14:13:20.123Z",
        decode(ContractParser.parse(yaml.group(1), "contract.md"), "GET / 200".getBytes(UTF_8)));
  }

  @Nested
  class Strings extends RecordFormatContract {
    @Override
    protected boolean hasPaths() {
      return false;
    }

    @Override
    protected RecordFormat format() {
      return new StringFormat();
    }

    /** The one text is a time, so that some are none. */
    @Override
    protected Contract contract() {
      return ContractParser.parse(
          """
          table: t
          topic: t
          format: string
          event_time: at
          max_bytes: 100000
          columns:
            - {name: at, path: value, type: timestamp, required: true}
            - {name: k, type: string, from: key}
          """,
          "c.yaml");
    }

    @Override
    protected List<Example> good() {
      return List.of(
          Example.of("2026-01-02T03:04:05Z", Instant.parse("2026-01-02T03:04:05Z"), null),
          Example.of("2026-01-02T03:04:05.5+01:00", Instant.parse("2026-01-02T02:04:05.5Z"), null));
    }

    @Override
    protected List<byte[]> bad() {
      return List.of("{}".getBytes(UTF_8), new byte[] {-1}, new byte[0]);
    }
  }

  @Nested
  class Bytes extends RecordFormatContract {
    @Override
    protected boolean hasPaths() {
      return false;
    }

    @Override
    protected RecordFormat format() {
      return new BytesFormat();
    }

    @Override
    protected Contract contract() {
      return RawFormatsTest.contract("bytes", "  - {name: id, path: value, type: uuid}\n");
    }

    @Override
    protected List<Example> good() {
      byte[] zeros = new byte[16];
      byte[] ones = new byte[16];
      Arrays.fill(ones, (byte) -1);
      return List.of(
          new Example(zeros, Arrays.asList(new UUID(0, 0), null)),
          new Example(ones, Arrays.asList(new UUID(-1, -1), null)));
    }

    @Override
    protected List<byte[]> bad() {
      return List.of(new byte[15], new byte[17], new byte[0]);
    }
  }

  @Test
  void whatIsNoTextIsNoDocument() {
    Contract contract = contract("string", "  - {name: v, path: value, type: string}\n");
    assertEquals(
        "{\"value\":\"a\"}",
        new StringFormat()
            .document("a".getBytes(UTF_8), contract, Schemas.NONE)
            .orElseThrow()
            .toString());
    assertEquals(
        "{\"value\":\"/w==\"}",
        new BytesFormat()
            .document(new byte[] {-1}, contract, Schemas.NONE)
            .orElseThrow()
            .toString());
  }
}
