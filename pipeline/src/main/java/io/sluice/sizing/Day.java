package io.sluice.sizing;

import java.util.Map;

/**
 * What a simulated day came to.
 *
 * @param rowsIn rows that arrived, from the first second of the simulation on
 * @param rowsInFiles of these, in files
 * @param rowsWaiting of these, in state at the end
 * @param files files of the day's own date, of dates before, and of dead letters
 * @param fileBytes the sizes of the table's files, ascending
 * @param parquetBytes of all files
 * @param requests to S3
 * @param busiestSecond most writes to S3 in one second
 * @param waiting bytes in state
 * @param manifests how many were published, {@code manifestsOfGrowing} of them while their date
 *     grew
 * @param longestUnpublished seconds that a late file waited for its date's manifest, at most; those
 *     that still wait included
 */
public record Day(
    long rowsIn,
    long rowsInFiles,
    long rowsWaiting,
    Files files,
    long[] fileBytes,
    double parquetBytes,
    Map<S3Request, Double> requests,
    double busiestSecond,
    Waiting waiting,
    int manifests,
    int manifestsOfGrowing,
    long longestUnpublished) {

  /** By what they are of. */
  public record Files(long ofToday, long ofDatesBefore, long ofDeadLetters) {
    public long all() {
      return ofToday + ofDatesBefore + ofDeadLetters;
    }
  }

  /**
   * Encoded bytes that wait for their file.
   *
   * @param checkpoints what all of the day's full checkpoints hold together
   */
  public record Waiting(long peak, double mean, long peakOfOneLog, double checkpoints) {}

  /** A size that so many of a hundred of the table's files do not exceed, 0 where there is none. */
  public long percentile(int percent) {
    if (fileBytes.length == 0) {
      return 0;
    }
    int index = (int) Math.ceil(percent / 100.0 * fileBytes.length) - 1;
    return fileBytes[Math.max(0, index)];
  }
}
