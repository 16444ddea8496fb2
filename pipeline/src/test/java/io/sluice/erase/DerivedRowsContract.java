package io.sluice.erase;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.compact.BeforeDeletion;
import io.sluice.contract.Contract;
import io.sluice.lake.DyingStore;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every kind of {@link DerivedRows} keeps: what is erased is gone for its readers, all else
 * stays, and neither a kill nor the next derivation brings it back. A kind's own test extends this
 * and says only how to make a table, and what its readers find there.
 */
public abstract class DerivedRowsContract {
  private static final int PEOPLE = 12;
  private static final String PERSON = person(3);

  @TempDir Path directory;

  /** A table of the lake whose rows have a column {@code person}, and what is derived from it. */
  protected interface Derivation extends AutoCloseable {
    Store lake();

    LakeTable table();

    Contract contract();

    /** Adds a row of a person to the table. */
    void append(int number, String person) throws Exception;

    /**
     * Derives what is new.
     *
     * @param fromScratch whether from all rows of the table
     */
    void derive(boolean fromScratch) throws Exception;

    /** The people of whom readers find something in what is derived, each once. */
    Set<String> people() throws Exception;

    /** The same of all files that it has, whoever may still read them. */
    Set<String> peopleOfAllFiles() throws Exception;

    @Override
    void close();
  }

  /** The kind. */
  protected abstract DerivedRows kind();

  /** A lake in a folder, with its table; begun where it is not there. */
  protected abstract Derivation open(Path folder) throws Exception;

  private static String person(int number) {
    return "person-%04d-naïve".formatted(number * 7919);
  }

  private Derivation filled(Path folder) throws Exception {
    Derivation derivation = open(folder);
    for (int i = 0; i < PEOPLE; i++) {
      derivation.append(i, person(i));
    }
    derivation.derive(false);
    return derivation;
  }

  private static Set<String> everybody() {
    Set<String> all = new TreeSet<>();
    for (int i = 0; i < PEOPLE; i++) {
      all.add(person(i));
    }
    return all;
  }

  private static Set<String> all(String... without) {
    Set<String> all = everybody();
    List.of(without).forEach(all::remove);
    return all;
  }

  private static Where where(Derivation derivation, String text) {
    return Where.parse(text, List.of(derivation.contract()));
  }

  private static long eraseInLake(Derivation derivation, String where) throws IOException {
    Erase erase =
        new Erase(
            derivation.lake(),
            derivation.table().table(),
            new Erase.Settings(Duration.ZERO, 3, false, false),
            BeforeDeletion.NOTHING,
            files -> {});
    long rows = 0;
    for (LocalDate date : LakeFiles.dates(derivation.lake(), derivation.table().table())) {
      rows += erase.run(date, where(derivation, where)).rows();
    }
    return rows;
  }

  private DerivedTable.Result erase(
      Derivation derivation, Store store, String where, Duration grace, boolean dryRun)
      throws IOException {
    List<DerivedTable> tables =
        kind().of(store, derivation.table(), PipelineOptionsFactory.create());
    assertEquals(1, tables.size());
    FoundKeys found = new FoundKeys();
    AtomicLong files = new AtomicLong();
    DerivedTable.Result result =
        tables
            .get(0)
            .erase(
                where(derivation, where),
                new DerivedTable.Settings(grace, 3, dryRun, found, files::addAndGet));
    assertEquals(tables.get(0).name(), result.table());
    assertEquals(result.rows() > 0 ? 1 : 0, found.size());
    assertEquals(result.files(), files.get());
    assertFalse((result + found.toString()).contains(PERSON), "a key is said");
    return result;
  }

  private DerivedTable.Result erase(Derivation derivation) throws IOException {
    return erase(derivation, derivation.lake(), "person = " + PERSON, Duration.ZERO, false);
  }

