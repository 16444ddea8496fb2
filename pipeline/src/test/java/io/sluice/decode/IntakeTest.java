package io.sluice.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractJson;
import io.sluice.contract.ContractParser;
import io.sluice.deadletter.DeadLetter;
import io.sluice.deadletter.DeadLetters;
import io.sluice.deadletter.LetterHeaders;
import io.sluice.schema.SchemaSettings;
import io.sluice.source.SourceRecord;
import io.sluice.source.SourceRecord.Header;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Topics, parts of keys, skipped kinds of records, masks, and what dead letters keep. */
class IntakeTest {
  private static final String HEAD = "table: t\ntopic: orders\nevent_time: record_time\n";
  private static final long TIME = 1_790_000_000_123L;

  private static Contract contract(String text) {
    Contract contract = ContractParser.parse(HEAD + text, "c.yaml");
    assertEquals(contract, ContractParser.parse(ContractJson.of(contract), "record"));
    return contract;
  }

  private static SourceRecord record(String key, String value, Header... headers) {
    return new SourceRecord(
        "cluster/orders-eu/AAAAAAAAAAAAAAAAAAAAAA",
        7,
        42,
        TIME,
        key == null ? null : key.getBytes(UTF_8),
        value == null ? null : value.getBytes(UTF_8),
        List.of(headers));
  }

  private static RecordDecoder decoder(Contract contract) {
    return new RecordDecoder(contract, new DecodeSettings(null, null, SchemaSettings.NONE));
  }

  @Test
  void aColumnHasTheTopicThatTheRecordCameFrom() {
    Contract contract =
        contract("columns:\n  - {name: topic, type: string, from: topic, required: true}\n");
    assertEquals("orders-eu", TestDecoders.text(contract, record(null, "{}")));
    // With --sourceId, an identity says nothing of a topic.
    SourceRecord named =
        new SourceRecord("ours", 0, 0, TIME, null, "{}".getBytes(UTF_8), List.of());
    assertEquals("orders", TestDecoders.text(contract, named));
  }

  private static final String KEYS =
      """
      key_format: json
      columns:
        - {name: id, from: key, type: int64, required: true}
        - {name: region, from: key, path: place.region, type: string, default: none}
        - {name: v, type: int64}
      """;

  @Test
  void partsOfAKeyAreReadByItsFormat() {
    Contract contract = contract(KEYS);
    assertEquals(
        "7|eu|1",
        TestDecoders.text(
            contract, record("{\"id\":7,\"place\":{\"region\":\"eu\"}}", "{\"v\":1,\"id\":8}")));
    assertEquals(
        "7|none|null", TestDecoders.text(contract, record("{\"id\":7,\"other\":[1]}", "{}")));
    assertEquals(
        "MISSING_FIELD key.id: required, and absent or null",
        TestDecoders.text(contract, record(null, "{}")));
    assertEquals(
        "WRONG_TYPE key.id: expected a whole number, found the string \"7\"",
        TestDecoders.text(contract, record("{\"id\":\"7\"}", "{}")));
    assertTrue(
        TestDecoders.text(contract, record("7 apples", "{}")).startsWith("NOT_AN_OBJECT key"));
    assertTrue(TestDecoders.text(contract, record("", "{}")).startsWith("EMPTY key"));
  }

  @Test
  void whatIsToBeSkippedHasNoRowAndNoLetter() {
    Contract contract = contract("skip: [tombstones]\ncolumns:\n  - {name: v, type: int64}\n");
    assertEquals("skipped as tombstones", TestDecoders.text(contract, record("k", null)));
    assertEquals(
        new Outcome.Skipped(TIME * 1000, "tombstones", true),
        decoder(contract).decode(record("k", null)));
    assertEquals(
        "EMPTY : the record's value is empty", TestDecoders.text(contract, record("k", "")));
    Contract both =
        contract("skip: [tombstones, empty_values]\ncolumns:\n  - {name: v, type: int64}\n");
    assertEquals("skipped as empty_values", TestDecoders.text(both, record("k", "")));
    assertEquals("5", TestDecoders.text(both, record("k", "{\"v\":5}")));
  }

  private static final String MASKS =
      """
      columns:
        - {name: hash, path: email, type: string, mask: hash}
        - {name: redacted, path: email, type: string, mask: redact}
        - {name: beginning, path: user.zip, type: string, mask: {truncate: 3}, coerce: true}
        - {name: all, path: mails, type: {list: string}, mask: hash}
        - {name: raw, type: bytes, mask: {truncate: 2}}
        - {name: plain, type: int64}
      """;

