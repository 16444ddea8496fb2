package io.sluice.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.contract.ContractLint.Warning;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContractLintTest {
  private static final String HEAD =
      "version: 1\ntable: t\ntopic: t\nevent_time: happened\ncolumns:\n  - {name: happened, type: timestamp, required: true}\n";

  private static List<Warning> lint(String yaml) {
    return ContractLint.of(ContractParser.parseLocated(yaml, "c.yaml"));
  }

  @Test
  void aContractWithNothingToRegretHasNoWarning() {
    assertEquals(
        List.of(),
        lint(
            HEAD
                + """
                  - {name: user_id, type: string, dictionary: false, bloom_filter: true}
                  - {name: status, type: string}
                  - {name: paid_at, type: timestamp}
                  - {name: birth_date, type: date}
                  - {name: price, type: "decimal(18,2)"}
                  - {name: width, type: double}
                  - {name: response_time, type: double}
                  - {name: items, type: {list: {struct: [{name: sku, path: Sku, type: string}, {name: price, type: "decimal(9,2)"}]}}}
                """));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{name: SKU, type: string}                                   | plain-name     | column SKU",
        "{name: order, type: string}                                 | reserved-word  | column order",
        "{name: User, type: string}                                  | plain-name     | column User",
        "{name: created_at, type: string}                            | time-as-text   | column created_at",
        "{name: login_time, path: a, type: string}                   | time-as-text   | column login_time",
        "{name: birth_date, type: string}                            | time-as-text   | column birth_date",
        "{name: expires_ms, path: a, type: int64}                    | time-as-number | column expires_ms",
        "{name: unit_price, type: double}                            | money-as-float | column unit_price",
        "{name: total, type: float}                                  | money-as-float | column total",
        "{name: lines, type: {list: {struct: [{name: unit_price, type: double}]}}} | money-as-float | field lines[].unit_price",
        "{name: lines, type: {list: {struct: [{name: unitId, type: string}]}}} | plain-name | field lines[].unitId",
        "{name: lines, type: {map: {struct: [{name: order, type: string}]}}} | reserved-word | field lines{}.order",
        "{name: user_id, type: string}                               | dictionary     | column user_id",
        "{name: country, type: string, dictionary: false}            | dictionary     | column country",
        "{name: x, type: timestamp(millis)}                          | timestamp-millis | column x",
        "{name: x, type: {list: {struct: [{name: t, type: 'timestamp(millis, epoch_ms)'}]}}} | timestamp-millis | field x[].t",
        "{name: x, type: timestamp(nanos)}                           | timestamp-nanos | column x",
        "{name: x, type: {map: 'timestamp(nanos, epoch_ns)'}}        | timestamp-nanos | column x{}",
        "{name: expires_ns, path: a, type: int64}                    | time-as-number | column expires_ns",
        "{name: flag, type: boolean, dictionary: false}              | dictionary     | column flag",
        "{name: day, type: date, bloom_filter: true}                 | bloom-filter   | column day",
        "{name: x, type: timestamp, bloom_filter: true}              | bloom-filter   | column x",
      })
  void whatIsLikelyToBeRegrettedIsNamedWithLineAndFix(String column, String rule, String where) {
    List<Warning> warnings = lint(HEAD + "  - {name: plain, type: int32}\n  - " + column + "\n");
    Warning first = warnings.get(0);
    assertEquals(rule, first.rule(), warnings.toString());
    assertEquals(where, first.where());
    assertEquals(8, first.line());
    assertFalse(first.message().isEmpty() || first.fix().isEmpty(), first.toString());
  }

  /** The path stays what the record has, or the field would be empty. */
  @Test
  void theFixOfAFieldsNameKeepsItsPath() {
    assertEquals(
        List.of("name: unit_id, path: unitId", "another name, as order_value, path: order"),
        lint(
                HEAD
                    + "  - {name: x, type: {struct: [{name: unitId, type: string}, {name: order, type: string}]}}\n")
            .stream()
            .map(Warning::fix)
            .toList());
  }

  /** Of a value that a record has once, and of the same in all conditions. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{path: a, is: x}, {path: a, is: y}                     | true",
        "{path: a, in: [x, y]}, {path: a, in: [y, z]}           | false",
        "{path: a, in: [x, y]}, {path: a, not_in: [x, y]}       | true",
        "{path: a, in: [x, y]}, {path: a, not_in: [x]}          | false",
        "{path: a, is: x}, {path: a, exists: false}             | true",
        "{path: a, exists: true}, {path: a, exists: false}      | true",
        "{path: a, not_in: [x]}, {path: a, exists: false}       | false",
        "{path: a, starts_with: ab}, {path: a, is: ac}          | true",
        "{path: a, starts_with: ab}, {path: a, starts_with: a}  | false",
        "{path: a, starts_with: ab}, {path: a, starts_with: ac} | true",
        "{path: a, is: x}, {path: b, is: y}                     | false",
        "{from: headers.a, is: x}, {from: headers.a, is: y}     | true",
        "{from: headers.a, is: x}, {from: headers.b, is: y}     | false",
      })
  void conditionsThatContradictEachOtherAreSaid(String conditions, boolean isSaid) {
    List<Warning> warnings = lint(HEAD + "when: [" + conditions + "]\n");
    assertEquals(
        isSaid ? List.of("when") : List.of(), warnings.stream().map(Warning::rule).toList());
    warnings.forEach(warning -> assertEquals(7, warning.line()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{path: a, is: x}          | {path: a, in: [x, y]}                   | true",
        "{path: a, in: [x, z]}     | {path: a, in: [x, y]}                   | false",
        "{path: a, is: xy}         | {path: a, starts_with: x}               | true",
        "{path: a, is: x}          | {path: a, exists: true}                 | true",
        "{path: a, starts_with: x} | {path: a, exists: true}                 | true",
        "{path: a, starts_with: x} | {path: a, not_in: [y]}                  | true",
        "{path: a, starts_with: x} | {path: a, not_in: [xy]}                 | false",
        "{path: a, exists: false}  | {path: a, not_in: [x]}                  | true",
        "{path: a, not_in: [x]}    | {path: a, exists: true}                 | false",
        "{path: a, not_in: [x, y]} | {path: a, not_in: [x]}                  | true",
        "{path: a, is: x}          | {path: a, is: x}, {path: b, is: y}      | false",
        "{path: a, is: x}, {path: b, is: y} | {path: a, is: x}               | true",
        "{path: a, is: x}          | {path: b, exists: true}                 | false",
      })
  void conditionsThatOneBeforeTakesAllOfAreSaid(String when, String before, boolean isSaid) {
    List<Warning> warnings = lint(HEAD + "when: [" + when + "]\nunless: [[" + before + "]]\n");
    assertEquals(
        isSaid ? List.of("when") : List.of(), warnings.stream().map(Warning::rule).toList());
  }

  @Test
  void aKeyFormatOfWhichNoColumnNamesAPathIsSaid() {
    String yaml = HEAD + "  - {name: k, from: key, type: string}\nkey_format: json\n";
    Warning warning = lint(yaml).get(0);
    assertEquals("key-format", warning.rule());
    assertEquals(8, warning.line());
    assertTrue(
        warning.message().contains("column k reads the field k of a key"), warning.message());
    assertEquals(List.of(), lint(yaml.replace("from: key", "from: key, path: a.k")));
    assertEquals(List.of(), lint(yaml.replace("from: key", "from: key, path: k")));
    assertEquals(List.of(), lint(yaml.replace("from: key", "from: key, path: [k]")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "'items[*].price' | path: items, with type: {list: {struct: [{name: price, type: TYPE}]}}",
        "items[].price | path: items, with type: {list: {struct: [{name: price, type: TYPE}]}}",
        "items.0.price | path: items[0].price",
        "$.items[0].price | path: items[0].price",
        "a.*.b | path: a, with type: {list: {struct: [{name: b, type: TYPE}]}}",
        "'*.b' | a column for each field",
        "\"'id.orig_h'\" | path: [id.orig_h]",
        "'\"id.orig_h\"' | path: [id.orig_h]",
        "'`id.orig_h`' | path: [id.orig_h]",
        "id\\.orig_h | path: [id.orig_h]",
        "\"a['b.c']\" | path: [a, b.c]",
        "$key | path: [$key]",
        "$.a | path: a",
        "\"$['a'].b\" | path: a.b",
        "$ | path: [$]",
        "/a/b | path: a.b",
        "a->b | path: a.b",
        "' a. b' | path: a.b",
      })
  void aPathOfAnotherLanguageIsNamedWithWhatToWrite(String path, String fix) {
    List<Warning> warnings = lint(HEAD + "  - name: x\n    path: " + path + "\n    type: string\n");
    assertEquals(1, warnings.size(), warnings.toString());
    assertEquals("path", warnings.get(0).rule());
    assertEquals(8, warnings.get(0).line());
    assertTrue(warnings.get(0).fix().endsWith(fix), warnings.get(0).fix());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a.b",
        "'@timestamp'",
        "_id.$oid",
        "a-b.c d",
        "naïve",
        "a/b",
        "http.status_code",
        "[a, '0']",
        "[id.orig_h]",
        "[$key]",
        "['items[0]']",
        "'items[0].price'",
        "a.tags[1]",
        "a[1][2].b",
        "[a.b, '[1]', c]",
        "[\"'x'\"]",
        "x2.3d"
      })
  void aPathThatADocumentMayHaveHasNoWarning(String path) {
    assertEquals(List.of(), lint(HEAD + "  - name: x\n    path: " + path + "\n    type: string\n"));
  }

  @Test
  void aPathDeeperThanDocumentsMayBeIsNamed() {
    String column =
        "  - {name: x, path: a.b.c, type: {list: {struct: [{name: y, type: string}]}}}\n";
    assertEquals(List.of(), lint(HEAD + column + "max_depth: 5\n"));
    List<Warning> warnings = lint(HEAD + column + "max_depth: 4\n");
    assertEquals("max-depth", warnings.get(0).rule());
    assertEquals("max_depth: 5", warnings.get(0).fix());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "receivedAt",
        "event.ingested",
        "etl_tstamp",
        "collector_tstamp",
        "load_time",
        "processed",
        "kafka_time",
        "kafka.timestamp",
        "_sdc_extracted_at",
        "updated_at",
        "ingest_ts"
      })
  void anEventTimeThatSoundsLikeAnArrivalIsNamedWithTheOthers(String path) {
    String yaml =
        """
        version: 1
        table: t
        topic: t
        event_time: e
        columns:
          - {name: e, path: %s, type: timestamp, required: true}
          - {name: derived_tstamp, type: timestamp}
          - {name: loaded_at, type: timestamp}
        """;
    List<Warning> warnings = lint(yaml.formatted(path));
    assertEquals(1, warnings.size(), warnings.toString());
    assertEquals("event-time", warnings.get(0).rule());
    assertTrue(
        warnings.get(0).fix().startsWith("event_time: derived_tstamp;"), warnings.get(0).fix());
    for (String event :
        List.of("created", "dvce_created_tstamp", "timestamp", "unloading", "sent")) {
      assertEquals(List.of(), lint(yaml.formatted(event)), event);
    }
  }

  @Test
  void keysOfTheContractAreLookedAtToo() {
    assertEquals(
        List.of("1 no-version", "1 reserved-word", "3 event-time", "5 max-bytes"),
        lint(
                """
                table: values
                topic: t
                event_time: received_at
                columns: [{name: received_at, type: timestamp, required: true}]
                max_bytes: 1048589
                """)
            .stream()
            .map(warning -> warning.line() + " " + warning.rule())
            .toList());
    assertEquals(List.of(), lint(HEAD + "max_bytes: 1048588\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pathway",
        "seat",
        "status_text",
        "formation",
        "update",
        "candidate",
        "today",
        "time_zone",
        "day_of_week",
        "add_on_name"
      })
  void aWordWithinAWordIsNoTime(String name) {
    assertFalse(ContractLint.isTime(name), name);
  }

  @ParameterizedTest
  @CsvSource({
    "userId, user_id",
    "SKU, sku",
    "HTMLBody, html_body",
    "user-id, user_id",
    "already_snake, already_snake",
    "a1B2, a1_b2",
    "_x_, x",
    "Größe, gr_e"
  })
  void namesBecomeSnakeCase(String name, String snake) {
    assertEquals(snake, ContractLint.snakeCase(name));
  }

  @Test
  void reservedWordsAreKnownInAnyCase() {
    assertTrue(ReservedWords.contains("Timestamp"));
    assertTrue(ReservedWords.contains("uescape"));
    assertFalse(ReservedWords.contains("event_name"));
  }
}
