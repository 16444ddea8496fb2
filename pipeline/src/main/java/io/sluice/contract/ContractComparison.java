package io.sluice.contract;

import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.contract.ContractDiff.Change;
import io.sluice.contract.ContractDiff.Verdict;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares two contracts key by key, then column by column. */
final class ContractComparison {
  private static final String NEW_TABLE =
      "a position that is read again could get another date, and so a second row: begin a new table";
  private static final String OTHER_TABLE = "records go to another table from now on";
  private static final String MOVES =
      "from now on records go to the other side: accepted, or dead letters";

  private final List<Change> changes = new ArrayList<>();
  private final TypeComparison types = new TypeComparison(changes);

  /** What was found to be different so far. */
  List<Change> changes() {
    return changes;
  }

  private void add(String what, String change, Verdict verdict, String why) {
    changes.add(new Change(what, change, verdict, why));
  }

  private void key(String key, Object older, Object newer, Verdict verdict, String why) {
    if (!older.equals(newer)) {
      add(key, DiffTexts.change(older, newer), verdict, why);
    }
  }

  void contracts(Contract older, Contract newer) {
    if (!older.table().equals(newer.table())) {
      add(
          "table",
          DiffTexts.change(older.table(), newer.table()),
          Verdict.NOTE,
          "the files of the two are never read together: nothing else is compared");
      return;
    }
    if (older.version().equals(newer.version()) && !ContractDiff.sameMeaning(older, newer)) {
      add(
          "version",
          older.version() + " twice",
          Verdict.INCOMPATIBLE,
          "two contracts of one version cannot be told apart in files and dead letters: give the newer one another version");
    }
    plugged(
        "source",
        ContractSource.isDefault(older.source()) ? "" : "source.",
        older.source(),
        newer.source(),
        "its records have other positions: they are added to the table, though they may be the same events");
    eventTimes(older, newer);
    key("zone", zone(older), zone(newer), Verdict.INCOMPATIBLE, NEW_TABLE);
    plugged("format", "format.", older.format(), newer.format(), MOVES);
    key("unknown_fields", older.unknownFields(), newer.unknownFields(), Verdict.NOTE, MOVES);
    key("max_bytes", older.maxBytes(), newer.maxBytes(), Verdict.NOTE, MOVES);
    key("max_depth", older.maxDepth(), newer.maxDepth(), Verdict.NOTE, MOVES);
    key(
        "position_columns",
        older.positionColumns(),
        newer.positionColumns(),
        Verdict.NOTE,
        "_source, _partition, _offset and _record_time are null in the files without them");
    key("skip", skips(older), skips(newer), Verdict.NOTE, MOVES);
    key(
        "dead_letters",
        older.intake().letters(),
        newer.intake().letters(),
        Verdict.NOTE,
        "dead letters of before keep what they have");
    Choice before = older.intake().choice();
    Choice after = newer.intake().choice();
    key(
        "when",
        Condition.text(before.when()),
        Condition.text(after.when()),
        Verdict.NOTE,
        OTHER_TABLE);
    key("unless", DiffTexts.unless(before), DiffTexts.unless(after), Verdict.NOTE, OTHER_TABLE);
    key(
        "explode",
        ContractPath.text(older.intake().explode()),
        ContractPath.text(newer.intake().explode()),
        Verdict.NOTE,
        "a record may be other rows from now on");
    keyFormats(older.intake().keyFormat(), newer.intake().keyFormat());
    transforms(older, newer);
    columns(older, newer);
  }

  private void keyFormats(@Nullable Plugged older, @Nullable Plugged newer) {
    if (older != null && newer != null) {
      plugged("key_format", "key_format.", older, newer, MOVES);
    } else {
      key("key_format", DiffTexts.name(older), DiffTexts.name(newer), Verdict.NOTE, MOVES);
    }
  }

  private static List<String> skips(Contract contract) {
    return contract.intake().skips().stream().map(DiffTexts::lower).toList();
  }

  /**
   * @param prefix of the keys, as a contract has them
   */
  private void plugged(String section, String prefix, Plugged older, Plugged newer, String why) {
    key(section, older.name(), newer.name(), Verdict.NOTE, why);
    Map<String, Object> after = newer.keys().byName();
    older
        .keys()
        .byName()
        .forEach(
            (key, value) -> {
              if (after.containsKey(key)) {
                key(prefix + key, value, after.get(key), Verdict.NOTE, why);
              }
            });
  }

