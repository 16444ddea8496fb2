package io.sluice.sizing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SimulationTest {
  private static final Settings SETTINGS =
      new Settings(2, 4, Duration.ofMinutes(5), Duration.ofSeconds(30), null, 128, 16);

  private static Load load(double gibPerDay, double lateShare, double deadShare) {
    return new Load(gibPerDay, 1000, 3, lateShare, 2, deadShare, 0.45, 0.1);
  }

  private static Day day(Load load, Settings settings) {
    return new Simulation(load, settings, 1).day();
  }

  private static double asked(Day day, S3Request request) {
    return day.requests().getOrDefault(request, 0.0);
  }

  @Test
  void everyRowIsInAFileOrWaits() {
    for (double late : new double[] {0, 0.01, 0.3}) {
      Day day = day(load(50, late, 0.001), SETTINGS);
      assertEquals(day.rowsIn(), day.rowsInFiles() + day.rowsWaiting());
      assertTrue(day.rowsWaiting() > 0);
      // The warm-up is an hour of 25.
      assertEquals(load(50, 0, 0).meanRate() * Load.DAY, day.rowsIn(), 0.1 * day.rowsIn());
    }
  }

  @Test
  void theSameSeedGivesTheSameDay() {
    Load load = load(5, 0.01, 0.001);
    Day first = new Simulation(load, SETTINGS, 7).day();
    Day second = new Simulation(load, SETTINGS, 7).day();
    Day other = new Simulation(load, SETTINGS, 8).day();
    assertArrayEquals(first.fileBytes(), second.fileBytes());
    assertEquals(first.requests(), second.requests());
    assertEquals(first.waiting(), second.waiting());
    assertTrue(other.rowsIn() != first.rowsIn());
  }

  @Test
  void withoutLateEventsThereIsAFileForEachWindowAndLog() {
    Day day = day(load(5, 0, 0), SETTINGS);
    // The last window of the day closes on the day after; the one of the day before on this.
    assertEquals(4 * 287, day.files().ofToday());
    assertEquals(4, day.files().ofDatesBefore());
    assertEquals(0, day.files().ofDeadLetters());
    assertEquals(1, day.manifests());
    assertEquals(4 * 288 + 2, asked(day, S3Request.PUT_OBJECT));
    // The four logs' own every ten minutes, and two pages of the date's objects.
    assertEquals(4 * 144 + 2, asked(day, S3Request.LIST));
    // A footer for each file of the date, and whether there is a later manifest.
    assertEquals(4 * 287 + 4 + 1, asked(day, S3Request.GET));
  }

  @Test
  void aDateThatGrowsCostsAnObjectReadAndOneWrittenForEachInterval() {
    Load load = load(5, 0, 0);
    Day none = day(load, SETTINGS);
    Day day =
        day(
            load,
            new Settings(
                2,
                4,
                Duration.ofMinutes(5),
                Duration.ofSeconds(30),
                Duration.ofMinutes(15),
                128,
                16));
    // The first files of a quarter of an hour begin the next.
    assertEquals(72, day.manifestsOfGrowing(), 1);
    assertEquals(none.manifests() + day.manifestsOfGrowing(), day.manifests());
    assertEquals(
        asked(none, S3Request.PUT_OBJECT) + day.manifestsOfGrowing(),
        asked(day, S3Request.PUT_OBJECT));
    // The first of a date lists it.
    assertEquals(asked(none, S3Request.LIST) + 1, asked(day, S3Request.LIST));
    // Each footer is read once as well, and the manifest before.
    assertEquals(
        asked(none, S3Request.GET) + day.manifestsOfGrowing(), asked(day, S3Request.GET), 12);
  }

  @Test
  void lateEventsMakeFilesOfTheIntervalInPlaceOfTheWindow() {
    Day day = day(load(50, 0.05, 0), SETTINGS);
    assertTrue(day.files().ofToday() > 2 * 4 * 288, day.files().toString());
    assertTrue(day.files().ofToday() <= 4 * 2880, day.files().toString());
    assertTrue(day.files().ofDatesBefore() > 100, day.files().toString());
  }

  @Test
  void aFullFileGoesUpInParts() {
    Settings settings = new Settings(2, 1, Duration.ofHours(1), Duration.ofHours(1), null, 128, 16);
    Day day = day(load(50, 0, 0), settings);
    // 128 MiB of blocks are some 30 MB of Parquet: two parts.
    assertEquals(128 * 1.048576 * 0.1 / 0.45, day.percentile(50) / 1e6, 1);
    double uploads = asked(day, S3Request.CREATE_UPLOAD);
    assertEquals(uploads, asked(day, S3Request.COMPLETE_UPLOAD));
    assertEquals(2 * uploads, asked(day, S3Request.UPLOAD_PART), 0.05 * uploads);
    // Around midnight two dates have a log.
    assertTrue(day.waiting().peak() <= 2 * (129 << 20), day.waiting().toString());
  }

  @Test
  void aFullFileIsOvershotByABlockAtMost() {
    Settings settings =
        new Settings(2, 1, Duration.ofMinutes(5), Duration.ofSeconds(30), null, 128, 16);
    Day day = day(load(20_000, 0, 0), settings);
    assertTrue(day.waiting().peakOfOneLog() <= 129 << 20, day.waiting().toString());
  }

  @Test
  void anOutageIsCaughtUpAsFastAsTheCapacityAllows() {
    Load load = new Load(50, 1000, 1, 0, 2, 0, 0.45, 0.1);
    // At three times the rate what stood for six hours is read in three.
    Simulation.Recovery recovery =
        new Simulation(load, SETTINGS, 1)
            .recover(new Simulation.Outage(0, 6 * 3600, 3 * load.meanRate()));
    assertEquals(3 * 3600, recovery.seconds(), 60);
    assertTrue(recovery.peakWaiting() > 0);
  }

  @Test
  void theCurveHasItsMeanAndItsPeak() {
    for (double peak : new double[] {1, 3, 10}) {
      Curve curve = new Curve(peak);
      double sum = 0;
      double greatest = 0;
      for (int second = 0; second < Load.DAY; second++) {
        sum += curve.at(second);
        greatest = Math.max(greatest, curve.at(second));
      }
      assertEquals(1, sum / Load.DAY, 0.001);
      assertEquals(peak, greatest, 0.001);
      assertTrue(curve.busiest(9 * 3600) <= peak + 0.001);
    }
  }
}
