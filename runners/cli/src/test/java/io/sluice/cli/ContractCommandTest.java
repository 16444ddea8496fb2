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
            new String[] {directory.toString(), "a directory"},
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
        "contract infer --topic t                                                | --bootstrapServers",
        "contract infer --bootstrapServers h:1                                   | --topic",
        "contract infer --bootstrapServers h:1 --topic t --sample 0              | --sample=0",
        "contract infer --bootstrapServers h:1 --topic t --sample many           | --sample",
        "contract infer --bootstrapServers h:1 --topic t --table T               | --table=T",
        "contract infer --bootstrapServers h:1 --topic t --out /                 | --out=/ exists",
        "contract infer --bootstrapServers nowhere --topic t                     | --bootstrapServers",
        "contract infer --bootstrapServers h:1 --topic t --kafkaConfigFile /none | --kafkaConfigFile /none",
      })
  void aMistakeInAFlagIsNamed(String line, String what) {
    String error = sluice(line.split(" ")).error();
    assertTrue(error.contains(what), error);
  }
}
