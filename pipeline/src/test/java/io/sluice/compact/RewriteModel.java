package io.sluice.compact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.complete.DateFiles;
import io.sluice.complete.LiveFiles;
import io.sluice.complete.Manifest;
import io.sluice.complete.Manifests;
import io.sluice.complete.Publication;
import io.sluice.lake.AppendLog;
import io.sluice.lake.Footer;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.PartFile;
import io.sluice.lake.PassingStore;
import io.sluice.lake.Positions;
import io.sluice.lake.Replaced;
import io.sluice.lake.Store;
import io.sluice.lake.StoreScript;
import io.sluice.write.CommittedFile;
import io.sluice.write.RewrittenFile;
import io.sluice.write.TestPanes;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * A log that is appended to, rewritten and published at once, over a store that answers with every
 * fault, while hours go by: writers that were asleep, rewrites that are killed at any step, two
 * rewrites of the same files, requests that take effect when their sender is gone. Whenever anybody
 * looks, each row that was ever committed is in exactly one live file.
 */
final class RewriteModel {
  private static final LocalDate DATE = LocalDate.of(2026, 1, 2);
  private static final int ROWS = 40;

  /** Little more than twice what a writer may know for, and a request may be under way. */
  private static final Duration SETTLE = Duration.ofMinutes(51);

  /** Which rule is broken, to see that it is needed. */
  enum Broken {
    NOTHING,
    /** A writer's knowledge never expires. */
    KNOWLEDGE_LASTS,
    /** Files are replaced as soon as they are there. */
    NOTHING_SETTLES,
    /** What takes the place of files does not keep their greatest number from being free. */
    NUMBERS_ARE_FREED,
    /** Whatever no other file has goes into the file that takes a damaged one's place. */
    DAMAGED_TAKES_WHAT_IS_MISSING
  }

  private final StoreScript script;
  private final SplittableRandom random;
  private final long seed;
  private final Broken broken;
  private final List<AppendLog> writers = new ArrayList<>();
  private final Set<Integer> busy = new HashSet<>();
  private final Positions committed = new Positions();

  /** What the files that were looked at have: they do not change. */
  private final Map<Store.Entry, Positions> read = new HashMap<>();

  /** What jobs know of their appends. */
  private final List<CommittedFile> appended = new ArrayList<>();

  /** The manifest that a job has seen last, before it was restored from some time ago. */
  private int version;

  /** Rows of damaged files of which no manifest said what they had, until they are appended. */
  private Positions mayBeMissing = new Positions();

  private boolean looking;

  RewriteModel(long seed, Broken broken) {
    this.script = StoreScript.inMemory(seed);
    this.random = new SplittableRandom(seed * 17 + 3);
    this.seed = seed;
    this.broken = broken;
    for (int i = 0; i < 3; i++) {
      writers.add(newWriter());
    }
  }

  private AppendLog newWriter() {
    Store store =
        broken == Broken.NUMBERS_ARE_FREED ? new Misnumbered(script.store()) : script.store();
    return new AppendLog(
        store,
        TestPanes.TABLE,
        DATE,
        0,
        false,
        broken == Broken.KNOWLEDGE_LASTS ? new StoreScript.ManualTime() : script.time());
  }

  void run() throws IOException {
    script.between(() -> random.nextInt(5) == 0, this::something);
    for (int i = 0; i < 40; i++) {
      something();
    }
    script.calm();
    look();
    AppendLog last = newWriter();
    last.append(rows(0, ROWS));
    mayBeMissing = new Positions();
    committed.addRange(TestPanes.SOURCE, TestPanes.PARTITION, 0, ROWS);
    look();
    assertTrue(last.append(rows(0, ROWS)).isEmpty(), "seed " + seed + ": a replay wrote something");
    // The next rewrite removes all that is left: then who just lists the folder is right, too.
    newRewrite().clean(true);
    List<LakeFiles.DataFile> all = LakeFiles.read(script.bare(), TestPanes.TABLE.name() + "/");
    assertEquals(ROWS, all.stream().mapToLong(file -> file.footer().rows()).sum(), "seed " + seed);
    assertEquals(
        new HashSet<>(LiveFiles.read(script.bare(), TestPanes.TABLE).files()), new HashSet<>(all));
  }

  private void something() {
    try {
      switch (random.nextInt(9)) {
        case 0, 1, 2 -> appendSome();
        case 3, 4 -> rewriteSome();
        case 8 -> replaceDamaged();
        case 5 -> publish();
        case 6 -> script.pass(Duration.ofMinutes(1 + random.nextInt(12)));
        default -> script.pass(Duration.ofMinutes(1 + random.nextInt(90)));
      }
      look();
    } catch (IOException e) {
      throw new IllegalStateException("seed " + seed, e);
    }
  }

