package io.sluice.source;

import io.sluice.UserException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a run starts that has no state to resume from. */
public sealed interface StartFrom {
  /**
   * At the first offset of each partition that the lake does not have; in an empty lake, at the
   * earliest.
   */
  record Lake() implements StartFrom {}

  record Earliest() implements StartFrom {}

  /** Behind what the topic has now. What came while no job ran is skipped, and never read. */
  record Latest() implements StartFrom {}

  /**
   * The first time as {@link Latest}, and from then on as {@link Lake}, but never before where the
   * first run started.
   */
  record LakeOrLatest() implements StartFrom {}

  /** At the first record whose Kafka timestamp is not before. */
  record Timestamp(Instant time) implements StartFrom {}

  /** At these offsets; a partition that is not named starts at its earliest. */
  record Offsets(TreeMap<Integer, Long> offsets) implements StartFrom {}

  Pattern OFFSET = Pattern.compile("(\\d{1,9})=(\\d{1,18})");

  /** Reads the value of {@code --startFrom}. */
  static StartFrom parse(String text) {
    if (text.equals("lake")) {
      return new Lake();
    }
    if (text.equals("earliest")) {
      return new Earliest();
    }
    if (text.equals("latest")) {
      return new Latest();
    }
    if (text.equals("lake-or-latest")) {
      return new LakeOrLatest();
    }
    if (text.startsWith("timestamp:")) {
      try {
        return new Timestamp(
            OffsetDateTime.parse(text.substring("timestamp:".length())).toInstant());
      } catch (DateTimeException e) {
        throw new UserException(
            "--startFrom=" + text + ": write timestamp:2026-01-31T00:00:00Z", e);
      }
    }
    if (text.startsWith("offsets:")) {
      TreeMap<Integer, Long> offsets = new TreeMap<>();
      for (String one : text.substring("offsets:".length()).split(",", -1)) {
        Matcher matcher = OFFSET.matcher(one);
        if (!matcher.matches()) {
          throw new UserException("--startFrom=" + text + ": write offsets:0=100,1=250");
        }
        offsets.put(Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2)));
      }
      return new Offsets(offsets);
    }
    throw new UserException(
        "--startFrom="
            + text
            + ": one of lake, lake-or-latest, earliest, latest, timestamp:…, offsets:…");
  }

  /** The lake's answer: the first offset at or after {@code from} that it does not have. */
  interface FirstMissing {
    long at(int partition, long from);
  }

  /** Whether the start depends on what is in the lake. */
  default boolean asksTheLake() {
    return this instanceof Lake || this instanceof LakeOrLatest;
  }

  /**
   * The offset to start at, of each partition that the source has now.
   *
   * @param lake asked only where {@link #asksTheLake}
   * @param before the least offset that any earlier run was asked to read, by partition; empty
   *     where there was none
   * @throws UserException where the source has not what is named, or ends before what the lake has
   */
  default TreeMap<Integer, Long> resolve(
      SourceReader reader, FirstMissing lake, Map<Integer, Long> before) {
    TreeMap<Integer, Long> starts = new TreeMap<>(reader.beginnings());
    if (this instanceof Lake) {
      starts.replaceAll(lake::at);
    } else if (this instanceof LakeOrLatest && !before.isEmpty()) {
      // A partition that no run has read was added since: all of it is new.
      starts.replaceAll(
          (partition, beginning) ->
              lake.at(partition, Math.max(beginning, before.getOrDefault(partition, 0L))));
    } else if (this instanceof LakeOrLatest) {
      starts.putAll(reader.ends());
    } else if (this instanceof Latest) {
      starts.putAll(reader.ends());
    } else if (this instanceof Timestamp timestamp) {
      starts.putAll(reader.at(timestamp.time().toEpochMilli()));
    } else if (this instanceof Offsets offsets) {
      Map<Integer, Long> ends = reader.ends();
      offsets
          .offsets()
          .forEach(
              (partition, offset) -> {
                Long first = starts.get(partition);
                if (first == null) {
                  throw new UserException("--startFrom: the topic has no partition " + partition);
                }
                long end = ends.getOrDefault(partition, 0L);
                if (offset < first || offset > end) {
                  throw new UserException(
                      "--startFrom: partition "
                          + partition
                          + " has the offsets "
                          + first
                          + " to "
                          + end
                          + ", not "
                          + offset);
                }
                starts.put(partition, offset);
              });
    }
    if (asksTheLake()) {
      reader.requireEnds(starts);
    }
    return starts;
  }
}
