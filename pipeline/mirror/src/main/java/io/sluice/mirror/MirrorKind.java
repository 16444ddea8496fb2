package io.sluice.mirror;

import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.derive.DerivedKind;
import io.sluice.derive.DerivedVersion;
import io.sluice.lake.Store;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** The mirror of a table, as jobs and reports see it. */
public final class MirrorKind implements DerivedKind {
  /** For the service loader. */
  public MirrorKind() {}

  @Override
  public String name() {
    return "mirror";
  }

  @Override
  public boolean isOf(Contract contract) {
    try {
      MirrorTable.of(contract, contract.lakeTable());
      return true;
    } catch (UserException e) {
      return false;
    }
  }

  @Override
  public String nameOf(String table) {
    return MirrorTable.nameOf(table);
  }

  @Override
  public OptionalLong newest(Store store, String table) throws IOException {
    List<Long> numbers = new Versions(store, nameOf(table)).numbers();
    return numbers.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(numbers.get(numbers.size() - 1));
  }

  @Override
  public DerivedVersion version(Store store, String table, long number) throws IOException {
    MirrorVersion version = new Versions(store, nameOf(table)).get(number);
    return new DerivedVersion(
        number,
        version.written(),
        version.rows(),
        version.positions(),
        Map.of(
            "unknown_values",
            version.unknown(),
            "late",
            version.late(),
            "without_key",
            version.keyless()));
  }
}