  private void appendSome() throws IOException {
    int writer = random.nextInt(writers.size());
    if (!busy.add(writer)) {
      return;
    }
    try {
      int from = random.nextInt(ROWS);
      for (AppendLog.Appended one :
          writers.get(writer).append(rows(from, Math.min(ROWS, from + 1 + random.nextInt(8))))) {
        committed.addAll(one.rows().positions());
        for (Store.Entry entry : script.bare().list(one.file().key())) {
          appended.add(new CommittedFile(one.file().name(), entry.size(), "sha256"));
        }
      }
    } catch (StoreScript.Crash e) {
      writers.set(writer, newWriter());
    } catch (IOException e) {
      if (random.nextBoolean()) {
        writers.set(writer, newWriter());
      }
    } finally {
      busy.remove(writer);
    }
  }

  /** While a file is encoded and goes up, the others go on. */
  private AppendLog.Rows rows(int from, int to) {
    return TestPanes.slowly(
        TestPanes.rows(LongStream.range(from, to).toArray()), script::meanwhile);
  }

  private Rewrite newRewrite() {
    return new Rewrite(
        script.store(),
        TestPanes.TABLE,
        DATE,
        broken == Broken.NOTHING_SETTLES ? Duration.ofMillis(1) : SETTLE,
        false,
        BeforeDeletion.NOTHING,
        1);
  }

  /** At most two at a time. */
  private void rewriteSome() throws IOException {
    int rewriter = 100 + random.nextInt(2);
    if (!busy.add(rewriter)) {
      return;
    }
    try (Rewrite rewrite = newRewrite()) {
      if (!rewrite.clean(random.nextInt(4) == 0).underWay().isEmpty() && random.nextBoolean()) {
        return;
      }
      List<LakeFiles.DataFile> files = new ArrayList<>();
      for (Store.Entry entry : DateFiles.read(script.store(), TestPanes.TABLE, DATE).live()) {
        if (rewrite.isSettled(entry) && random.nextInt(4) > 0) {
          LakeFiles.read(script.store(), entry).ifPresent(files::add);
        }
      }
      if (files.isEmpty()) {
        return;
      }
      Positions positions = new Positions();
      files.forEach(file -> positions.addAll(file.footer().positions()));
      long[] offsets = offsets(positions);
      if (offsets.length == 0) {
        // Only files that took the place of damaged ones, and have no rows.
        return;
      }
      Rewrite.Log log = rewrite.replacing(files.stream().map(LakeFiles.DataFile::part).toList());
      int cut =
          random.nextBoolean() || offsets.length == 0
              ? offsets.length
              : random.nextInt(offsets.length) + 1;
      stage(log, offsets, 0, cut);
      if (cut < offsets.length) {
        stage(log, offsets, cut, offsets.length);
      }
      rewrite.commit();
    } catch (StoreScript.Crash | IOException e) {
      // Killed, or given up: the next one cleans up.
      return;
    } catch (IllegalStateException e) {
      if (!(e.getCause() instanceof StoreScript.Crash)) {
        throw e;
      }
    } finally {
      busy.remove(rewriter);
    }
  }

  /** A file turns out to be damaged, for the rewrite: the others have read it before. */
  private void replaceDamaged() throws IOException {
    int rewriter = 100 + random.nextInt(2);
    if (!busy.add(rewriter)) {
      return;
    }
    try (Rewrite rewrite = newRewrite()) {
      rewrite.clean(false);
      DateFiles files = DateFiles.read(script.store(), TestPanes.TABLE, DATE);
      List<Store.Entry> settled = new ArrayList<>();
      for (Store.Entry entry : files.live()) {
        if (rewrite.isSettled(entry)) {
          settled.add(entry);
        }
      }
      if (settled.isEmpty()) {
        return;
      }
      Store.Entry damaged = settled.get(random.nextInt(settled.size()));
      PartFile part = PartFile.parse(damaged.key()).orElseThrow();
      Optional<Footer> named =
          files
              .manifest()
              .flatMap(manifest -> manifest.file(part.name()).map(Manifest.DataFile::footer));
      Positions rows = named.map(Footer::positions).orElse(new Positions());
      if (broken == Broken.DAMAGED_TAKES_WHAT_IS_MISSING) {
        Positions others = new Positions();
        for (Store.Entry entry : files.live()) {
          if (!entry.equals(damaged)) {
            LakeFiles.read(script.store(), entry)
                .ifPresent(file -> others.addAll(file.footer().positions()));
          }
        }
        rows.addRange(TestPanes.SOURCE, TestPanes.PARTITION, 0, ROWS);
        rows = rows.minus(others);
      }
      long[] offsets = offsets(rows);
      Rewrite.Log log = rewrite.replacing(List.of(part));
      stage(log, offsets, 0, offsets.length);
      if (named.isEmpty()) {
        mayBeMissing.addAll(
            LakeFiles.read(script.bare(), damaged).orElseThrow().footer().positions());
      }
      if (rewrite.commit()) {
        // All that is missing goes the way of every row.
        newWriter().append(rows(0, ROWS));
        mayBeMissing = new Positions();
        committed.addRange(TestPanes.SOURCE, TestPanes.PARTITION, 0, ROWS);
      }
    } catch (StoreScript.Crash | IOException e) {
      // Killed, or given up: the next one cleans up.
      return;
    } finally {
      busy.remove(rewriter);
    }
  }

