package io.sluice;

import io.sluice.contract.Contract;
import io.sluice.contract.ContractException;
import io.sluice.deadletter.DeadLetters;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Parallel;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import java.io.IOException;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * The tables of a run. They are looked at first and begun last: a version of a contract that is
 * recorded is that contract for good, so whatever can be refused has been by then.
 *
 * @param lakes as they were probed; {@code letters} too
 */
record RunTables(SluiceConfig config, Stores lakes, Stores letters) {
  /**
   * A contract and where its rows and its dead letters go.
   *
   * @param contract as the table has it
   */
  record Branch(Contract contract, LakeTable lake, LakeTable deadLetters) {}

  /**
   * Probes the stores, and looks whether each table can be begun. Nothing of a table is written.
   *
   * @throws UserException where a store cannot be used, or a contract does not go with an earlier
   *     one of its table
   */
  static RunTables look(SluiceConfig config, PipelineOptions options) throws IOException {
    RunTables tables =
        new RunTables(config, config.lake().probed(options), config.deadLetters().probed(options));
    try (Store lake = tables.lakes.open(options);
        Store deadLetters = tables.letters.open(options)) {
      Parallel.forEach(
          config.inputs(),
          Parallel.THREADS,
          "looking at tables",
          one -> tables.requireToBegin(one, lake, deadLetters));
    }
    return tables;
  }

  private void requireToBegin(SluiceConfig.Input input, Store lake, Store deadLetters)
      throws IOException {
    Contract contract = input.contract();
    try {
      LakeTable.requireToBegin(lake, lakes, contract, config.shards(), config.reshard());
      LakeTable.requireToBegin(
          deadLetters, letters, DeadLetters.table(contract), config.shards(), config.reshard());
    } catch (ContractException e) {
      throw input.located().refusal(e);
    }
  }

  /** Writes each descriptor that is missing, and records the contracts, in their order. */
  List<Branch> begin(PipelineOptions options) throws IOException {
    try (Store lake = lakes.open(options);
        Store deadLetters = letters.open(options)) {
      return Parallel.map(
          config.inputs(),
          Parallel.THREADS,
          "opening tables",
          one -> begin(one.contract(), lake, deadLetters));
    }
  }

  private Branch begin(Contract contract, Store lake, Store deadLetters) throws IOException {
    LakeTable rows = LakeTable.begin(lake, lakes, contract, config.shards(), config.reshard());
    LakeTable dead =
        LakeTable.begin(
            deadLetters, letters, DeadLetters.table(contract), config.shards(), config.reshard());
    return new Branch(rows.resolve(contract), rows, dead);
  }
}
