package io.sluice.replay;

import io.sluice.lake.Positions;
import io.sluice.source.SourceRecord;
import java.util.ArrayList;
import java.util.List;

/** How often replays have tried each letter in vain. */
final class Attempts {
  /** Entry n has the positions of at least n + 1 attempts. */
  private final List<Positions> atLeast = new ArrayList<>();

  /** Counts one more for each of these. */
  void add(Positions failed) {
    Positions more = failed;
    for (Positions level : atLeast) {
      Positions repeated = level.and(more);
      level.addAll(more);
      more = repeated;
    }
    if (!more.isEmpty()) {
      atLeast.add(more.copy());
    }
  }

  int of(SourceRecord record) {
    int attempts = 0;
    while (attempts < atLeast.size()
        && atLeast.get(attempts).contains(record.source(), record.partition(), record.offset())) {
      attempts++;
    }
    return attempts;
  }
}