  /** The hashes are those of sha256sum. */
  @Test
  void maskedValuesAreNowhereInARow() {
    Contract contract = contract(MASKS);
    assertEquals(
        "ff8d9819fc0e12bf0d24892e45987e249a28dce836a85cad60e28eaaa8c6d976|***|800|"
            + "[81b637d8fcd2c6da6359e6963113a1170de795e4b725b84d1e0b4cfd9ec58ce9, null]|2 bytes|1",
        TestDecoders.text(
            contract,
            record(
                null,
                "{\"email\":\"alice@example.com\",\"user\":{\"zip\":80033},\"mails\":[\"bob\",null],\"raw\":\"AAECAw==\",\"plain\":1}")));
    // Characters, not bytes.
    assertEquals(
        "null|null|äöü|null|null|null",
        TestDecoders.text(contract, record(null, "{\"user\":{\"zip\":\"äöüß\"}}")));
    assertEquals(
        "WRONG_TYPE email: expected a string, found a value that is not shown",
        TestDecoders.text(contract, record(null, "{\"email\":12345}")));
  }

  @Test
  void aHashWithAKeyIsAnother(@TempDir Path directory) throws IOException {
    Path key = directory.resolve("key");
    Files.writeString(key, "0123456789abcdef\n");
    Contract contract =
        contract("columns:\n  - {name: m, type: string, mask: {hmac: {file: '" + key + "'}}}\n");
    // printf alice | openssl dgst -sha256 -hmac 0123456789abcdef
    assertEquals(
        "fdbf8b1cacd3d578e062d0e41104357d06aa63eca39f80b6fd7c83afedf1d44a",
        TestDecoders.text(contract, record(null, "{\"m\":\"alice\"}")));
    Files.writeString(key, "short");
    UserException e = assertThrows(UserException.class, () -> decoder(contract));
    assertTrue(e.getMessage().contains("which has 5 bytes"), e.getMessage());
    Contract env =
        contract(
            "columns:\n  - {name: m, type: string, mask: {hmac: {env: SLUICE_NO_SUCH_KEY}}}\n");
    assertTrue(
        assertThrows(UserException.class, () -> decoder(env))
            .getMessage()
            .startsWith(
                "column 'm' is masked by the key in the environment's variable"
                    + " SLUICE_NO_SUCH_KEY, which is not set"));
  }

  private static DeadLetter letter(Contract contract, SourceRecord record) {
    RecordDecoder decoder = decoder(contract);
    return DeadLetters.letter(decoder.letter(record, (Outcome.Rejected) decoder.decode(record)));
  }

  private static final SourceRecord BAD =
      record(
          "alice",
          "{\"email\":\"alice@example.com\",\"user\":{\"zip\":\"80033\"},\"mails\":[\"alice\"],\"raw\":\"AAEC\",\"plain\":\"x\"}",
          new Header("who", "alice".getBytes(UTF_8)),
          new Header("trace", "t".getBytes(UTF_8)));

  @Test
  void lettersKeepWhatTheRecordHasUnlessTheContractSaysElse() {
    DeadLetter letter = letter(contract(MASKS), BAD);
    assertArrayEquals(BAD.value(), letter.record().value());
    assertFalse(LetterHeaders.hideValue(letter.record().headers()));
  }

