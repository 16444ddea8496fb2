package io.sluice.derive;

import io.sluice.contract.Contract;
import io.sluice.lake.Store;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What a test says is made of a table; of no table until it says so. */
public final class ListedKind implements DerivedKind {
  public static final String NAME = "listed";

  private static final Map<String, TreeMap<Long, DerivedVersion>> TABLES =
      new ConcurrentHashMap<>();
  private static volatile @Nullable Exception failure;

  /** Nothing is made of any table. */
  public static void reset() {
    TABLES.clear();
    failure = null;
  }

  /** One may be made of a table, and was not begun. */
  public static void allow(String table) {
    TABLES.put(table, new TreeMap<>());
  }

  /** Readers find a version from now on. */
  public static void switchTo(String table, DerivedVersion version) {
    versions(table).put(version.number(), version);
  }

  /** Somebody removes the newest version. */
  static void removeNewest(String table) {
    versions(table).pollLastEntry();
  }

  /** From now on nothing is answered; null for that it is again. */
  public static void fails(@Nullable Exception how) {
    failure = how;
  }

  private static TreeMap<Long, DerivedVersion> versions(String table) {
    return Objects.requireNonNull(TABLES.get(table), table);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean isOf(Contract contract) {
    return TABLES.containsKey(contract.table());
  }

  @Override
  public String nameOf(String table) {
    return table + "_listed";
  }

  @Override
  public OptionalLong newest(Store store, String table) throws IOException {
    Exception how = failure;
    if (how instanceof IOException io) {
      throw io;
    }
    if (how instanceof RuntimeException bug) {
      throw bug;
    }
    TreeMap<Long, DerivedVersion> versions = TABLES.get(table);
    return versions == null || versions.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(versions.lastKey());
  }

  @Override
  public DerivedVersion version(Store store, String table, long number) {
    return Objects.requireNonNull(versions(table).get(number));
  }
}
