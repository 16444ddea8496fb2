package io.sluice.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sluice.SluiceConfig;
import io.sluice.contract.Contract;
import io.sluice.contract.Table;
import io.sluice.decode.RecordFormat;
import io.sluice.schema.Schemas;
import io.sluice.source.SourceRecord;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.beam.sdk.values.Row;
import org.jspecify.annotations.Nullable;

/**
 * What a sample says of a contract and of the flags of a run.
 *
 * @param doubts what loses records without a word
 * @param beside how many records have what columns read of keys and headers
 * @param dates rows by the date that they would be written to
 * @param encoding nothing where no record was accepted
 * @param recordBytes of the values of all records
 */
public record Findings(
    Outcomes outcomes,
    List<Doubts.Doubt> doubts,
    long records,
    long recordBytes,
    List<Fields.Unknown> unknown,
    boolean unknownIsComplete,
    List<Fields.NeverSeen> neverSeen,
    List<Beside.Had> beside,
    List<Hints.Hint> hints,
    List<String> neverNull,
    EventTimes times,
    Map<LocalDate, Long> dates,
    @Nullable Encoding encoding) {

  /**
   * Looks at records as a run with these flags would.
   *
   * @param before the tables whose contracts come first on the same topic; none where they are not
   *     known
   * @param showsValues whether none of the contracts of the topic keeps values out
   * @param schemas what records name by an id
   */
  static Findings of(
      List<SourceRecord> records,
      SluiceConfig config,
      List<String> before,
      boolean showsValues,
      Schemas schemas)
      throws IOException {
    Contract contract = config.contract();
    Decoded decoded = Decoded.of(records, contract, config.decoding(), schemas);
    Fields fields = new Fields(contract);
    Hints hints = new Hints(contract, decoded.documents(), config.decoding(), schemas);
    Beside beside = new Beside(contract, schemas);
    Doubts doubts = new Doubts(contract, before, showsValues, schemas);
    records.forEach(doubts::add);
    RecordFormat format = RecordFormat.of(contract);
    for (SourceRecord record : decoded.documents()) {
      // The decoder stops at the first field that is wrong: what comes after it may be no document.
      JsonNode document =
          format
              .document(Objects.requireNonNull(record.value()), contract, schemas)
              .orElseGet(JsonNodeFactory.instance::objectNode);
      fields.add(document);
      hints.add(document);
      doubts.add(document);
      beside.add(record);
    }
    Table table = contract.lakeTable();
    return new Findings(
        decoded.outcomes(),
        doubts.doubts(decoded.outcomes(), fields.unknown()),
        records.size(),
        records.stream().mapToLong(Findings::size).sum(),
        fields.unknown(),
        fields.isComplete(),
        fields.neverSeen(doubts.isWithoutList()),
        beside.had(),
        hints.hints(),
        hints.neverNull(),
        EventTimes.of(decoded.times()),
        dates(table, decoded.rows()),
        decoded.rows().isEmpty()
            ? null
            : Encoding.of(table, decoded.rows(), decoded.rowBytes(), config.write().zstdLevel()));
  }

  private static Map<LocalDate, Long> dates(Table table, List<Row> rows) {
    Map<LocalDate, Long> dates = new TreeMap<>();
    for (Row row : rows) {
      Instant time = Objects.requireNonNull(row.getValue(table.timeColumn()));
      dates.merge(table.dateOf(time.getEpochSecond() * 1_000_000L), 1L, Long::sum);
    }
    return dates;
  }

  private static long size(SourceRecord record) {
    byte[] value = record.value();
    return value == null ? 0 : value.length;
  }

  /** Bytes of the value of a record, in the mean. */
  public double bytesOfARecord() {
    return records == 0 ? 0 : (double) recordBytes / records;
  }
}
