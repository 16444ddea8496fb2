package io.sluice.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.sluice.contract.Column;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractPath;
import io.sluice.contract.Reading;
import io.sluice.decode.RecordFormat;
import io.sluice.schema.Schemas;
import io.sluice.source.SourceRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many records have what columns read of keys and headers. What else is not of a record's value
 * (a topic, an offset, a constant, …) each record has.
 */
final class Beside {
  /**
   * A column that is read from keys or headers.
   *
   * @param from as a contract names it: {@code key}, {@code key.PATH}, {@code headers.NAME}
   * @param count the table's records that have one
   */
  public record Had(String column, String from, long count) {}

  private final List<Column> columns;
  private final long[] had;
  private final @Nullable Contract keys;
  private final Schemas schemas;

  Beside(Contract contract, Schemas schemas) {
    this.columns =
        contract.columns().stream()
            .filter(
                column ->
                    column.reading().isOfKey() || column.reading().from() == Reading.From.HEADER)
            .toList();
    this.had = new long[columns.size()];
    this.keys =
        contract.intake().keyFormat() != null
                && columns.stream().anyMatch(column -> column.reading().isOfKey())
            ? contract.asKeyRead()
            : null;
    this.schemas = schemas;
  }

  /** Looks at a record of the table. */
  void add(SourceRecord record) {
    JsonNode key = key(record);
    for (int i = 0; i < columns.size(); i++) {
      if (has(columns.get(i), record, key)) {
        had[i]++;
      }
    }
  }

  /** The key as a document; null's node where it is none, or keys have no format. */
  private JsonNode key(SourceRecord record) {
    byte[] key = record.key();
    return keys == null || key == null
        ? NullNode.getInstance()
        : RecordFormat.of(keys).document(key, keys, schemas).orElse(NullNode.getInstance());
  }

  private boolean has(Column column, SourceRecord record, JsonNode key) {
    if (column.reading().isOfKey()) {
      return keys == null ? record.key() != null : !DocumentValues.at(key, column.path()).isNull();
    }
    byte[] last = null;
    for (SourceRecord.Header header : record.headers()) {
      if (header.key().equals(column.reading().name())) {
        last = header.value();
      }
    }
    return last != null;
  }

  /** In the order of the contract. */
  List<Had> had() {
    List<Had> all = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      all.add(new Had(columns.get(i).name(), from(columns.get(i)), had[i]));
    }
    return all;
  }

  private String from(Column column) {
    return column.reading().from() == Reading.From.HEADER
        ? "headers." + column.reading().name()
        : keys == null ? "key" : "key." + ContractPath.joined(column.path());
  }
}