  private static RewrittenFile empty(Replaced replaces) {
    Footer.TimeRange times = new Footer.TimeRange(Instant.EPOCH, Instant.EPOCH);
    return RewrittenFile.empty(
        TestPanes.TABLE, new Footer(0, new Positions(), "1", times, null, false, replaces), 1);
  }

  private static long[] offsets(Positions positions) {
    return LongStream.range(0, ROWS)
        .filter(o -> positions.contains(TestPanes.SOURCE, TestPanes.PARTITION, o))
        .toArray();
  }

  private static void stage(Rewrite.Log log, long[] offsets, int from, int to) throws IOException {
    if (from == to) {
      log.add(empty(log.replaces())::writeTo);
      return;
    }
    log.add(
        out ->
            TestPanes.write(out, log.replaces(), java.util.Arrays.copyOfRange(offsets, from, to)));
  }

  private void publish() {
    if (!busy.add(200)) {
      return;
    }
    try {
      Publication publication = new Publication(script.store(), TestPanes.TABLE, DATE);
      if (random.nextInt(4) == 0) {
        publication.complete(Map.of());
      } else {
        List<CommittedFile> some = new ArrayList<>(appended);
        some.removeIf(file -> random.nextBoolean());
        version =
            publication.grow(Math.max(0, version - random.nextInt(2)), Optional.of(some)).version();
      }
    } catch (StoreScript.Crash | IOException e) {
      // Tried again with the next late file, or by the next run.
      return;
    } finally {
      busy.remove(200);
    }
  }

  /** What the audit counts: each committed row is there, and none twice. */
  private void look() throws IOException {
    if (looking) {
      return;
    }
    looking = true;
    Positions all = new Positions();
    long rows = 0;
    for (Store.Entry entry : DateFiles.read(script.bare(), TestPanes.TABLE, DATE).live()) {
      Positions positions = read.get(entry);
      if (positions == null) {
        positions = LakeFiles.read(script.bare(), entry).orElseThrow().footer().positions();
        read.put(entry, positions);
      }
      all.addAll(positions);
      rows += positions.size();
    }
    looking = false;
    assertEquals(all.size(), rows, "seed " + seed + ": duplicate");
    Optional<Manifest> newest = new Manifests(script.bare(), TestPanes.TABLE, DATE).newest();
    if (newest.isPresent()) {
      // What whoever goes by the manifest alone counts.
      assertEquals(
          newest.get().positions().size(),
          newest.get().rows(),
          "seed " + seed + ": duplicate in a manifest");
    }
    Positions lost = committed.minus(all).minus(mayBeMissing);
    assertTrue(lost.isEmpty(), "seed " + seed + ": lost " + lost);
  }

  /** Shows rewritten files under the number 0. */
  private static final class Misnumbered extends PassingStore {
    Misnumbered(Store store) {
      super(store);
    }

    private static String shown(String key) {
      return key.replaceFirst("-(\\d{8})_([0-9a-f]+-\\d+)\\.parquet$", "-00000000_$1$2.parquet");
    }

    private static String meant(String key) {
      return key.replaceFirst("-00000000_(\\d{8})([0-9a-f]+-\\d+)\\.parquet$", "-$1_$2.parquet");
    }

    @Override
    public List<Entry> list(String prefix) throws IOException {
      return super.list(prefix).stream()
          .map(entry -> new Entry(shown(entry.key()), entry.size(), entry.modified()))
          .toList();
    }

    @Override
    public byte[] read(String key, long offset, int length) throws IOException {
      return super.read(meant(key), offset, length);
    }
  }
}