  private void transforms(Contract older, Contract newer) {
    if (!older.transform().calls().equals(newer.transform().calls())) {
      add(
          "transform",
          DiffTexts.change(DiffTexts.calls(older), DiffTexts.calls(newer)),
          Verdict.NOTE,
          "rows of before stay as they are; a record may have another row from now on, be skipped or be a dead letter");
    }
    List<Column> before = onlyRead(older);
    List<Column> after = onlyRead(newer);
    if (!before.equals(after)) {
      add("columns that transform removes", DiffTexts.columns(before, after), Verdict.NOTE, MOVES);
    }
  }

  /** What is decoded and is no column of the table. */
  private static List<Column> onlyRead(Contract contract) {
    return contract.columns().stream()
        .filter(column -> !contract.rowColumns().contains(column))
        .toList();
  }

  /** UTC has several names. */
  private static String zone(Contract contract) {
    ZoneId zone = contract.zone().normalized();
    return zone.equals(ZoneOffset.UTC) ? "UTC" : zone.getId();
  }

  private void eventTimes(Contract older, Contract newer) {
    Column before = older.columns().get(older.eventTime());
    Column after = newer.columns().get(newer.eventTime());
    if (!before.path().equals(after.path())) {
      add(
          "event_time",
          DiffTexts.change(path(before), path(after)),
          Verdict.INCOMPATIBLE,
          NEW_TABLE);
    } else if (!TypeComparison.isWrittenAlike(
        (Timestamp) before.type(), (Timestamp) after.type())) {
      add(
          "event_time",
          DiffTexts.change(
              TypeComparison.written((Timestamp) before.type()),
              TypeComparison.written((Timestamp) after.type())),
          Verdict.INCOMPATIBLE,
          NEW_TABLE);
    }
  }

  private static String path(Column column) {
    String text = ContractPath.text(column.path());
    return text.startsWith("[") ? "$" + text : "$." + text;
  }

  private void columns(Contract older, Contract newer) {
    Map<String, Column> before = new LinkedHashMap<>();
    older.rowColumns().forEach(column -> before.put(column.name(), column));
    Map<String, Column> after = new LinkedHashMap<>();
    newer.rowColumns().forEach(column -> after.put(column.name(), column));
    String eventTime = newer.columns().get(newer.eventTime()).name();
    after.forEach(
        (name, column) -> {
          Column was = before.get(name);
          if (was != null) {
            column(was, column, name.equals(eventTime));
          } else if (!types.renamed("column ", name, before.keySet().stream().toList())) {
            types.added("column " + name, column.required(), renamedFrom(column, before, after));
          }
        });
    before
        .keySet()
        .forEach(
            name -> {
              if (!after.containsKey(name)
                  && TypeComparison.sameButForCase(name, after.keySet()).isEmpty()) {
                types.dropped("column " + name);
              }
            });
  }

  private void column(Column before, Column after, boolean eventTime) {
    String what = "column " + after.name();
    if (!before.reading().equals(after.reading())) {
      add(
          what,
          DiffTexts.readings(before.reading(), after.reading()),
          eventTime ? Verdict.INCOMPATIBLE : Verdict.NOTE,
          eventTime
              ? NEW_TABLE
              : "a record may have another value, or be a dead letter, from now on");
    }
    if (!before.path().equals(after.path())) {
      add(
          what,
          DiffTexts.change(path(before), path(after)),
          Verdict.NOTE,
          "its values come from another place from now on");
    }
    types.types(what, before.type(), after.type(), eventTime);
    types.required(what, before.required(), after.required());
    if (before.dictionary() != after.dictionary() || before.bloomFilter() != after.bloomFilter()) {
      add(what, "dictionary or bloom_filter", Verdict.COMPATIBLE, "readers see the same values");
    }
  }

  private static @Nullable String renamedFrom(
      Column column, Map<String, Column> before, Map<String, Column> after) {
    return before.values().stream()
        .filter(was -> was.path().equals(column.path()) && !after.containsKey(was.name()))
        .map(Column::name)
        .findFirst()
        .orElse(null);
  }
}
