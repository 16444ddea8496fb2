package io.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.contract.ContractParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContractCommandTest {
  private static final String ONE =
      """
      version: 1
      table: t
      topic: t
      event_time: at
      columns:
        - {name: at, type: timestamp, required: true}
        - {name: n, type: int32}
      """;

  @TempDir Path directory;

  private record Result(int status, String out, String err) {
    JsonNode json() throws Exception {
      assertEquals(1, out.lines().count(), out);
      return new ObjectMapper().readTree(out);
    }

    String error() {
      assertEquals(Main.USER_ERROR, status, err);
      assertEquals(1, err.lines().count(), err);
      return err;
    }
  }

  private static Result sluice(String... args) {
    Ran ran = Ran.sluice(args);
    return new Result(ran.status(), ran.out(), ran.err());
  }

  private String file(String name, String yaml) throws Exception {
    return Files.writeString(directory.resolve(name), yaml).toString();
  }

  @Test
  void compatibleContractsEndWithZero() throws Exception {
    String one = file("1.yaml", ONE);
    String two =
        file("2.yaml", ONE.replace("version: 1", "version: 2") + "  - {name: x, type: string}\n");
    Result text = sluice("contract", "diff", one, two);
    assertEquals(0, text.status(), text.err());
    assertTrue(text.out().contains("ok            column x: added"), text.out());
    assertTrue(text.out().endsWith("t: version 1 -> 2: compatible\n"), text.out());
    JsonNode json = sluice("contract", "diff", one, two, "--json").json();
    assertTrue(json.path("compatible").asBoolean());
    assertEquals("compatible", json.at("/changes/0/verdict").asText());
    Result same = sluice("contract", "diff", one, one);
    assertEquals("t: version 1 -> 1: no difference\n", same.out());
  }

  @Test
  void contractsThatDoNotGoTogetherEndWithThree() throws Exception {
    String one = file("1.yaml", ONE);
    String two = file("2.yaml", ONE.replace("version: 1", "version: 2").replace("int32", "int64"));
    Result text = sluice("contract", "diff", one, two);
    assertEquals(Main.NOT_PROVED, text.status());
    assertTrue(text.out().contains("INCOMPATIBLE  column n: int32 -> int64"), text.out());
    assertTrue(text.out().endsWith("not compatible\n"), text.out());
    Result json = sluice("contract", "diff", "--json", one, two);
    assertEquals(Main.NOT_PROVED, json.status());
    assertEquals("incompatible", json.json().at("/changes/0/verdict").asText());
  }

  @Test
  void aCheckWarnsAndFailsOnlyWhereItIsToBeStrict() throws Exception {
    String good = file("good.yaml", ONE);
    String odd = file("odd.yaml", ONE + "  - {name: unit_price, type: double}\n");
    Result fine = sluice("contract", "check", "--strict", good);
    assertEquals(0, fine.status());
    assertEquals(good + ": valid: version 1 of table t, 2 columns; no warnings\n", fine.out());
    Result warned = sluice("contract", "check", odd);
    assertEquals(0, warned.status());
    assertTrue(
        warned.out().startsWith(odd + ":8: column unit_price: sounds like money"), warned.out());
    assertTrue(warned.out().contains("[money-as-float] type: decimal(18,2)"), warned.out());
    assertTrue(warned.out().endsWith("; 1 warning\n"), warned.out());
    assertEquals(Main.NOT_PROVED, sluice("contract", "check", odd, "--strict").status());
    JsonNode json = sluice("contract", "check", odd, "--json").json();
    assertTrue(json.path("valid").asBoolean());
    assertEquals("money-as-float", json.at("/warnings/0/rule").asText());
    assertEquals(8, json.at("/warnings/0/line").asInt());
  }

  @Test
  void anInvalidContractIsNamedWithItsLine() throws Exception {
    String bad = file("bad.yaml", ONE + "  - {name: x, type: strnig}\n");
    assertTrue(
        sluice("contract", "check", bad).error().contains(bad + ":8: unknown type 'strnig'"));
    Result json = sluice("contract", "check", bad, "--json");
    assertTrue(json.error().contains("strnig"));
    assertEquals(false, json.json().path("valid").asBoolean());
    assertTrue(json.json().path("error").asText().contains(":8: "));
    assertTrue(sluice("contract", "diff", bad, bad).error().contains("strnig"));
  }

  @Test
  void eachUnknownKeyAndTypeHasALine() throws Exception {
    String bad =
        file(
            "slips.yaml",
            ONE + "  - {name: x, type: bigint}\n  - {name: y, type: string, requird: true}\n");
    Result text = sluice("contract", "check", bad);
    assertEquals(Main.USER_ERROR, text.status());
    List<String> lines = text.err().lines().toList();
    assertEquals(2, lines.size(), text.err());
    assertTrue(lines.get(0).contains(bad + ":8: unknown type 'bigint'; did you mean int64?"));
    assertTrue(lines.get(1).contains(bad + ":9: unknown key 'requird'"), text.err());
    Result json = sluice("contract", "check", "--json", bad);
    assertEquals(2, json.json().path("errors").size(), json.out());
  }

  @Test
  void whatIsNoContractIsNamedInOneLine() throws Exception {
    String huge = file("huge.yaml", "#".repeat((1 << 20) + 1));
    String binary = directory.resolve("binary.yaml").toString();
    Files.write(Path.of(binary), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
    String deep = file("deep.yaml", "[".repeat(200_000));
    String endless = file("endless.yaml", ONE + "  - {name: x, type: &t {list: *t}}\n");
    for (String[] bad :
        List.of(
            new String[] {directory.resolve("absent.yaml").toString(), "no such file; name a YAML"},
            new String[] {
              file("table.yaml", ONE.replace("table: t", "table: _sluice")), "_, a letter first"
            },
            new String[] {
              Files.createDirectories(directory.resolve("none")).toString(),
              "the folder has no *.yaml or *.yml"
            },
            new String[] {file("empty.yaml", ""), "the contract is empty"},
            new String[] {file("comment.yaml", "# nothing\n"), "the contract is empty"},
            new String[] {file("text.yaml", "hello"), "must be a mapping"},
            new String[] {file("open.yaml", "table: [\n"), "not YAML"},
            new String[] {huge, "larger than 1 MiB"},
            new String[] {binary, "cannot be read: it is not UTF-8 text"},
            new String[] {deep, "nested deeper than"},
            new String[] {endless, "aliases that contain themselves"})) {
      String error = sluice("contract", "check", bad[0]).error();
      assertTrue(error.contains(bad[1]) && error.contains(bad[0]), error);
    }
  }

  /** What a format refuses, a run would refuse, too. */
  @Test
  void whatNoDecoderIsForIsNotValid() throws Exception {
    String bad = file("bytes.yaml", ONE.replace("topic: t\n", "topic: t\nformat: bytes\n"));
    assertTrue(
        sluice("contract", "check", bad)
            .error()
            .contains(bad + ":7: column 'at' reads at, and a record of format bytes"));
    Result json = sluice("contract", "check", bad, "--json");
    assertEquals(false, json.json().path("valid").asBoolean());
  }

  /** The contract is as it has to be; a laptop and CI need not have production's secret. */
  @Test
  void aKeyThatIsNotHereIsANoteAndNoWarning() throws Exception {
    String masked =
        file("m.yaml", ONE + "  - {name: m, type: string, mask: {hmac: {env: NO_SUCH_KEY}}}\n");
    Result text = sluice("contract", "check", "--strict", masked);
    assertEquals(0, text.status(), text.err());
    assertTrue(
        text.out()
            .startsWith(
                masked
                    + ":8: note: column 'm' is masked by the key in the environment's variable"
                    + " NO_SUCH_KEY, which is not set"),
        text.out());
    JsonNode json = sluice("contract", "check", masked, "--json").json();
    assertEquals(8, json.at("/notes/0/line").asInt());
    assertEquals(0, json.path("warnings").size());
  }

  private String shared(String name, String rest) throws Exception {
    return file("folder/" + name + ".yaml", ONE.replace("table: t", "table: " + name) + rest);
  }

  @Test
  void severalAreCheckedAsThoseOfOneRun() throws Exception {
    Path folder = Files.createDirectories(directory.resolve("folder"));
    String a = shared("a", "when: [{path: kind, is: x}, {path: kind, in: [y, z]}]\n");
    String b = shared("b", "when: [{path: kind, starts_with: x}]\n");
    String c = shared("c", "when: [{path: kind, is: xx}, {from: key, is: k}]\n");
    Result fine = sluice("contract", "check", folder.toString());
    assertEquals(0, fine.status(), fine.err());
    assertEquals(3, fine.out().lines().filter(line -> line.contains(": valid: ")).count());
    assertTrue(fine.out().endsWith("\n3 contracts: 3 valid, 0 wrong\n"), fine.out());
    assertTrue(
        fine.out().contains("asks for kind is x and kind in [y, z], which no record can be"),
        fine.out());
    assertTrue(
        fine.out()
            .contains(
                c
                    + ":8: when: asks for nothing that a contract before it does not take, kind"
                    + " starts_with x"),
        fine.out());
    String again = file("again.yaml", Files.readString(Path.of(a)));
    String bad = file("bad.yaml", "table: [\n");
    String other = file("other.yaml", ONE.replace("topic: t", "topic: other"));
    Result text = sluice("contract", "check", folder.toString(), bad, again, other);
    assertTrue(text.out().endsWith("\n6 contracts: 4 valid, 2 wrong\n"), text.out());
    Result several = sluice("contract", "check", folder.toString(), bad, again, other, "--json");
    assertEquals(Main.USER_ERROR, several.status());
    assertEquals(2, several.err().lines().count(), several.err());
    assertTrue(several.err().contains("both write the table a"), several.err());
    JsonNode json = several.json();
    assertEquals(
        List.of(true, true, true, false, false, true),
        List.of(a, b, c, bad, again, other).stream()
            .map(file -> json.path(file).path("valid").asBoolean())
            .toList());
    assertTrue(json.path(again).path("error").asText().contains(a + " and " + again));
  }

  @Test
  void theSchemaIsPrintedAsItIs() {
    Result schema = sluice("contract", "schema");
    assertEquals(0, schema.status());
    assertEquals(ContractParser.jsonSchema(), schema.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "contract                                                                | name what to do",
        "contract check                                                          | FILE",
        "contract diff one                                                       | NEW",
        "contract infer --topic t                                                |"
            + " --bootstrapServers",
        "contract infer --bootstrapServers h:1                                   | --topic",
        "contract infer --bootstrapServers h:1                                   | --subject or"
            + " --schema",
        "contract infer --subject s --schema f --schemaRegistry http://h:1       | two schemas",
        "contract infer --subject s                                              | write"
            + " --schemaRegistry=URL",
        "contract infer --subject s --schemaVersion 0                            |"
            + " --schemaVersion=0",
        "contract infer --schema f --schemaVersion 1                             |"
            + " --subject=SUBJECT, too",
        "contract infer --topic t --message m                                    | --message=m",
        "contract infer --schema /none.avsc                                      |"
            + " --schema=/none.avsc: no such file",
        "contract infer --schema /                                               | --schema=/: a"
            + " directory",
        "contract infer --schema /none.avsc --format [x                          | --format=[x",
        "contract infer --schema /none.avsc --out /dev/null/x.yaml               | the folder"
            + " /dev/null cannot be made: a file is in the way",
        "contract infer --bootstrapServers h:1 --topic t --sample 0              | --sample=0",
        "contract infer --bootstrapServers h:1 --topic t --sample many           | --sample",
        "contract infer --bootstrapServers h:1 --topic t --table T               | --table=T",
        "contract infer --bootstrapServers h:1 --topic t --out /                 | --out=/ exists",
        "contract infer --bootstrapServers h:1 --topic /shop.*/                  |"
            + " name one of those that fit it",
        "contract infer --bootstrapServers nowhere --topic t                     |"
            + " --bootstrapServers",
        "contract infer --bootstrapServers h:1 --topic t --kafkaConfigFile /none |"
            + " --kafkaConfigFile /none",
      })
  void aMistakeInAFlagIsNamed(String line, String what) {
    String error = sluice(line.split(" ")).error();
    assertTrue(error.contains(what), error);
  }
}
