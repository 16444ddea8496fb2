package io.sluice.kafka;

import io.sluice.UserException;
import io.sluice.source.SourceId;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the flags of this run say of each source. Flink keeps a reader, and what it was made of, in
 * its state: one that comes from a savepoint asks here for the settings of today. Where nobody has
 * said any, those of the state hold.
 */
final class RunSettings {
  private static final Map<SourceId, Topics> NOW = new ConcurrentHashMap<>();

  private RunSettings() {}

  static void are(Topics topics) {
    topics.specs().forEach(spec -> NOW.put(spec.source(), topics));
  }

  /**
   * The same reading, with the servers, the settings and the delay of this run.
   *
   * @throws UserException where this run is to read other topics: Flink makes no reader for one
   *     that its state does not know, and goes on with one that no contract is for
   */
  static Topics of(Topics state) {
    Optional<Topics> run =
        state.specs().stream()
            .map(spec -> NOW.get(spec.source()))
            .filter(Objects::nonNull)
            .findFirst();
    run.ifPresent(topics -> requireSame(state.names(), topics.names()));
    Topics now = run.orElse(state);
    return new Topics(
        state.specs().stream().map(RunSettings::of).toList(), now.rules(), now.leftOut());
  }

  private static void requireSame(NavigableSet<String> state, NavigableSet<String> now) {
    if (!state.equals(now)) {
      throw otherState(named(state), named(now));
    }
  }

  /** What to say where the state reads something else than the run is to read. */
  static UserException otherState(String state, String now) {
    return new UserException(
        "the job's state reads "
            + state
            + ", and this run is to read "
            + now
            + ": start it anew without its state, with --startFrom=lake: nothing is lost or"
            + " duplicated");
  }

  private static String named(NavigableSet<String> topics) {
    return (topics.size() == 1 ? "topic " : "topics ") + String.join(", ", topics);
  }

  /** The same for one topic. */
  static SourceSpec of(SourceSpec state) {
    Topics topics = NOW.get(state.source());
    SourceSpec now = topics == null ? state : topics.find(state.source()).orElse(state);
    return new SourceSpec(
        now.kafka(),
        state.topic(),
        state.source(),
        state.generatedId(),
        state.startOffsets(),
        now.watermarkDelay(),
        now.gone());
  }
}
