package io.sluice.monitoring;

import io.sluice.complete.LiveFiles;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.derive.DerivedKind;
import io.sluice.derive.DerivedVersion;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import java.io.IOException;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands for a mirror of user actions, of which none can be made: with each look it has all that is
 * in the files, so that each metric of one is there.
 */
public final class MadeBeside implements DerivedKind {
  private static final AtomicLong LOOKS = new AtomicLong();

  /** For the service loader. */
  public MadeBeside() {}

  @Override
  public String name() {
    return "beside";
  }

  @Override
  public boolean isOf(Contract contract) {
    return contract.table().equals(ContractParser.userActions().table());
  }

  @Override
  public String nameOf(String table) {
    return table + "_beside";
  }

  @Override
  public OptionalLong newest(Store store, String table) {
    return OptionalLong.of(LOOKS.incrementAndGet());
  }

  @Override
  public DerivedVersion version(Store store, String table, long number) throws IOException {
    Positions positions = new Positions();
    long[] rows = {0};
    LiveFiles.forEach(
        store,
        ContractParser.userActions().lakeTable(),
        file -> {
          positions.addAll(file.footer().positions());
          rows[0] += file.footer().rows();
        },
        LakeFiles.IfDamaged.THROW);
    return new DerivedVersion(number, store.now(), rows[0], positions, Map.of("late", 0L));
  }
}
