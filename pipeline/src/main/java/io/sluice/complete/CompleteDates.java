package io.sluice.complete;

import io.sluice.contract.Table;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.LakeTable;
import io.sluice.write.LogChange;
import io.sluice.write.LogChangeCoder;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the {@link Manifest}s of dates: one that calls a date complete once the watermark has
 * passed the date and its last window, the next ones after late files, and before, while the date
 * grows, one after each interval in which files came. A date that no job will see the end of, more
 * than a year ahead, is called complete after each file instead. Dates that an earlier run left
 * incomplete are taken up at the start.
 */
public final class CompleteDates extends PTransform<PCollection<LogChange>, PCollection<String>> {
  private static final long serialVersionUID = 1L;

  private final List<LakeTable> tables;
  private final Duration windowSize;
  private final Duration fileInterval;
  private final @Nullable Duration manifestInterval;

  /**
   * @param fileInterval how long a date that is reopened waits for further files
   * @param manifestInterval how long a date that grows does; null for until its end
   */
  public CompleteDates(
      List<LakeTable> tables,
      Duration windowSize,
      Duration fileInterval,
      @Nullable Duration manifestInterval) {
    this.tables = List.copyOf(tables);
    this.windowSize = windowSize;
    this.fileInterval = fileInterval;
    this.manifestInterval = manifestInterval;
  }

  /** The dates that have a new manifest, as {@code TABLE/2026-01-31}; one may be told twice. */
  @Override
  public PCollection<String> expand(PCollection<LogChange> changes) {
    PCollection<LogChange> open =
        changes
            .getPipeline()
            // Not Impulse: Beam's Flink runner gives it no name of its own in savepoints, and with
            // another parallelism none would be restored.
            .apply("Start", Create.of(tables.stream().map(table -> table.table().name()).toList()))
            .apply("FindOpenDates", ParDo.of(new FindOpenDatesFn(tables)))
            .setCoder(LogChangeCoder.of());
    return PCollectionList.of(changes)
        .and(open)
        .apply("Changes", Flatten.pCollections())
        .apply(
            "ByDate",
            WithKeys.<String, LogChange>of(change -> change.table() + "/" + change.date())
                .withKeyType(TypeDescriptors.strings()))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), LogChangeCoder.of()))
        .apply(
            "PublishManifests",
            ParDo.of(new PublishFn(tables, windowSize, fileInterval, manifestInterval)))
        .setCoder(StringUtf8Coder.of());
  }

  static final class FindOpenDatesFn extends TablesFn<String, LogChange> {
    private static final long serialVersionUID = 1L;

    FindOpenDatesFn(List<LakeTable> tables) {
      super(tables);
    }

    @ProcessElement
    public void process(@Element String name, OutputReceiver<LogChange> out) throws IOException {
      Table table = table(name).table();
      for (LocalDate date : LakeFiles.dates(store(name), table)) {
        if (!new Publication(store(name), table, date).isCurrent()) {
          out.output(new LogChange(name, date.toEpochDay(), null));
        }
      }
    }
  }
}
