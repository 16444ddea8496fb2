package io.sluice.mirror;

import io.sluice.UserException;
import io.sluice.follow.FollowerKind;
import io.sluice.follow.LiveFile;
import io.sluice.follow.Maintenance;
import io.sluice.follow.PublishedVersion;
import io.sluice.follow.ReconcileVersion;
import io.sluice.follow.Reconciled;
import io.sluice.follow.TargetVersion;
import io.sluice.follow.UnpartitionedFollower;
import io.sluice.lake.LakeTable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What follows a mirror: tables of other catalogs that are to have the files of its newest version.
 * What they have is read from them, so a run that was killed behind its switch, or that a catalog
 * did not answer, leaves nothing but work for the next one.
 */
final class MirrorFollowers {
  private static final Logger LOG = LoggerFactory.getLogger(MirrorFollowers.class);

  /** Its list is written with each version, whoever asks for it. */
  private static final String LIST = "symlink";

  private final List<String> names;
  private final PipelineOptions options;

  /**
   * @param names of {@link FollowerKind}s
   * @throws UserException where one of them follows nothing but tables with dates
   */
  MirrorFollowers(List<String> names, PipelineOptions options) {
    this.names = names.stream().filter(name -> !name.equals(LIST)).toList();
    this.options = options;
    for (String name : this.names) {
      if (!FollowerKind.named("publish", name).hasUnpartitioned()) {
        throw new UserException(
            "--publish="
                + name
                + ": it follows tables with dates, and a mirror has none; there are "
                + FollowerKind.all().values().stream()
                    .filter(FollowerKind::hasUnpartitioned)
                    .map(FollowerKind::name)
                    .collect(Collectors.joining(", "))
                + ", and a mirror always has its list of files");
      }
    }
  }

  /**
   * What became of one.
   *
   * @param done null where it failed
   * @param version of the target, as it calls it; null where it says none
   * @param failed why; null where it did not
   */
  record Outcome(
      String follower,
      @Nullable Reconciled done,
      @Nullable TargetVersion version,
      @Nullable String failed) {}

  /**
   * What became of all of them.
   *
   * @param ledTo the versions that readers of any of them may still read
   */
  record Outcomes(List<Outcome> each, Set<Long> ledTo) {
    static final Outcomes NONE = new Outcomes(List.of(), Set.of());

    Outcomes {
      each = List.copyOf(each);
      ledTo = Set.copyOf(ledTo);
    }

    /** Which has not the newest version, and that the mirror has come further all the same. */
    Optional<String> late(String table) {
      return each.stream()
          .filter(one -> one.failed() != null)
          .findFirst()
          .map(
              one ->
                  "follower "
                      + one.follower()
                      + " of "
                      + table
                      + " is not equal to its newest version, which is there: "
                      + one.failed()
                      + "; the next call mends it, and no file is removed before");
    }
  }

  /**
   * Makes each equal to the newest version.
   *
   * @param current the table of current rows
   * @param since versions that readers were led to since then are told
   */
  Outcomes follow(LakeTable current, Versions versions, Instant since) {
    List<Outcome> each = new ArrayList<>();
    Set<Long> ledTo = new TreeSet<>();
    for (String name : names) {
      try (UnpartitionedFollower follower =
          FollowerKind.named("publish", name).openUnpartitioned(current, options)) {
        Reconciled done =
            ReconcileVersion.run(() -> published(current.table().name(), versions), follower, name);
        ledTo.addAll(follower.ledTo(since));
        each.add(new Outcome(name, done, follower.lastSeen().orElse(null), null));
      } catch (IOException | UserException e) {
        // The others are followed all the same.
        each.add(new Outcome(name, null, null, firstLine(e)));
      }
    }
    return new Outcomes(each, ledTo);
  }

  /**
   * Takes out of each what it was before the oldest version that is left, which nobody can read any
   * more. What fails is left to the next run.
   */
  void expire(LakeTable current, Versions versions) throws IOException {
    Optional<Duration> age = versions.ageOfOldest();
    if (age.isEmpty()) {
      return;
    }
    Maintenance.Request request = new Maintenance.Request(age.get(), 1, null, false);
    for (String name : names) {
      try (UnpartitionedFollower follower =
          FollowerKind.named("publish", name).openUnpartitioned(current, options)) {
        Optional<Maintenance> maintenance = follower.maintenance();
        if (maintenance.isPresent()) {
          Maintenance.Result done = maintenance.get().run(request);
          LOG.info("{}: {} old snapshots are out", done.table(), done.expired());
        }
      } catch (IOException | UserException e) {
        LOG.warn(
            "follower {} of {} keeps old snapshots: {}; the next run tries again",
            name,
            current.table().name(),
            firstLine(e));
      }
    }
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
  }

  private static PublishedVersion published(String table, Versions versions) throws IOException {
    MirrorVersion newest =
        versions.newest().orElseThrow(() -> new IOException(table + " has no version any more"));
    List<LiveFile> files = new ArrayList<>();
    for (BucketFiles bucket : newest.files().values()) {
      BucketFiles.DataFile rows = bucket.rows();
      if (rows != null) {
        files.add(new LiveFile(rows.name(), rows.rows(), rows.bytes(), newest.written(), null));
      }
    }
    return new PublishedVersion(table, newest.number(), files);
  }
}
