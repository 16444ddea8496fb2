package io.sluice.audit;

import io.sluice.complete.Manifest;
import io.sluice.complete.Manifests;
import io.sluice.contract.Table;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Seal;
import io.sluice.lake.Store;
import io.sluice.lake.StoreInputFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;

/** Reads files whole: their bytes against seal and manifest, their rows against their footers. */
final class FileChecks {
  private FileChecks() {}

  /**
   * What is wrong; each entry names the file.
   *
   * @param files date by date
   */
  static List<String> read(Store store, Table table, List<LakeFiles.DataFile> files)
      throws IOException {
    List<String> damaged = new ArrayList<>();
    LocalDate date = null;
    Optional<Manifest> manifest = Optional.empty();
    ParquetReadOptions options =
        ParquetReadOptions.builder(new PlainParquetConfiguration()).build();
    for (LakeFiles.DataFile file : files) {
      if (!file.part().date().equals(date)) {
        date = file.part().date();
        manifest = new Manifests(store, table, date).newest();
      }
      Seal.Check check;
      try {
        check = Seal.check(store, file.entry());
      } catch (NoSuchFileException e) {
        // A rewrite has replaced it since it was listed.
        continue;
      }
      if (!check.intact()) {
        damaged.add(named(store, file, "its bytes are not those that were sealed"));
      }
      Optional<Manifest.DataFile> named = manifest.flatMap(one -> one.file(file.part().name()));
      if (named.isPresent() && !named.get().sha256().equals(check.sha256())) {
        damaged.add(named(store, file, "its bytes are not those of the manifest's SHA-256"));
      }
      long rows = 0;
      StoreInputFile input = new StoreInputFile(store, file.entry());
      try (ParquetFileReader reader = ParquetFileReader.open(input, options)) {
        for (PageReadStore group = reader.readNextRowGroup();
            group != null;
            group = reader.readNextRowGroup()) {
          rows += group.getRowCount();
        }
      } catch (NoSuchFileException e) {
        continue;
      } catch (IOException | RuntimeException e) {
        input.throwFailure();
        damaged.add(named(store, file, "cannot be read: " + e));
        continue;
      }
      if (rows != file.footer().rows()) {
        damaged.add(
            named(store, file, "has " + rows + " rows, its footer says " + file.footer().rows()));
      }
    }
    return damaged;
  }

  private static String named(Store store, LakeFiles.DataFile file, String what) {
    String date = file.part().date().toString();
    return store.root()
        + "/"
        + file.entry().key()
        + ": "
        + what
        + "; restore it from a backup"
        + (file.part().dateColumn().equals("event_date")
            ? ", or sluice rebuild --date=" + date + " from Kafka"
            : "");
  }
}
