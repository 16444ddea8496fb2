package io.sluice.flink;

import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.deadletter.DeadLetters;
import io.sluice.source.Source;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a run does, in the one line that it begins its log with. */
final class StartLine {
  /** Offsets are named partition by partition up to so many. */
  private static final int MOST_NAMED = 32;

  private StartLine() {}

  /**
   * @param checkpoints where Flink keeps them
   * @param flink where it runs, and where it can be looked at
   * @param metrics where they are served
   */
  static String of(
      SluiceConfig config,
      SluiceOptions options,
      List<Source.Reading> readings,
      String checkpoints,
      String flink,
      String metrics) {
    List<SluiceConfig> each = config.each();
    return "reads "
        + IntStream.range(0, each.size())
            .mapToObj(i -> table(each.get(i), options, readings.get(i).from()))
            .collect(Collectors.joining("; "))
        + ", windows of "
        + options.getWindowSize()
        + "; checkpoints "
        + checkpoints
        + "; Flink "
        + flink
        + "; metrics "
        + metrics;
  }

  private static String table(SluiceConfig config, SluiceOptions options, Source.From start) {
    return "topic "
        + config.source().name()
        + ", partition@offset "
        + offsets(start)
        + " (--startFrom="
        + options.getStartFrom()
        + "), writes to "
        + place(config.lake().root(), config.contract().lakeTable().name())
        + ", dead letters to "
        + place(config.deadLetters().root(), DeadLetters.table(config.contract()).name());
  }

  private static String place(String root, String table) {
    return root + (root.endsWith("/") ? "" : "/") + table;
  }

  private static String offsets(Source.From start) {
    String named =
        start.offsets().entrySet().stream()
            .limit(MOST_NAMED)
            .map(StartLine::offset)
            .collect(Collectors.joining(" "));
    int partitions = start.offsets().size();
    return named + (partitions > MOST_NAMED ? " and " + (partitions - MOST_NAMED) + " more" : "");
  }

  private static String offset(Map.Entry<Integer, Long> first) {
    return first.getKey() + "@" + first.getValue();
  }
}
