package io.sluice.mirror;

import static io.sluice.mirror.ChangesLake.envelope;

import io.sluice.DuckDb;
import io.sluice.contract.Contract;
import io.sluice.erase.DerivedRows;
import io.sluice.erase.DerivedRowsContract;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** A mirror loses what is erased as everything that is derived does. */
class MirrorRowsTest extends DerivedRowsContract {
  private static final String CONTRACT =
      """
      table: people_changes
      topic: people
      format: {name: debezium, key: [id], truncates: row}
      event_time: changed_at
      columns:
        - {name: changed_at, path: _source_ts, type: timestamp, required: true}
        - {name: op, path: _op, type: string, required: true}
        - {name: lsn, path: _lsn, type: int64}
        - {name: unavailable, path: _unavailable, type: {list: string}}
        - {name: id, type: int64}
        - {name: person, type: string}
      """;

  @Override
  protected DerivedRows kind() {
    return new MirrorRows();
  }

  @Override
  protected Derivation open(Path folder) throws IOException {
    ChangesLake lake = new ChangesLake(folder, CONTRACT);
    return new Derivation() {
      private long lsn;

      @Override
      public Store lake() {
        return lake.store;
      }

      @Override
      public LakeTable table() {
        try {
          return LakeTable.open(lake.store, lake.stores, lake.contract(), LakeTable.Access.READ);
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      }

      @Override
      public Contract contract() {
        return lake.contract();
      }

      @Override
      public void append(int number, String person) throws IOException {
        lsn++;
        String row = "{\"id\":" + number + ",\"person\":\"" + person + "\"}";
        lake.append(
            List.of(lake.send(0, envelope("c", null, row, lsn, 1_767_323_045_000_000L + lsn))));
      }

      @Override
      public void derive(boolean fromScratch) throws IOException {
        lake.run(new Mirror.Settings(4, fromScratch, Duration.ofDays(30), Duration.ofDays(1), 2));
      }

      @Override
      public Set<String> people() throws Exception {
        return new TreeSet<>(lake.rows(lake.newest(), "person"));
      }

      @Override
      public Set<String> peopleOfAllFiles() throws Exception {
        Set<String> people = new TreeSet<>();
        try (Stream<Path> all = Files.walk(folder.resolve("people_changes_current"))) {
          for (Path file : all.filter(one -> one.toString().endsWith(".parquet")).toList()) {
            people.addAll(DuckDb.query("select person from '" + file + "'"));
          }
        }
        return people;
      }

      @Override
      public void close() {
        lake.close();
      }
    };
  }
}
