package io.sluice.lake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.contract.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the lake says about itself is refused in one line where it is damaged, whichever object it
 * is and whatever has become of it: it is never taken for another statement, such as that nothing
 * was proved or no number given. What the store could not give is another matter, and is asked for
 * again.
 */
class DamagedObjectsTest {
  private static final Contract CONTRACT = ContractParser.userActions();
  private static final Table TABLE = CONTRACT.lakeTable();
  private static final String SOURCE = "cluster/topic/id";
  private static final String OWN = "_sluice/user_actions/";
  private static final Stores STORES = TestStores.of(Path.of("not-used"));

  /** Beside what a reader has no use for, each object says who wrote it. */
  private static final String WRITER = Format.WRITTEN_BY;

  private interface Reader {
    void read(Store store) throws IOException;
  }

  private enum Kind {
    DESCRIPTOR(
        "_sluice/user_actions.json",
        "--reshard",
        Set.of("timestamps"),
        Set.of(WRITER, "table", "dateColumn"),
        store -> LakeDescriptor.find(store, TABLE)),
    RUN_START(
        OWN + "starts/",
        "delete it",
        Set.of("atLake", "windowSize"),
        Set.of(WRITER),
        store -> RunStarts.read(store, "user_actions", SOURCE)),
    PROVED(
        OWN + "proved/",
        "the next audit judges",
        Set.of("ranges", "in_files", "held"),
        Set.of(WRITER, "at", "version"),
        store -> ProvedOffsets.read(store, "user_actions", SOURCE)),
    ACKNOWLEDGEMENT(
        OWN + "acknowledged/",
        "sluice acknowledge",
        Set.of("positions"),
        Set.of(WRITER),
        store -> Acknowledgement.read(store, "user_actions")),
    FIELD_IDS(
        OWN + "fields/",
        "delete it only where no file of the table is younger",
        Set.of(),
        Set.of(WRITER),
        store -> new RecordedFieldIds(store, TABLE).read()),
    SOURCE_OF_A_CONTRACT(
        OWN + "contracts/",
        "start the run with the contract of this version",
        Set.of(),
        Set.of(
            "version",
            "format",
            "event_time",
            "zone",
            "unknown_fields",
            "max_bytes",
            "max_depth",
            "position_columns",
            "columns"),
        store -> ContractHistory.sources(store, "user_actions"));

    private final String prefix;
    private final String remedy;
    private final Set<String> optional;
    private final Set<String> unread;
    private final Reader reader;

    Kind(String prefix, String remedy, Set<String> optional, Set<String> unread, Reader reader) {
      this.prefix = prefix;
      this.remedy = remedy;
      this.optional = optional;
      this.unread = unread;
      this.reader = reader;
    }
  }

  private final Store store = StoreScript.inMemory(0).bare();

  @BeforeEach
  void write() throws IOException {
    LakeTable.begin(store, STORES, CONTRACT, null, false);
    RunStarts.record(
        store,
        "user_actions",
        SOURCE,
        Map.of(0, 5L, 1, 7L),
        true,
        new RunStarts.Timing(Duration.ofMinutes(5), Duration.ofSeconds(30), Duration.ZERO));
    ProvedOffsets proved = new ProvedOffsets();
    proved.add(0, new Positions.Range(0, 4));
    proved.setInFiles(0, 5);
    proved.hold(1, 7, 9);
    proved.record(store, "user_actions", SOURCE, Instant.EPOCH, "0.1.0");
    Positions holes = new Positions();
    holes.addRange(SOURCE, 0, 1, 3);
    new Acknowledgement(
            SOURCE, 0, new Positions.Range(1, 4), holes, "me", "gone", Instant.EPOCH, "0.1.0")
        .record(store, "user_actions");
  }

  private String key(Kind kind) throws IOException {
    List<Store.Entry> entries = store.list(kind.prefix);
    assertEquals(1, entries.size(), entries.toString());
    return entries.get(0).key();
  }

  private static void assertOneLine(String message, String key, Damages.Damage damage) {
    assertEquals(1, message.lines().count(), message);
    assertTrue(message.contains(key), damage + "\n" + message);
    assertFalse(message.contains("Exception") || message.contains("Source:"), message);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void whatIsDamagedIsRefusedInOneLine(Kind kind) throws IOException {
    String key = key(kind);
    kind.reader.read(store);
    for (Damages.Damage damage :
        Damages.of(store.read(key).orElseThrow(), kind.optional, kind.unread)) {
      store.replace(key, damage.bytes());
      String message =
          assertThrows(
                  DamagedObjectException.class, () -> kind.reader.read(store), damage.toString())
              .getMessage();
      assertOneLine(message, key, damage);
      assertTrue(message.contains(" is damaged: "), message);
      assertTrue(message.contains("restore it from a backup"), message);
      assertTrue(message.contains(kind.remedy), message);
    }
  }

  /** A job that a cluster starts waits for the store, and must go on doing so. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void whatTheStoreCannotGiveIsAPassingFault(Kind kind) throws IOException {
    String key = key(kind);
    IOException reset = new IOException("connection reset");
    Store failing =
        new PassingStore(store) {
          @Override
          public Optional<byte[]> read(String other) throws IOException {
            if (other.equals(key)) {
              throw reset;
            }
            return super.read(other);
          }
        };
    assertEquals(reset, assertThrows(IOException.class, () -> kind.reader.read(failing)));
  }

  /** A list may name what was deleted since. */
  @ParameterizedTest
  @EnumSource(value = Kind.class, names = "DESCRIPTOR", mode = EnumSource.Mode.EXCLUDE)
  void whatVanishesAfterItWasListedIsAPassingFault(Kind kind) throws IOException {
    String key = key(kind);
    Store late =
        new PassingStore(store) {
          @Override
          public Optional<byte[]> read(String other) throws IOException {
            return other.equals(key) ? Optional.empty() : super.read(other);
          }
        };
    String message = assertThrows(IOException.class, () -> kind.reader.read(late)).getMessage();
    assertTrue(message.contains(key + " vanished"), message);
  }

  /** Whoever rewrites files asks the descriptor before anything else. */
  @Test
  void aDamagedDescriptorStopsARewrite() throws IOException {
    String key = key(Kind.DESCRIPTOR);
    for (Damages.Damage damage : Damages.whole(store.read(key).orElseThrow())) {
      store.replace(key, damage.bytes());
      assertThrows(
          DamagedObjectException.class,
          () -> LakeDescriptor.requireRewrites(store, TABLE),
          damage.toString());
    }
  }

  /** Of a contract that is JSON nobody can tell a damage from what a newer version may say. */
  @Test
  void aDamagedContractIsRefusedWhereContractsAreCompared() throws IOException {
    String key = key(Kind.SOURCE_OF_A_CONTRACT);
    byte[] valid = store.read(key).orElseThrow();
    for (Damages.Damage damage : Damages.whole(valid)) {
      store.replace(key, damage.bytes());
      String message =
          assertThrows(
                  UserException.class,
                  () -> ContractHistory.check(store, CONTRACT),
                  damage.toString())
              .getMessage();
      assertOneLine(message, key, damage);
      assertTrue(message.contains("restore it from a backup"), message);
    }
  }
}
