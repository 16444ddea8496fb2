package io.sluice.report;

import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.derive.DerivedKind;
import io.sluice.derive.DerivedVersion;
import io.sluice.derive.Lag;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What is made of a table, held against the files of the table one by one. Its versions are read
 * first: what comes meanwhile is behind, and nothing that is behind is missed.
 */
final class DerivedRead {
  /** One that was begun; of one that could not be read the problem alone. */
  private static final class One {
    private final String kind;
    private final String name;
    private final @Nullable DerivedVersion version;
    private final @Nullable String problem;
    private Lag lag = Lag.NONE;

    One(String kind, String name, @Nullable DerivedVersion version, @Nullable String problem) {
      this.kind = kind;
      this.name = name;
      this.version = version;
      this.problem = problem;
    }
  }

  private final List<One> all = new ArrayList<>();

  /**
   * Looks for what is made of a contract's table; one that cannot be read keeps nothing from the
   * report.
   */
  static DerivedRead begin(Store lake, Contract contract) {
    DerivedRead read = new DerivedRead();
    for (DerivedKind kind : DerivedKind.of(contract)) {
      String table = contract.table();
      String name = kind.nameOf(table);
      try {
        OptionalLong newest = kind.newest(lake, table);
        if (newest.isPresent()) {
          read.all.add(
              new One(kind.name(), name, kind.version(lake, table, newest.getAsLong()), null));
        }
      } catch (IOException | UserException e) {
        String problem =
            String.valueOf(e.getMessage()).lines().findFirst().orElseGet(() -> e.toString());
        read.all.add(new One(kind.name(), name, null, problem));
      }
    }
    return read;
  }

  /** A file whose rows are the table's. */
  void lake(LakeFiles.DataFile file) {
    for (One one : all) {
      DerivedVersion version = one.version;
      if (version != null && !file.footer().positions().minus(version.positions()).isEmpty()) {
        one.lag = one.lag.plus(file.footer().rows(), file.entry().modified());
      }
    }
  }

  List<Report.Derived> result() {
    List<Report.Derived> result = new ArrayList<>();
    for (One one : all) {
      DerivedVersion version = one.version;
      result.add(
          version == null
              ? Report.Derived.unknown(one.kind, one.name, String.valueOf(one.problem))
              : new Report.Derived(
                  one.kind,
                  one.name,
                  version.number(),
                  version.made(),
                  version.rows(),
                  ends(version.positions()),
                  one.lag.files(),
                  one.lag.rows(),
                  one.lag.oldest(),
                  version.lacking(),
                  null));
    }
    return List.copyOf(result);
  }

  private static List<Report.End> ends(Positions positions) {
    List<Report.End> ends = new ArrayList<>();
    for (Positions.Partition partition : positions.partitions()) {
      positions
          .span(partition)
          .ifPresent(
              span -> ends.add(new Report.End(partition.source(), partition.number(), span.to())));
    }
    return ends;
  }
}
