package io.sluice.mirror;

import io.sluice.UserException;
import io.sluice.complete.LiveFiles;
import io.sluice.contract.Contract;
import io.sluice.contract.Table;
import io.sluice.erase.EraseRecord;
import io.sluice.lake.LakeDescriptor;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the current state of a table of changes. A run reads the files of the lake that have
 * positions which the newest version has not, and makes the next version of it. What is remembered
 * are positions and no names, so whatever rewrites the table's files meanwhile changes nothing.
 *
 * <p>Two runs at once: one of them switches, and the other begins anew upon that. One that is
 * killed anywhere leaves the version that was there, and files that a later run removes.
 */
final class Mirror {
  private static final Logger LOG = LoggerFactory.getLogger(Mirror.class);
  private static final int MOST_TRIES = 10;
  private static final int ROWS_OF_A_BUCKET = 200_000;
  static final int MOST_BUCKETS = 8192;

  /**
   * How to.
   *
   * @param buckets how many a mirror is begun with; null for as many as the table's rows ask for
   * @param fromScratch whether all changes are read again, and nothing is taken from the version
   *     before
   * @param keepDeletes how long a delete is remembered, by the source's times
   * @param grace how long a version that is followed by another one can be read
   */
  record Settings(
      @Nullable Integer buckets,
      boolean fromScratch,
      Duration keepDeletes,
      Duration grace,
      int zstdLevel) {}

  /** Runs a pipeline of batch to its end. */
  interface Batch {
    /**
     * @throws RuntimeException where it failed
     */
    void run(MirrorPipeline pipeline) throws IOException;
  }

  /**
   * What a run has done, or would do.
   *
   * @param version that holds now; null where there is none yet
   * @param files that had new changes
   * @param changes how many rows they have
   * @param isNew whether the version is this run's
   * @param removed nothing, where what follows the mirror may still lead to it
   * @param followers what became of what follows it
   */
  record Result(
      @Nullable MirrorVersion version,
      int files,
      long changes,
      boolean isNew,
      Versions.Removed removed,
      MirrorFollowers.Outcomes followers) {}

  private final Store store;
  private final Stores stores;
  private final MirrorTable table;
  private final LakeDescriptor descriptor;
  private final Settings settings;
  private final Versions versions;

  private Mirror(
      Store store, Stores stores, MirrorTable table, LakeDescriptor descriptor, Settings settings) {
    this.store = store;
    this.stores = stores;
    this.table = table;
    this.descriptor = descriptor;
    this.settings = settings;
    this.versions = new Versions(store, table.name());
  }

  /**
   * That of a contract's table, which is there.
   *
   * @throws UserException where the table is not there, or the contract is not for a mirror
   */
  static Mirror open(Store store, Stores stores, Contract contract, Settings settings)
      throws IOException {
    MirrorTable.of(contract, contract.lakeTable());
    LakeTable changes = LakeTable.open(store, stores, contract, LakeTable.Access.READ);
    Table table = changes.table();
    MirrorTable mirror = MirrorTable.of(contract, table);
    if (store.read("_sluice/" + mirror.name() + ".json").isPresent()) {
      throw new UserException(
          store.root()
              + " has a table "
              + mirror.name()
              + " of a contract, and that is where the mirror of "
              + table.name()
              + " would be: use another --lake, or rename that table");
    }
    return new Mirror(store, stores, mirror, changes.descriptor(), settings);
  }

  Versions versions() {
    return versions;
  }

  MirrorTable table() {
    return table;
  }

  /**
   * A look at what there is to do.
   *
   * @param erasures what the records of erasures said before it, where there is no version
   */
  private record Look(
      Optional<MirrorVersion> before,
      SortedMap<String, String> erasures,
      List<LakeFiles.DataFile> files,
      long rows,
      boolean isOther) {
    long changes() {
      return files.stream().mapToLong(file -> file.footer().rows()).sum();
    }

    boolean isNothing() {
      return files.isEmpty() && !isOther && before.isPresent();
    }
  }

  private Look look(boolean fromScratch) throws IOException {
    Optional<MirrorVersion> before = versions.newest();
    SortedMap<String, String> erasures =
        before.isEmpty() ? EraseRecord.digests(store, table.table().name()) : new TreeMap<>();
    Positions known = before.isEmpty() || fromScratch ? new Positions() : before.get().positions();
    List<LakeFiles.DataFile> files = new ArrayList<>();
    long[] rows = {0};
    LiveFiles.forEach(
        store,
        table.table(),
        file -> {
          rows[0] += file.footer().rows();
          if (!file.footer().positions().minus(known).isEmpty()) {
            files.add(file);
          }
        },
        LakeFiles.IfDamaged.THROW);
    boolean isOther =
        fromScratch
            || before.isPresent()
                && !before.get().contract().equals(table.table().contractVersion());
    if (before.isPresent() && !fromScratch) {
      requireSame(before.get());
    }
    return new Look(before, erasures, files, rows[0], isOther);
  }

  private void requireSame(MirrorVersion before) {
    if (!before.key().equals(table.key())) {
      throw new UserException(
          table.name()
              + " was made with the key "
              + before.key()
              + ", and the contract says "
              + table.key()
              + ": --from-scratch makes it anew");
    }
    if (settings.buckets() != null && settings.buckets() != before.buckets()) {
      throw new UserException(
          table.name()
              + " was begun with "
              + before.buckets()
              + " buckets, and --buckets="
              + settings.buckets()
              + " differs: leave it out, or add --from-scratch, which makes all of it anew");
    }
  }