  /** The bytes of all files below a folder. */
  private static TreeMap<String, String> bytes(Path folder) throws IOException {
    TreeMap<String, String> bytes = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.filter(Files::isRegularFile).toList()) {
        bytes.put(folder.relativize(path).toString(), digest(Files.readAllBytes(path)));
      }
    }
    return bytes;
  }

  private static String digest(byte[] bytes) {
    return bytes.length + " " + Arrays.hashCode(bytes);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target);
        }
      }
    }
  }

  @Test
  void itIsFoundOnTheClassPath() {
    assertEquals(kind().getClass(), DerivedRows.all().get(kind().name()).getClass());
  }

  @Test
  void aTableOfWhichNothingWasDerivedHasNone() throws Exception {
    try (Derivation derivation = open(directory)) {
      derivation.append(1, PERSON);
      assertEquals(
          List.of(),
          kind().of(derivation.lake(), derivation.table(), PipelineOptionsFactory.create()));
    }
  }

  @Test
  void whatIsErasedIsGoneAndAllElseIsThere() throws Exception {
    try (Derivation derivation = filled(directory)) {
      assertEquals(everybody(), derivation.people());
      assertEquals(1, eraseInLake(derivation, "person = " + PERSON));
      DerivedTable.Result result = erase(derivation);
      assertTrue(result.rows() > 0 && result.rewritten() > 0, result.toString());
      assertTrue(result.isDone(), result.toString());
      assertNull(result.kept());
      assertEquals(all(PERSON), derivation.people());
      assertEquals(all(PERSON), derivation.peopleOfAllFiles());
      DerivedTable.Result again = erase(derivation);
      assertEquals(0, again.rows() + again.rewritten());
      assertTrue(again.isDone());
    }
  }

  @Test
  void aDryRunCountsAndChangesNothing() throws Exception {
    try (Derivation derivation = filled(directory)) {
      TreeMap<String, String> before = bytes(directory);
      DerivedTable.Result dry =
          erase(derivation, derivation.lake(), "person = " + PERSON, Duration.ZERO, true);
      assertEquals(before, bytes(directory));
      DerivedTable.Result result = erase(derivation);
      assertEquals(result.rows(), dry.rows());
      assertEquals(result.rewritten(), dry.rewritten());
      assertEquals(result.files(), dry.files());
    }
  }

  @Test
  void noDerivationBringsItBack() throws Exception {
    try (Derivation derivation = filled(directory)) {
      eraseInLake(derivation, "person = " + PERSON);
      erase(derivation);
      derivation.derive(false);
      assertEquals(all(PERSON), derivation.people());
      derivation.append(PEOPLE, person(PEOPLE));
      derivation.derive(false);
      Set<String> more = all(PERSON);
      more.add(person(PEOPLE));
      assertEquals(more, derivation.people());
      derivation.derive(true);
      assertEquals(more, derivation.people());
      // What comes later is another row.
      derivation.append(3, PERSON);
      derivation.derive(false);
      more.add(PERSON);
      assertEquals(more, derivation.people());
    }
  }

  @Test
  void whatIsReplacedStaysForTheGraceAndIsNamed() throws Exception {
    try (Derivation derivation = filled(directory)) {
      eraseInLake(derivation, "person = " + PERSON);
      Instant before = Instant.now();
      DerivedTable.Result result =
          erase(derivation, derivation.lake(), "person = " + PERSON, Duration.ofHours(1), false);
      assertTrue(result.isDone());
      assertNotNull(result.kept());
      assertTrue(result.kept().isAfter(before.plus(Duration.ofMinutes(59))), result.toString());
      String until = String.valueOf(result.kept());
      assertTrue(
          result.holders().stream().anyMatch(holder -> holder.contains(until)), result.toString());
      assertEquals(all(PERSON), derivation.people());
      assertEquals(everybody(), derivation.peopleOfAllFiles());
      // It is so when it is asked again, and until the grace is over.
      DerivedTable.Result again =
          erase(derivation, derivation.lake(), "person = " + PERSON, Duration.ofHours(1), false);
      assertEquals(0, again.rows());
      assertEquals(result.kept(), again.kept());
      assertNull(erase(derivation).kept());
      assertEquals(all(PERSON), derivation.peopleOfAllFiles());
    }
  }

  @Test
  void killedAnywhereAndRunAgainItCompletes() throws Exception {
    Path original = directory.resolve("original");
    try (Derivation derivation = filled(original)) {
      eraseInLake(derivation, "person = " + PERSON);
    }
    int kills = 0;
    for (int calls = 0; calls < 60; calls++) {
      Path here = directory.resolve("run" + calls);
      copy(original, here);
      boolean isDead = false;
      try (Derivation derivation = open(here)) {
        try {
          erase(
              derivation,
              new DyingStore(derivation.lake(), calls),
              "person = " + PERSON,
              Duration.ZERO,
              false);
        } catch (DyingStore.Dead e) {
          isDead = true;
          kills++;
        }
        Set<String> people = derivation.people();
        assertTrue(
            people.equals(everybody()) || people.equals(all(PERSON)),
            "killed after " + calls + ": " + people);
        assertTrue(erase(derivation).isDone());
        assertEquals(all(PERSON), derivation.people(), "killed after " + calls);
        assertEquals(all(PERSON), derivation.peopleOfAllFiles(), "killed after " + calls);
        derivation.derive(false);
        assertEquals(all(PERSON), derivation.people(), "killed after " + calls);
      }
      if (!isDead) {
        break;
      }
    }
    assertTrue(kills > 3, kills + " kills");
  }
}
