package io.sluice.cli;

import io.sluice.erase.DerivedRows;
import io.sluice.erase.DerivedTable;
import io.sluice.erase.Where;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * A table of which an object of the lake, {@code TABLE_counts}, says how many rows go and how many
 * stay, each as a digit; where there is none, the lake has no such table.
 */
public final class DerivedCounts implements DerivedRows {
  static final Instant KEPT = Instant.parse("2026-03-12T00:00:00Z");

  /** For the service loader. */
  public DerivedCounts() {}

  @Override
  public String name() {
    return "counts";
  }

  @Override
  public List<DerivedTable> of(Store lake, LakeTable table, PipelineOptions options)
      throws IOException {
    String name = table.table().name() + "_counts";
    Optional<byte[]> counts = lake.read(name);
    return counts.isEmpty() ? List.of() : List.of(new Counts(lake, name, counts.get()));
  }

  private record Counts(Store lake, String name, byte[] counts) implements DerivedTable {
    @Override
    public Result erase(Where where, Settings settings) throws IOException {
      if (!settings.dryRun()) {
        lake.replace(name, new byte[] {'0', '0'});
      }
      settings.progress().accept(1);
      int left = counts[1] - '0';
      return new Result(
          name,
          1,
          1,
          counts[0] - '0',
          left,
          KEPT,
          List.of("the table beside it: it stays until " + KEPT),
          left == 0 ? null : "somebody is at " + name + ": run this again",
          false);
    }
  }
}