  /** Says what a run would do, and changes nothing. */
  Result dryRun() throws IOException {
    Look look = look(settings.fromScratch());
    return new Result(
        look.before().orElse(null),
        look.files().size(),
        look.changes(),
        false,
        Versions.Removed.NOTHING,
        MirrorFollowers.Outcomes.NONE);
  }

  /**
   * Brings the mirror up to what the lake has, and what follows it up to the mirror, whether the
   * version is new or not. Where a follower fails, the version is there all the same.
   *
   * @throws UserException where the mirror was made with another key or other buckets, or others
   *     are always faster
   */
  Result run(Batch batch, MirrorFollowers followers) throws IOException {
    boolean fromScratch = settings.fromScratch();
    boolean isSpoilt = false;
    for (int i = 0; i < MOST_TRIES; i++) {
      Look look = look(fromScratch);
      if (look.isNothing()) {
        versions.list();
        return result(look, look.before().orElse(null), false, followers);
      }
      String run = UUID.randomUUID().toString().substring(0, 8);
      MirrorPipeline pipeline = pipeline(look, run, fromScratch);
      try {
        batch.run(pipeline);
      } catch (IOException | RuntimeException e) {
        if (isThere(look)) {
          throw e;
        }
        LOG.info("files were rewritten while they were read; looking again");
        continue;
      }
      // Empty where others have made so many since that it has expired.
      Optional<MirrorVersion> made = versions.find(pipeline.next().number());
      if (made.filter(version -> version.run().equals(run)).isPresent()) {
        if (pipeline.next().isOutdated(store, table.table().name())) {
          LOG.info("rows were erased while they were read; beginning anew");
          fromScratch = true;
          isSpoilt = true;
          continue;
        }
        versions.list();
        if (isSpoilt) {
          // An erasure may have made versions of the spoilt one, with what it was not to erase.
          versions.expire(Duration.ZERO, made.get().number() - 1, Set.of());
        }
        return result(look, made.get(), true, followers);
      }
      LOG.info(
          pipeline.next().isOutdated(store, table.table().name())
              ? "rows were erased while they were read; beginning anew"
              : "another run has made a version; going on from there");
    }
    throw new UserException(
        table.name()
            + ": other runs were faster, or rows were erased meanwhile, "
            + MOST_TRIES
            + " times; run one mirror at a time, for they do the same work, and a first one while"
            + " no erase is under way");
  }

  /** Nothing is removed before all that leads readers to it leads them elsewhere, for a grace. */
  private Result result(
      Look look, @Nullable MirrorVersion version, boolean isNew, MirrorFollowers followers)
      throws IOException {
    LakeTable current = new LakeTable(MirrorTable.current(table.table()), stores, descriptor);
    MirrorFollowers.Outcomes outcomes =
        version == null
            ? MirrorFollowers.Outcomes.NONE
            : followers.follow(current, versions, store.now().minus(settings.grace()));
    Versions.Removed removed = Versions.Removed.NOTHING;
    if (outcomes.late(table.name()).isEmpty()) {
      removed = versions.expire(settings.grace(), outcomes.ledTo());
      followers.expire(current, versions);
    }
    return new Result(version, look.files().size(), look.changes(), isNew, removed, outcomes);
  }

  /** Whether all that a run was to read is still there. */
  private boolean isThere(Look look) throws IOException {
    for (LakeFiles.DataFile file : look.files()) {
      if (LakeFiles.read(store, file.entry()).isEmpty()) {
        return false;
      }
    }
    Optional<MirrorVersion> newest = versions.newest();
    return newest.map(MirrorVersion::number).equals(look.before().map(MirrorVersion::number));
  }

  private MirrorPipeline pipeline(Look look, String run, boolean fromScratch) throws IOException {
    Optional<MirrorVersion> before = fromScratch ? Optional.empty() : look.before();
    long number = look.before().map(MirrorVersion::number).orElse(0L) + 1;
    int buckets = before.map(MirrorVersion::buckets).orElseGet(() -> buckets(look.rows()));
    Positions positions = before.map(MirrorVersion::positions).orElseGet(Positions::new);
    look.files().forEach(file -> positions.addAll(file.footer().positions()));
    SortedMap<Integer, BucketFiles> files =
        before.map(MirrorVersion::files).orElseGet(TreeMap::new);
    long newest = before.map(MirrorVersion::newest).orElse(Long.MIN_VALUE);
    Order truncated = before.map(MirrorVersion::truncated).orElse(null);
    Instant now = store.now();
    MirrorVersion next =
        new MirrorVersion(
            number,
            run,
            now,
            table.table().contractVersion(),
            table.key(),
            buckets,
            positions,
            truncated,
            newest,
            before.map(MirrorVersion::late).orElse(0L),
            before.map(MirrorVersion::keyless).orElse(0L),
            new TreeMap<>());
    return new MirrorPipeline(
        stores,
        new BucketMerge.Settings(
            table, table.name(), run, truncated, keptSince(newest), settings.zstdLevel()),
        look.files().stream().map(file -> MirrorPipeline.line(file.entry())).toList(),
        buckets,
        new TreeMap<>(files),
        look.isOther() && !fromScratch,
        new MirrorPipeline.Next(number, next.toJson(), now, look.erasures()));
  }

  private long keptSince(long newest) {
    return newest < 0 ? Long.MIN_VALUE : newest - settings.keepDeletes().toMillis() * 1000;
  }

  /** A worker holds the changed rows of a bucket: so many that this is not much. */
  private int buckets(long rows) {
    if (settings.buckets() != null) {
      return settings.buckets();
    }
    int buckets = 1;
    while (buckets < MOST_BUCKETS && (long) buckets * ROWS_OF_A_BUCKET < rows) {
      buckets *= 2;
    }
    return buckets;
  }
}