  @ParameterizedTest
  @CsvSource({"mask", "drop"})
  void lettersShowNothingOfWhatIsMasked(String how) {
    Contract contract =
        contract(
            MASKS.replace(
                "columns:",
                "dead_letters: {value: "
                    + how
                    + "}\ncolumns:\n"
                    + "  - {name: k, from: key, type: string, mask: hash}\n"
                    + "  - {name: w, from: headers.who, type: string, mask: hash}"));
    DeadLetter letter = letter(contract, BAD);
    assertNull(letter.record().key());
    assertTrue(LetterHeaders.hideValue(letter.record().headers()));
    assertEquals("plain", letter.path());
    for (Header header : letter.record().headers()) {
      assertFalse(
          new String(header.value() == null ? new byte[0] : header.value(), UTF_8)
              .contains("alice"));
    }
    assertEquals(
        List.of("who", "trace", "sluice-value"),
        letter.record().headers().stream().map(Header::key).toList());
    if (how.equals("drop")) {
      assertNull(letter.record().value());
      assertEquals("expected a whole number, found a value that is not shown", letter.message());
    } else {
      String value = new String(letter.record().value(), UTF_8);
      assertFalse(value.contains("alice") || value.contains("80033"), value);
      assertTrue(value.contains("\"plain\":\"x\""), value);
      assertEquals("expected a whole number, found the string \"x\"", letter.message());
    }
    // The position and the time are the record's all the same.
    assertEquals(42, letter.record().offset());
    assertEquals(TIME, letter.record().recordTime());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"email\":\"alice@example.com",
        "alice",
        "[\"alice\"]",
        "{} alice",
        "{\"email\":1,\"email\":\"alice\"}"
      })
  void whatCannotBeMaskedIsDropped(String value) {
    Contract contract =
        contract(MASKS.replace("columns:", "dead_letters: {value: mask}\ncolumns:"));
    DeadLetter letter = letter(contract, record(null, value));
    assertNull(letter.record().value());
    assertFalse(letter.message().contains("alice"), letter.message());
  }

  /** Nor of what stands where only an object or a list is meant to lead to it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "{name: m, path: user.email, type: string, mask: hash} # {\"user\":\"alice\"}",
        "{name: m, path: user.email, type: string, mask: hash} # {\"user\":[{\"email\":\"alice\"}]}",
        "{name: m, path: 'mails[0]', type: string, mask: hash} # {\"mails\":\"alice\"}",
        "{name: m, path: 'mails[0]', type: string, mask: hash} # {\"mails\":[{\"x\":\"alice\"}]}",
        "{name: m, type: {list: string}, mask: hash} # {\"m\":\"alice\"}",
        "{name: m, type: {list: string}, mask: hash} # {\"m\":[[\"alice\"]]}",
      })
  void whatStandsInTheWayOfAMaskedValueIsNotShownEither(String column, String value) {
    for (String how : List.of("mask", "drop")) {
      DeadLetter letter =
          letter(
              contract("dead_letters: {value: " + how + "}\ncolumns: [" + column + "]\n"),
              record(null, value));
      assertFalse(letter.message().contains("alice"), letter.message());
      byte[] kept = letter.record().value();
      assertFalse(kept != null && new String(kept, UTF_8).contains("alice"), how + column);
    }
    Contract keeping = contract("columns: [" + column + "]\n");
    assertFalse(letter(keeping, record(null, value)).message().contains("alice"));
  }

  @Test
  void droppingHidesWhatAKeyHas() {
    Contract contract =
        contract(
            "key_format: json\ndead_letters: {value: drop}\ncolumns:\n"
                + "  - {name: id, from: key, type: int64, required: true}\n");
    DeadLetter letter = letter(contract, record("{\"id\":\"alice\"}", "{}"));
    assertFalse(letter.message().contains("alice"), letter.message());
  }

  /** Of a producer, with a value that is kept. */
  @Test
  void aHeaderThatSaysThatAValueIsMaskedIsBelievedOfLettersAlone() {
    SourceRecord record =
        record(null, "[]", new Header(LetterHeaders.VALUE, "masked".getBytes(UTF_8)));
    DeadLetter letter = letter(contract(MASKS), record);
    assertFalse(LetterHeaders.hideValue(letter.record().headers()));
    assertArrayEquals(record.value(), letter.record().value());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "skip: [all] # skip is one of tombstones, empty_values, not 'all'",
        "dead_letters: {value: maybe} # value is one of keep, mask, drop, not 'maybe'",
        "dead_letters: {values: keep} # unknown key 'values' in dead_letters",
        "key_format: json # no column is read from the key",
        "key_format: yaml # key_format is one of",
      })
  void whatAContractSaysWrongIsRefused(String key, String why) {
    UserException e =
        assertThrows(
            UserException.class, () -> contract(key + "\ncolumns:\n  - {name: v, type: int64}\n"));
    assertTrue(e.getMessage().contains(why), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "type: int64, mask: hash # has a mask, which is for a string",
        "type: string, mask: blur # mask is hash, redact",
        "type: string, mask: {truncate: 0} # truncate is a whole number from 1",
        "type: string, mask: {truncate: 1, hmac: {env: K}} # both or none",
        "type: string, mask: {hmac: {}} # hmac has {env: NAME} or {file: PATH}",
        "type: string, mask: hash, from: {constant: x} # is a constant",
        "type: int64, from: topic # has to be a string",
        "type: string, from: key, path: a # is not read from the value",
        "type: {list: string}, from: key # or keys have a key_format",
      })
  void whatAColumnSaysWrongIsRefused(String keys, String why) {
    UserException e =
        assertThrows(
            UserException.class, () -> contract("columns:\n  - {name: v, " + keys + "}\n"));
    assertTrue(e.getMessage().contains(why), e.getMessage());
  }
}
