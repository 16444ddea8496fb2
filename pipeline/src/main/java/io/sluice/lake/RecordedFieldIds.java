package io.sluice.lake;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.contract.FieldIds;
import io.sluice.contract.Table;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The numbers of a table's fields, beside its contracts: {@code
 * _sluice/TABLE/fields/NNNNNNNNNN.json}. Each object has all that were given until then, and the
 * next one is written behind it alone; so two jobs that begin at once with different contracts
 * cannot give one number twice.
 */
final class RecordedFieldIds {
  private static final String FIELDS = "fields";

  private final NumberedObjects objects;

  RecordedFieldIds(Store store, Table table) {
    objects =
        new NumberedObjects(
            store,
            "_sluice/" + table.name() + "/" + FIELDS + "/",
            "record of field ids",
            "restore it from a backup; delete it only where no file of the table is younger: a"
                + " number that a file has must not be given again");
  }

  /** The numbers that were given. */
  FieldIds read() throws IOException {
    return read(objects.entries());
  }

  private FieldIds read(List<Store.Entry> entries) throws IOException {
    if (entries.isEmpty()) {
      return FieldIds.NONE;
    }
    return objects.read(
        entries.get(entries.size() - 1).key(),
        json -> {
          LakeObject fields = json.object(FIELDS);
          Map<String, Integer> ids = new TreeMap<>();
          fields.keys().forEach(field -> ids.put(field, fields.smallNumber(field)));
          return new FieldIds(ids);
        });
  }

  /** Gives numbers to a table's fields that have none; what has them all is only read. */
  FieldIds record(Table table) throws IOException {
    for (int i = 0; i < NumberedObjects.MOST_TRIES; i++) {
      List<Store.Entry> entries = objects.entries();
      FieldIds known = read(entries);
      FieldIds all = known.with(table.columns()).with(table.positionColumns());
      if (all.equals(known)) {
        return known;
      }
      ObjectNode json = NumberedObjects.begin();
      ObjectNode fields = json.putObject(FIELDS);
      all.byPath().forEach(fields::put);
      if (objects.addBehind(objects.last(entries), json)) {
        return all;
      }
    }
    throw objects.alwaysTaken();
  }
}
