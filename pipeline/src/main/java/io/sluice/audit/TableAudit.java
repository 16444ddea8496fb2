package io.sluice.audit;

import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.Table;
import io.sluice.deadletter.DeadLetters;
import io.sluice.follow.Follower;
import io.sluice.follow.Snapshots;
import io.sluice.follow.TableSnapshot;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Positions;
import io.sluice.lake.Positions.Range;
import io.sluice.lake.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The proof of what follows a lake: of the files that a snapshot of a follower's target names, each
 * offset is in exactly one. The snapshot is read before the lake, so the lake has what it has; what
 * the lake has more is behind, or missing where the snapshot was to have it, and what neither has
 * is judged as {@link Audit} does.
 */
public final class TableAudit {
  /** A current table that changes so often while it is read is not judged. */
  private static final int MOST_ROUNDS = 5;

  private static final Duration POLL = Duration.ofSeconds(5);

  private final Audit audit;
  private final Store lake;
  private final Store deadLetters;
  private final Contract contract;
  private final String follower;
  private final Follower rows;
  private final @Nullable Follower letters;

  /**
   * @param audit of the same lake
   * @param follower what the kind is called
   * @param rows what follows the contract's table
   * @param letters what follows that of its dead letters; null where nothing does
   */
  public TableAudit(
      Audit audit,
      Store lake,
      Store deadLetters,
      Contract contract,
      String follower,
      Follower rows,
      @Nullable Follower letters) {
    this.audit = audit;
    this.lake = lake;
    this.deadLetters = deadLetters;
    this.contract = contract;
    this.follower = follower;
    this.rows = rows;
    this.letters = letters;
  }

  /** The snapshots of a look; one of the two at least is there. */
  private record Named(Optional<TableSnapshot> rows, Optional<TableSnapshot> letters) {}

  /**
   * Judges a snapshot.
   *
   * @param id of either table; null for what readers find now in both
   * @throws IOException where target or lake do not say
   * @throws UserException where there is no such table, or no such snapshot
   */
  public TableReport run(Audit.Request request, @Nullable String id) throws IOException {
    return run(request, id, Audit.mostBytes());
  }

  /** The same with so many bytes of positions that may be held at once. */
  TableReport run(Audit.Request request, @Nullable String id, long mostBytes) throws IOException {
    for (int round = 1; ; round++) {
      Instant looked = lake.nowToReaders();
      Named named = named(id);
      Look look = new Look(named, looked, request.deep());
      AuditReport report;
      try {
        report = audit.run(request, look, mostBytes);
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
      // A rewrite may have deleted what it had replaced, after the snapshot was read.
      if (id == null && look.hasGone() && round < MOST_ROUNDS && !named(null).equals(named)) {
        continue;
      }
      return look.report(report);
    }
  }

  /**
   * Judges what is there now until nothing waits or is behind of what Kafka has at the first look,
   * or something is wrong, or the time is over. What is asked for beyond is read once, at the end.
   */
  public TableReport await(Audit.Request request, Duration patience) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    TableReport report = run(request.quick(), null);
    Map<Integer, Long> ends = new TreeMap<>();
    report.lake().partitions().forEach(partition -> ends.put(partition.number(), partition.end()));
    while (report.passed() && !report.complete() && System.nanoTime() < deadline) {
      try {
        TimeUnit.NANOSECONDS.sleep(
            Math.max(0, Math.min(POLL.toNanos(), deadline - System.nanoTime())));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted between two looks", e);
      }
      report = run(request.quick().upTo(ends), null);
    }
    return request.isQuick() ? report : run(request.upTo(ends), null);
  }

