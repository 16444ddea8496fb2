package io.sluice.sizing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts what a simulated day needs: files, requests, bytes that wait. What comes before the day,
 * to warm up, does not count, but for rows.
 */
final class DayTally {
  private static final double KEYS_A_LIST = 1000;

  /**
   * A manifest of a date.
   *
   * @param age so many days ago
   * @param files of the date since the simulation began
   * @param added since the manifest before
   * @param isNext whether there was one before
   */
  private record Manifest(
      boolean dead, long age, long files, long added, boolean isNext, Publishes publishes) {}

  /** What a manifest is written for. */
  enum Publishes {
    /** Files of a date that grows. */
    GROWING,
    COMPLETE,
    /** Late files. */
    LATE
  }

  private final Map<S3Request, Double> requests = new EnumMap<>(S3Request.class);
  private final List<Manifest> manifests = new ArrayList<>();
  private final TreeMap<Long, Long> filesByAge = new TreeMap<>();
  private long[] fileBytes = new long[1024];
  private int fileCount;
  private double parquetBytes;
  private long filesOfToday;
  private long filesOfDeadLetters;
  private long rowsIn;
  private long rowsInFiles;
  private long waiting;
  private long peakWaiting;
  private long peakOfOneLog;
  private double waitingSum;
  private double checkpoints;
  private double writes;
  private double busiestSecond;
  private long longestUnpublished;
  private boolean counts;

  /**
   * A second begins.
   *
   * @param counts whether it is of the day
   */
  void begin(boolean counts) {
    this.counts = counts;
    writes = 0;
  }

  /** A second ends. */
  void end(long second) {
    if (!counts) {
      return;
    }
    waitingSum += waiting;
    if (second % Settings.CHECKPOINT_INTERVAL.toSeconds() == 0) {
      checkpoints += waiting;
    }
    busiestSecond = Math.max(busiestSecond, writes);
  }

  void rowsCame(long rows) {
    rowsIn += rows;
  }

  /** A block waits for its file. */
  void waits(long bytes) {
    waiting += bytes;
  }

  /** All that a second brings has come, and what it makes due is not written yet. */
  void lookAtWaiting() {
    if (counts) {
      peakWaiting = Math.max(peakWaiting, waiting);
    }
  }

  /** The blocks of a log wait no more. */
  void waitsNoMore(long bytes) {
    waiting -= bytes;
    if (counts) {
      peakOfOneLog = Math.max(peakOfOneLog, bytes);
    }
  }

  long peakWaiting() {
    return peakWaiting;
  }

  void ask(S3Request request, double count) {
    if (counts) {
      requests.merge(request, count, Double::sum);
      writes += request.writes() ? count : 0;
    }
  }

  /** A file was written. */
  void file(SimulatedDate date, long now, long rows, long bytes) {
    rowsInFiles += rows;
    date.fileAdded(counts);
    if (!counts) {
      return;
    }
    parquetBytes += bytes;
    if (date.isDead()) {
      filesOfDeadLetters++;
      return;
    }
    long age = date.age(now);
    if (age <= 0) {
      filesOfToday++;
    } else {
      filesByAge.merge(age, 1L, Long::sum);
    }
    if (fileCount == fileBytes.length) {
      fileBytes = Arrays.copyOf(fileBytes, 2 * fileCount);
    }
    fileBytes[fileCount++] = bytes;
  }

  /** A manifest was written. */
  void manifest(SimulatedDate date, long now, Publishes publishes) {
    unpublished(date, now);
    boolean isNext = date.hasManifest();
    long added = date.published();
    if (counts) {
      manifests.add(
          new Manifest(date.isDead(), date.age(now), date.files(), added, isNext, publishes));
      writes += publishes == Publishes.GROWING ? 1 : 2;
    }
  }

  /** Looks for how long a late file has waited for its manifest. */
  private void unpublished(SimulatedDate date, long now) {
    longestUnpublished = Math.max(longestUnpublished, date.secondsUnpublished(now));
  }

  /**
   * A date's first manifest reads the footers of its files, a later one those that the one before
   * does not name. While the date grows, the job knows these, and lists nothing but before the
   * first. How many files there were before the simulation is known when it is over: as many as
   * today.
   */
  private void askForManifests() {
    Map<List<Object>, Integer> versions = new HashMap<>();
    for (Manifest one : manifests) {
      int version = versions.merge(List.of(one.dead(), one.age()), 1, Integer::sum);
      boolean isGrowing = one.publishes() == Publishes.GROWING;
      long files = one.files();
      if (!isGrowing) {
        files += one.dead() ? filesOfDeadLetters : filesOfToday;
      }
      if (!one.dead()) {
        files += sum(filesByAge.headMap(one.age()));
      }
      // The manifest before, and footers.
      ask(S3Request.GET, one.isNext() ? 1 + one.added() : files);
      ask(S3Request.PUT_OBJECT, 1);
      if (!isGrowing || !one.isNext()) {
        // The folder: files, manifests, _SUCCESS.
        ask(S3Request.LIST, Math.ceil((files + version + 1) / KEYS_A_LIST));
      }
      if (!isGrowing) {
        // Whether there is a later manifest, and _SUCCESS.
        ask(S3Request.GET, 1);
        ask(S3Request.PUT_OBJECT, 1);
      }
    }
  }

  private static long sum(Map<Long, Long> files) {
    return files.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * The day is over.
   *
   * @param dates all there are; what they have that waits is the rest
   * @param writers that take part in checkpoints
   */
  Day day(List<SimulatedDate> dates, int writers) {
    dates.forEach(date -> unpublished(date, Load.DAY * 1000L));
    askForManifests();
    ask(
        S3Request.CHECKPOINT_PUT,
        (writers + 1.0) * Load.DAY / Settings.CHECKPOINT_INTERVAL.toSeconds());
    long[] sizes = Arrays.copyOf(fileBytes, fileCount);
    Arrays.sort(sizes);
    return new Day(
        rowsIn,
        rowsInFiles,
        dates.stream().mapToLong(SimulatedDate::rowsWaiting).sum(),
        new Day.Files(filesOfToday, sum(filesByAge), filesOfDeadLetters),
        sizes,
        parquetBytes,
        requests,
        busiestSecond,
        new Day.Waiting(peakWaiting, waitingSum / Load.DAY, peakOfOneLog, checkpoints),
        manifests.size(),
        (int) manifests.stream().filter(one -> one.publishes() == Publishes.GROWING).count(),
        longestUnpublished);
  }
}
