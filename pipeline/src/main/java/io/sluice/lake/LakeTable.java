package io.sluice.lake;

import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.Table;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table with the place where its files are, as it is there: with the unit of its timestamps and
 * the numbers of its fields. Whoever reads or writes a table opens it here.
 */
public record LakeTable(Table table, Stores stores, LakeDescriptor descriptor)
    implements Serializable {

  /** What a table is opened for. */
  public enum Access {
    /** Reads what is there; nothing is checked against it, nor written. */
    READ,
    /** Says what {@link #WRITE} would refuse, and writes nothing. */
    DRY_RUN,
    /** Is about to write rows: the contract and the numbers of new fields are recorded. */
    WRITE
  }

  /**
   * Opens a table that is there.
   *
   * @throws UserException where it is not, a newer version of Sluice has changed its format, or the
   *     descriptor is gone and the table's files are not
   */
  public static LakeTable open(Store store, Stores stores, Table table, Access access)
      throws IOException {
    return new LakeTable(table, stores, LakeDescriptor.existing(store, table))
        .numbered(store, access);
  }

  /**
   * Opens the table of a contract's accepted rows, which is there.
   *
   * @throws UserException as above, or where the contract does not go with those that the table was
   *     written with, or lacks what others before it in its topic take
   */
  public static LakeTable open(Store store, Stores stores, Contract contract, Access access)
      throws IOException {
    Table table = contract.lakeTable();
    LakeTable lake = new LakeTable(table, stores, LakeDescriptor.existing(store, table));
    if (access != Access.READ) {
      ContractHistory.requireOthers(store, lake.resolve(contract));
    }
    lake.check(store, contract, access);
    return lake.numbered(store, access);
  }

  /**
   * Opens a table to write rows, and begins it where it is not there.
   *
   * @param shards the number asked for; null for what the lake has
   * @param reshard whether a changed number is meant; safe only while no other job writes
   * @throws UserException where the lake has another number of shards, or as {@link #open}
   */
  public static LakeTable begin(
      Store store, Stores stores, Table table, @Nullable Integer shards, boolean reshard)
      throws IOException {
    return new LakeTable(table, stores, LakeDescriptor.open(store, table, shards, reshard))
        .numbered(store, Access.WRITE);
  }

  /** The same for the table of a contract's accepted rows. */
  public static LakeTable begin(
      Store store, Stores stores, Contract contract, @Nullable Integer shards, boolean reshard)
      throws IOException {
    Table table = contract.lakeTable();
    LakeTable lake =
        new LakeTable(table, stores, LakeDescriptor.open(store, table, shards, reshard));
    lake.check(store, contract, Access.WRITE);
    return lake.numbered(store, Access.WRITE);
  }

  /**
   * Says what {@link #begin} would refuse of a contract's accepted rows, and writes nothing.
   *
   * @throws UserException where it would; a {@link io.sluice.contract.ContractException} where it
   *     is the contract that does not go with those that the table was written with
   */
  public static void requireToBegin(
      Store store, Stores stores, Contract contract, @Nullable Integer shards, boolean reshard)
      throws IOException {
    Table table = contract.lakeTable();
    LakeTable lake =
        new LakeTable(table, stores, LakeDescriptor.look(store, table, shards, reshard));
    lake.check(store, contract, Access.DRY_RUN);
    lake.numbered(store, Access.DRY_RUN);
  }

  /** The same of a table that is no contract's. */
  public static void requireToBegin(
      Store store, Stores stores, Table table, @Nullable Integer shards, boolean reshard)
      throws IOException {
    new LakeTable(table, stores, LakeDescriptor.look(store, table, shards, reshard))
        .numbered(store, Access.DRY_RUN);
  }

  /**
   * A table of a run.
   *
   * @throws UserException where the run has none of that name: a state of another run names it
   */
  public static LakeTable named(List<LakeTable> tables, String name) {
    return tables.stream()
        .filter(table -> table.table().name().equals(name))
        .findFirst()
        .orElseThrow(() -> unknown(name));
  }

  private static UserException unknown(String name) {
    return new UserException(
        "the job's state is of the table "
            + name
            + ", too, which no contract of this run writes: start it anew without its state, with"
            + " --startFrom=lake: nothing is lost or duplicated");
  }

  /** The contract as this table has it. */
  public Contract resolve(Contract contract) {
    return contract.withTimestamps(descriptor.timestamps());
  }

  private void check(Store store, Contract contract, Access access) throws IOException {
    switch (access) {
      case READ -> {
        // Files tell how they are read.
      }
      case DRY_RUN -> ContractHistory.check(store, resolve(contract));
      case WRITE -> ContractHistory.record(store, resolve(contract));
    }
  }

  private LakeTable numbered(Store store, Access access) throws IOException {
    RecordedFieldIds ids = new RecordedFieldIds(store, table);
    return new LakeTable(
        table.in(descriptor.timestamps(), access == Access.WRITE ? ids.record(table) : ids.read()),
        stores,
        descriptor);
  }
}
