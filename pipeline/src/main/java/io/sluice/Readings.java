package io.sluice;

import io.sluice.contract.Plugged;
import io.sluice.source.Source;
import io.sluice.source.SourceId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the contracts of a run read, of which some may share a source. */
final class Readings {
  private Readings() {}

  /**
   * What is read: each source once, in the order of the contracts, from where on each of its tables
   * is served.
   *
   * @param sources what the contract of each says of it
   * @throws UserException where two sources have one identity: a position says by its source alone
   *     which records it is of
   */
  static List<Source.Reading> together(List<Source.Reading> readings, List<Plugged> sources) {
    Map<SourceId, Source.Reading> bySource = new LinkedHashMap<>();
    Map<SourceId, Plugged> said = new HashMap<>();
    for (int i = 0; i < readings.size(); i++) {
      Source.Reading one = readings.get(i);
      Source.Reading other = bySource.get(one.from().id());
      Plugged before = said.put(one.from().id(), sources.get(i));
      if (other != null && !sources.get(i).equals(before)) {
        throw sameIdentity(other, one);
      }
      bySource.put(one.from().id(), other == null ? one : both(other, one));
    }
    return List.copyOf(bySource.values());
  }

  private static UserException sameIdentity(Source.Reading one, Source.Reading other) {
    return new UserException(
        one.source().name()
            + " and "
            + other.source().name()
            + " both have the identity "
            + one.from().id()
            + ", so that a position would name a record of each: start a run for each");
  }

  private static Source.Reading both(Source.Reading one, Source.Reading other) {
    TreeMap<Integer, Long> offsets = new TreeMap<>(one.from().offsets());
    other.from().offsets().forEach((partition, at) -> offsets.merge(partition, at, Math::min));
    TreeMap<Integer, Long> gone = new TreeMap<>(one.from().gone());
    other.from().gone().forEach((partition, count) -> gone.merge(partition, count, Math::max));
    return new Source.Reading(
        one.source(), new Source.From(one.from().id(), offsets, gone, one.from().watermarkDelay()));
  }
}
