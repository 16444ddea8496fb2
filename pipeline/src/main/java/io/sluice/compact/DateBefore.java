package io.sluice.compact;

import io.sluice.UserException;
import io.sluice.complete.DateFiles;
import io.sluice.complete.Manifest;
import io.sluice.contract.Table;
import io.sluice.lake.DamagedFileException;
import io.sluice.lake.Footer;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.PartFile;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of a date, and what a rebuild is to replace of them. A file whose footer cannot be read
 * is replaced by exactly the rows that the manifest names for it. Of one that no manifest names,
 * nobody knows the rows: it is replaced by nothing. Neither are recovered dead letters for a
 * contract to derive: they are dead letters again, until they are replayed. All other rows are for
 * the log to take, which knows what running jobs append meanwhile.
 *
 * <p>What was erased is not derived again: its positions go into the new files as they are. A file
 * that does not say which of its positions these are stays as it is.
 */
final class DateBefore {
  /** The files of one log that are to be replaced. */
  static final class Log {
    final List<PartFile> parts = new ArrayList<>();
    final Positions positions = new Positions();

    /** Of rows that were erased; none of them is among the other positions. */
    final Positions erased = new Positions();

    Footer.@Nullable TimeRange times;

    private void add(PartFile part, Footer footer, Positions derived) {
      parts.add(part);
      positions.addAll(derived);
      erased.addAll(footer.erased().positions());
      times = times == null ? footer.eventTimes() : times.and(footer.eventTimes());
    }
  }

  final TreeMap<Integer, Log> logs = new TreeMap<>();

  /** All that is to be derived again. */
  final Positions replaced = new Positions();

  /** That part of it which the contract of today once accepted. */
  final Positions sameContract = new Positions();

  /** What other files of the lake have, and what is not to be there again, for it was erased. */
  final Positions elsewhere = new Positions();

  /** Files that cannot be read. */
  final List<PartFile> damaged = new ArrayList<>();

  /** Those of them of which nobody knows what they held. */
  final List<PartFile> unknown = new ArrayList<>();

  /** Rows of damaged files that only a replay can derive again. */
  final Positions recovered = new Positions();

  int files;
  int kept;

  private Optional<Manifest> manifest = Optional.empty();

  private final Store lake;
  private final Table table;
  private final String contractVersion;

  private DateBefore(Store lake, Table table, String contractVersion) {
    this.lake = lake;
    this.table = table;
    this.contractVersion = contractVersion;
  }

  /**
   * Looks at a date.
   *
   * @throws UserException where a file is damaged and not to be replaced, or not settled
   */
  static DateBefore read(
      Store lake,
      Table table,
      String contractVersion,
      Rebuild.Settings settings,
      Rewrite rewrite,
      LocalDate date)
      throws IOException {
    DateBefore before = new DateBefore(lake, table, contractVersion);
    DateFiles files = DateFiles.read(lake, table, date);
    before.files = files.live().size();
    before.manifest = files.manifest();
    List<Store.Entry> damaged = new ArrayList<>();
    for (Store.Entry entry : files.live()) {
      Optional<LakeFiles.DataFile> file = before.readOrDamaged(entry);
      if (file.isEmpty()) {
        damaged.add(entry);
      } else if (file.get().footer().recovered()
          || !file.get().footer().erased().isPlaced()
          || !rewrite.isSettled(entry)) {
        before.kept++;
        before.elsewhere.addAll(file.get().footer().positions());
      } else {
        before.replace(file.get().part(), file.get().footer());
      }
    }
    before.requireReplaceable(damaged, settings, rewrite);
    for (Store.Entry entry : damaged) {
      before.replaceDamaged(PartFile.parse(entry.key()).orElseThrow());
    }
    before.readElsewhere(date, settings.replaceDamaged());
    return before;
  }

  /** What is not to come back, though no file of the date has it. */
  void isErased(Positions positions) {
    elsewhere.addAll(positions);
  }

  /** How many files are to be replaced. */
  int replacedFiles() {
    return logs.values().stream().mapToInt(log -> log.parts.size()).sum();
  }

  private void replace(PartFile part, Footer footer) {
    Positions derived = footer.positions().minus(footer.erased().positions());
    logs.computeIfAbsent(part.shard(), shard -> new Log()).add(part, footer, derived);
    replaced.addAll(derived);
    elsewhere.addAll(footer.erased().positions());
    if (footer.contractVersion().equals(contractVersion)) {
      sameContract.addAll(derived);
    }
  }

  private void requireReplaceable(
      List<Store.Entry> entries, Rebuild.Settings settings, Rewrite rewrite) throws IOException {
    for (Store.Entry entry : entries) {
      String which =
          lake.root()
              + "/"
              + entry.key()
              + (entries.size() > 1 ? ", one of " + entries.size() + " files," : "")
              + " is damaged";
      if (!settings.replaceDamaged()) {
        throw new UserException(
            which
                + ": restore it from a backup, or replace it by what Kafka has with"
                + " --replaceDamaged");
      }
      if (!rewrite.isSettled(entry)) {
        throw new UserException(
            which
                + ", and too young to be replaced while a job may write: run this again after "
                + entry.modified().plus(settings.settle()));
      }
    }
  }

  /**
   * Only rows that the manifest names may go into the file that takes a damaged one's place: every
   * writer knows these. All others may be on their way into the log at this moment. Recovered dead
   * letters are not for the contract to derive.
   */
  private void replaceDamaged(PartFile part) {
    damaged.add(part);
    Optional<Footer> footer =
        manifest.flatMap(one -> one.file(part.name())).map(Manifest.DataFile::footer);
    if (footer.isPresent() && !footer.get().erased().isPlaced()) {
      throw new UserException(
          lake.root()
              + "/"
              + part.key()
              + " is damaged, and rows of it were erased of which no file says which they were:"
              + " restore it from a backup; without one, delete it, run this again, and then"
              + " sluice erase for the same keys");
    }
    if (footer.isPresent() && !footer.get().recovered()) {
      replace(part, footer.get());
      return;
    }
    Log log = logs.computeIfAbsent(part.shard(), shard -> new Log());
    log.parts.add(part);
    if (footer.isEmpty()) {
      unknown.add(part);
      return;
    }
    Positions erased = footer.get().erased().positions();
    log.erased.addAll(erased);
    elsewhere.addAll(erased);
    recovered.addAll(footer.get().positions().minus(erased));
  }

  /** The same, of which the damaged files alone are to be replaced. */
  DateBefore damagedOnly() {
    DateBefore only = new DateBefore(lake, table, contractVersion);
    only.manifest = manifest;
    damaged.forEach(only::replaceDamaged);
    return only;
  }

  private void readElsewhere(LocalDate date, boolean replaceDamaged) throws IOException {
    TablePositions others = TablePositions.read(lake, table, file -> !file.date().equals(date));
    others.requireKnown(replaceDamaged);
    elsewhere.addAll(others.positions());
  }

  private Optional<LakeFiles.DataFile> readOrDamaged(Store.Entry entry) throws IOException {
    try {
      return Optional.of(
          LakeFiles.read(lake, entry).orElseThrow(() -> new NoSuchFileException(entry.key())));
    } catch (DamagedFileException e) {
      return Optional.empty();
    }
  }
}