  private Named named(@Nullable String id) throws IOException {
    Optional<TableSnapshot> ofRows = snapshot(rows, contract.lakeTable(), id);
    if (id != null && ofRows.isPresent()) {
      return new Named(ofRows, Optional.empty());
    }
    Table deadTable = DeadLetters.table(contract);
    Optional<TableSnapshot> ofLetters =
        letters == null ? Optional.empty() : snapshot(letters, deadTable, id);
    if (ofRows.isEmpty() && (id == null || ofLetters.isEmpty())) {
      throw new UserException(
          id == null
              ? "follower "
                  + follower
                  + " of "
                  + contract.table()
                  + " has no table yet: start the job with --publish="
                  + follower
                  + ", or sluice follow --once"
              : "--snapshot="
                  + id
                  + ": follower "
                  + follower
                  + " of "
                  + contract.table()
                  + " has no snapshot of this id, or no more: it may have expired");
    }
    if (letters != null && id == null && ofLetters.isEmpty()) {
      return new Named(ofRows, Optional.of(TableSnapshot.none(deadTable.name())));
    }
    return new Named(ofRows, ofLetters);
  }

  private Optional<TableSnapshot> snapshot(Follower one, Table table, @Nullable String id)
      throws IOException {
    Optional<Snapshots> snapshots = one.snapshots();
    if (snapshots.isEmpty() && id != null) {
      throw new UserException(
          "--snapshot="
              + id
              + ": follower "
              + follower
              + " has only the present, and no snapshots");
    }
    try {
      return snapshots.isEmpty()
          ? Optional.of(TableSnapshot.present(one, table, table.name()))
          : id == null ? snapshots.get().current() : snapshots.get().of(id);
    } catch (IOException e) {
      throw new UserException(
          "follower "
              + follower
              + " of "
              + table.name()
              + " does not say what it has: "
              + e.getMessage(),
          e);
    }
  }

  /** Looks at both tables beside the lake's audit. */
  private final class Look implements Audit.Beside {
    private final @Nullable TableSide rowsSide;
    private final @Nullable TableSide lettersSide;
    private final boolean deep;

    Look(Named named, Instant looked, boolean deep) {
      this.deep = deep;
      this.rowsSide =
          named
              .rows()
              .map(one -> new TableSide(lake, contract.lakeTable(), one, looked, deep))
              .orElse(null);
      this.lettersSide =
          named
              .letters()
              .map(
                  one -> new TableSide(deadLetters, DeadLetters.table(contract), one, looked, deep))
              .orElse(null);
    }

    @Override
    public void begin(Pass pass) {
      if (rowsSide != null) {
        rowsSide.begin(pass);
      }
      if (lettersSide != null) {
        lettersSide.begin(pass);
      }
    }

    @Override
    public void lake(LakeFiles.DataFile file) {
      if (rowsSide != null) {
        rowsSide.live(file);
      }
    }

    @Override
    public void deadLetters(LakeFiles.DataFile file) {
      if (lettersSide != null) {
        lettersSide.live(file);
      }
    }

    @Override
    public void end(
        Coverage inLake, Coverage inDead, String source, List<AuditReport.Partition> partitions)
        throws IOException {
      Map<Positions.Partition, Long> ends = new HashMap<>();
      Map<Positions.Partition, List<Range>> extra = new HashMap<>();
      for (AuditReport.Partition one : partitions) {
        Positions.Partition key = new Positions.Partition(source, one.number());
        ends.put(key, one.end());
        extra.put(key, one.extra());
      }
      if (rowsSide != null) {
        rowsSide.end(inLake, inDead, ends, extra);
      }
      if (lettersSide != null) {
        lettersSide.end(inDead, inLake, ends, extra);
      }
    }

    boolean hasGone() {
      return (rowsSide != null && rowsSide.hasGone())
          || (lettersSide != null && lettersSide.hasGone());
    }

    TableReport report(AuditReport report) throws IOException {
      return new TableReport(
          follower,
          report,
          rowsSide == null ? null : rowsSide.report(report.damaged(), deep),
          lettersSide == null || lettersSide.isNothing()
              ? null
              : lettersSide.report(report.damaged(), deep));
    }
  }
}
