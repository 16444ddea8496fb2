package io.sluice.complete;

import io.sluice.contract.Table;
import io.sluice.lake.LakeDescriptor;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.PartFile;
import io.sluice.lake.Rounds;
import io.sluice.lake.Store;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The files of a table that hold its rows, each row once, with their footers.
 *
 * @param files in the order of their keys
 * @param leftovers what a rewrite has replaced and not deleted yet, and what one has begun and not
 *     finished
 */
public record LiveFiles(List<LakeFiles.DataFile> files, List<Store.Entry> leftovers) {
  public static LiveFiles read(Store store, Table table) throws IOException {
    List<LakeFiles.DataFile> files = new ArrayList<>();
    List<Store.Entry> leftovers = forEach(store, table, files::add, LakeFiles.IfDamaged.THROW);
    return new LiveFiles(List.copyOf(files), leftovers);
  }

  /**
   * Gives out the files one by one, each date's as of one moment: those of one date are held.
   *
   * @param damaged gets what is not a data file any more
   * @return the leftovers
   * @throws io.sluice.UserException where a newer version of Sluice has written the table
   */
  public static List<Store.Entry> forEach(
      Store store, Table table, Consumer<LakeFiles.DataFile> to, LakeFiles.IfDamaged damaged)
      throws IOException {
    LakeDescriptor.requireReadable(store, table);
    TreeMap<LocalDate, List<Store.Entry>> dates = new TreeMap<>();
    for (Store.Entry entry : LakeFiles.list(store, table)) {
      PartFile part = DateFiles.part(entry);
      dates.computeIfAbsent(part.date(), date -> new ArrayList<>()).add(entry);
    }
    List<Store.Entry> leftovers = new ArrayList<>();
    Set<String> broken = new HashSet<>();
    LakeFiles.IfDamaged once =
        (file, e) -> {
          if (broken.add(file.key())) {
            damaged.accept(file, e);
          }
        };
    for (LocalDate date : dates.keySet()) {
      List<Store.Entry> listed = Objects.requireNonNull(dates.get(date));
      boolean isRewritten = listed.stream().anyMatch(entry -> DateFiles.part(entry).isRewritten());
      TreeMap<String, LakeFiles.DataFile> known = new TreeMap<>();
      if (isRewritten || !readAll(store, listed, known, once)) {
        listed = readDate(store, table, date, known, leftovers, once);
      }
      for (Store.Entry entry : listed) {
        if (!broken.contains(entry.key())) {
          to.accept(Objects.requireNonNull(known.remove(entry.key())));
        }
      }
    }
    return List.copyOf(leftovers);
  }

  /** The live files of a date that rewrites touch, all of them read. */
  private static List<Store.Entry> readDate(
      Store store,
      Table table,
      LocalDate date,
      TreeMap<String, LakeFiles.DataFile> known,
      List<Store.Entry> leftovers,
      LakeFiles.IfDamaged damaged)
      throws IOException {
    String folder = PartFile.folder(table.name(), table.dateColumn(), date);
    for (Rounds rounds = new Rounds(store, folder);
        ;
        rounds.next("files vanish while they are read")) {
      DateFiles files = DateFiles.read(store, table, date);
      if (readAll(store, files.live(), known, damaged)) {
        leftovers.addAll(files.replaced());
        leftovers.addAll(files.pending());
        leftovers.addAll(files.abandoned());
        return files.live();
      }
    }
  }

  /** Reads those that are not known; false where one vanished. */
  private static boolean readAll(
      Store store,
      List<Store.Entry> entries,
      TreeMap<String, LakeFiles.DataFile> known,
      LakeFiles.IfDamaged damaged)
      throws IOException {
    List<Store.Entry> unknown =
        entries.stream().filter(entry -> !known.containsKey(entry.key())).toList();
    return LakeFiles.forEach(store, unknown, file -> known.put(file.entry().key(), file), damaged);
  }
}
