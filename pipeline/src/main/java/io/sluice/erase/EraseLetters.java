package io.sluice.erase;

import io.sluice.complete.LiveFiles;
import io.sluice.contract.Contract;
import io.sluice.contract.Table;
import io.sluice.deadletter.DeadLetters;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.PartFile;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import io.sluice.replay.DeadLetterFiles;
import io.sluice.source.SourceRecord;
import java.io.IOException;
import java.time.LocalDate;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Erases dead letters of some keys. All of them are read, for no statistics say what stands in a
 * record that was not understood. {@link LetterRule} decides of which keys one is.
 */
public final class EraseLetters {
  private static final Logger LOG = LoggerFactory.getLogger(EraseLetters.class);

  private final Store store;
  private final Contract contract;
  private final Erase erase;
  private final LetterRule rule;
  private final DeadLetterFiles files;

  /** By date: letters that may be of one of the keys, and stay. */
  private final TreeMap<LocalDate, Positions> undecided = new TreeMap<>();

  /**
   * @param erase of the table of dead letters
   * @param byBytes whether a letter that has a key anywhere in its bytes is of that key, where the
   *     place of the column in it says nothing; else it is undecided
   */
  public EraseLetters(Store store, Contract contract, Erase erase, Where where, boolean byBytes) {
    this.store = store;
    this.contract = contract;
    this.erase = erase;
    this.rule = new LetterRule(where, contract.format().name(), byBytes);
    this.files = new DeadLetterFiles(store, contract);
  }

  /** The positions of a table whose rows were erased, as far as its files say them. */
  public static Positions erased(Store store, Table table) throws IOException {
    Positions erased = new Positions();
    LiveFiles.forEach(
        store,
        table,
        file -> erased.addAll(file.footer().erased().positions()),
        (file, e) -> LOG.warn("{}; what was erased of it is not known", e.getMessage()));
    return erased;
  }

  /**
   * Erases the letters of a date.
   *
   * @param erasedInLake positions whose rows were erased: their letters go, too
   */
  public Erase.Result run(LocalDate date, Positions erasedInLake) throws IOException {
    return erase.runIfPossible(
        date,
        () -> {
          Positions gone = judge(date, erasedInLake);
          return file -> {
            Positions here;
            // Positions remember where they were asked last, and files are looked into together.
            synchronized (gone) {
              here = file.footer().positions().and(gone);
            }
            return FileMatches.ofLetters(store, file, here);
          };
        });
  }

  /** The positions of letters that are to go. */
  private Positions judge(LocalDate date, Positions erasedInLake) throws IOException {
    Table table = table();
    String folder = PartFile.folder(table.name(), table.dateColumn(), date);
    // A damaged one is said to be so before any is read.
    LakeFiles.forEach(store, LakeFiles.list(store, folder), file -> {});
    Positions gone = new Positions();
    Positions open = new Positions();
    files.read(
        date,
        Set.of(),
        DeadLetterFiles.Columns.ALL,
        letter -> {
          switch (rule.of(letter, erasedInLake)) {
            case ERASE -> add(gone, letter.record());
            case UNDECIDED -> add(open, letter.record());
            case KEEP -> {
              // It is of somebody else.
            }
          }
        });
    if (!open.isEmpty()) {
      undecided.put(date, open);
    }
    return gone;
  }

  private static void add(Positions positions, SourceRecord record) {
    positions.add(record.source(), record.partition(), record.offset());
  }

  /** By date: letters that may be of one of the keys, and stay, for nothing decides it. */
  public TreeMap<LocalDate, Positions> undecided() {
    return new TreeMap<>(undecided);
  }

  /** The table of the letters. */
  public Table table() {
    return DeadLetters.table(contract);
  }
}
