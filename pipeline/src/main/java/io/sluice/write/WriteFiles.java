package io.sluice.write;

import io.sluice.block.Block;
import io.sluice.block.LogKey;
import io.sluice.lake.LakeTable;
import io.sluice.metrics.MetricsServer;
import java.util.List;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.jspecify.annotations.Nullable;

/**
 * Writes blocks as files: gathers them by log until the watermark passes the end of their window,
 * or there are enough for a file, and appends them: {@link FilePolicy}.
 *
 * <p>The state is in the global window and the window's end is data, so that Beam has nothing it
 * could drop as late: see docs/adr/0001-panes-in-keyed-state.md. A block that comes late waits for
 * company for {@link WriteSettings#fileInterval}.
 */
public final class WriteFiles
    extends PTransform<PCollection<KV<LogKey, Block>>, PCollection<LogChange>> {
  private static final long serialVersionUID = 1L;

  private final AppendFn append;

  /**
   * @param overlap whether an append goes on beside the worker's thread, which then looks after it
   *     by the clock: not for a runner whose processing time is another
   * @param metrics where the workers, each of which has this step, serve what they count; null for
   *     nowhere
   */
  public WriteFiles(
      List<LakeTable> tables,
      WriteSettings settings,
      boolean overlap,
      MetricsServer.@Nullable Address metrics) {
    append = new AppendFn(tables, settings, overlap, metrics);
  }

  @Override
  public PCollection<LogChange> expand(PCollection<KV<LogKey, Block>> blocks) {
    return blocks.apply("AppendFiles", ParDo.of(append)).setCoder(LogChangeCoder.of());
  }
}
