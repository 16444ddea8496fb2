package io.sluice.audit;

import io.sluice.lake.Positions;
import java.util.List;
import java.util.Map;

/**
 * The offsets that the footers of a lake and its dead letters have.
 *
 * @param lake those in the lake, once or more
 * @param deadLetters those in the dead letters, once or more
 * @param recovered those in both that a changed contract or a replay moved
 * @param duplicate those there twice
 * @param skipped how many of those in the lake have no row, by partition
 * @param erased those of the lake whose rows were erased
 * @param erasedLetters those of the dead letters that were, and that no replay has recovered before
 * @param damaged what is wrong with single files; each entry names the file
 */
public record Covered(
    Positions lake,
    Positions deadLetters,
    Positions recovered,
    Positions duplicate,
    Map<Positions.Partition, Long> skipped,
    Positions erased,
    Positions erasedLetters,
    List<String> damaged) {
  /** How many of a partition's offsets in some ranges, which do not overlap, are in a file. */
  long count(Positions.Partition partition, List<Positions.Range> ranges) {
    long count = 0;
    for (Positions.Range range : ranges) {
      count +=
          lake.count(partition, range.from(), range.to() + 1)
              + deadLetters.count(partition, range.from(), range.to() + 1)
              - recovered.count(partition, range.from(), range.to() + 1);
    }
    return count;
  }
}
