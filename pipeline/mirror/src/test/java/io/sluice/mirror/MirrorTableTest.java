package io.sluice.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.SluiceConfig;
import io.sluice.SluiceFlags;
import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractException;
import io.sluice.contract.ContractParser;
import io.sluice.decode.DecodeSettings;
import io.sluice.decode.RecordDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a contract lacks is said with what to write. */
class MirrorTableTest {
  private static String refused(String yaml) {
    Contract contract = ContractParser.parse(yaml, "orders.yaml");
    return assertThrows(UserException.class, () -> MirrorTable.of(contract, contract.lakeTable()))
        .getMessage();
  }

  private static String contract(String format, String... columns) {
    return "table: orders\ntopic: orders\nformat: "
        + format
        + "\nevent_time: changed_at\ncolumns:\n"
        + "  - {name: changed_at, path: _source_ts, type: timestamp, required: true}\n"
        + String.join("\n", List.of(columns).stream().map(c -> "  - {" + c + "}").toList())
        + "\n";
  }

  @Test
  void anotherFormatHasNoChanges() {
    String said =
        refused(contract("json", "name: id, type: int64").replace("_source_ts", "changed_at"));
    assertTrue(said.contains("table orders has format json"), said);
  }

  @Test
  void aTableWithoutAKeyIsToldTheWayOut() {
    String said = refused(contract("debezium", "name: id, type: int64"));
    assertTrue(said.contains("names no key"), said);
    assertTrue(said.contains("message.key.columns"), said);
  }

  @Test
  void allThatIsMissingIsSaidAtOnce() {
    String said = refused(contract("{name: debezium, key: [id]}", "name: id, type: int64"));
    for (String line :
        List.of(
            "truncates: row",
            "{name: op, path: _op, type: string}",
            "{name: lsn, path: _lsn, type: int64}",
            "{name: unavailable, path: _unavailable, type: {list: string}}",
            "{name: binlog_file, path: _binlog_file, type: string}",
            "{name: binlog_pos, path: _binlog_pos, type: int64}",
            "{name: binlog_row, path: _binlog_row, type: int32}",
            "{name: gtid, path: _gtid, type: string}")) {
      assertTrue(said.contains(line), line + " is not in: " + said);
    }
  }

  @Test
  void whatIsMissingIsAContractThatATableAccepts() {
    Contract contract =
        ContractParser.parse(
            contract(
                "{name: debezium, key: [id], truncates: row}",
                "name: id, type: int64",
                "name: op, path: _op, type: string",
                "name: lsn, path: _lsn, type: int64",
                "name: unavailable, path: _unavailable, type: {list: string}"),
            "orders.yaml");
    MirrorTable table = MirrorTable.of(contract, contract.lakeTable());
    assertEquals("orders_current", table.name());
    assertEquals(Order.Log.WAL, table.log());
    assertEquals(List.of("id"), table.key());
  }

  @Test
  void anEventTimeOfTheRowIsRefused() {
    String said =
        refused(
            contract("{name: debezium, key: [id], truncates: row}", "name: id, type: int64")
                .replace("path: _source_ts, ", ""));
    assertTrue(said.contains("deletes and truncates have no changed_at"), said);
  }

  @Test
  void aKeyHasOneValueInEachColumn() {
    String said =
        refused(
            contract(
                "{name: debezium, key: [tags], truncates: row}",
                "name: tags, type: {list: string}"));
    assertTrue(said.contains("column tags of the key"), said);
  }

  /** Those of docs/operations.md. */
  @Test
  void theDocumentedContractsAreForAMirror() throws Exception {
    String docs = Files.readString(Path.of("../../docs/operations.md"));
    String section = docs.substring(docs.indexOf("## The current state of a database"));
    String[] yaml = section.split("```yaml\n", -1);
    String postgres = yaml[1].substring(0, yaml[1].indexOf("```"));
    String binlog = yaml[2].substring(0, yaml[2].indexOf("```"));
    String mysql = postgres.replaceAll("(?m)^.*(name: lsn|name: unavailable).*\n", "") + binlog;
    Map<String, Order.Log> contracts = Map.of(postgres, Order.Log.WAL, mysql, Order.Log.BINLOG);
    contracts.forEach(
        (text, log) -> {
          Contract contract = ContractParser.parse(text, "orders.yaml");
          MirrorTable table = MirrorTable.of(contract, contract.lakeTable());
          assertEquals(log, table.log());
          assertEquals("_offset", table.offset());
          DecodeSettings settings = SluiceConfig.decoding(SluiceFlags.read(List.of()));
          new RecordDecoder(contract, settings).close();
        });
  }

  private static String decoderRefuses(String yaml) {
    Contract contract = ContractParser.parse(yaml, "orders.yaml");
    DecodeSettings settings = SluiceConfig.decoding(SluiceFlags.read(List.of()));
    return assertThrows(
            ContractException.class, () -> new RecordDecoder(contract, settings).close())
        .getMessage();
  }

  @Test
  void aTruncateHasNoRequiredColumns() {
    String said =
        decoderRefuses(
            contract(
                "{name: debezium, key: [id], truncates: row}",
                "name: id, type: int64, required: true"));
    assertTrue(said.contains("column id is required"), said);
  }

  @Test
  void aKeyOfColumnsThatAreNotThereIsRefused() {
    String said = decoderRefuses(contract("{name: debezium, key: [ip]}", "name: id, type: int64"));
    assertTrue(said.contains("ip"), said);
  }
}
