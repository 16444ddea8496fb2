package io.sluice.cli;

import io.sluice.FlagValues;
import io.sluice.UserException;
import io.sluice.sizing.Advice;
import io.sluice.sizing.Load;
import io.sluice.sizing.Settings;
import io.sluice.sizing.Size;
import io.sluice.sizing.SizeReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice size}: what a load needs and costs, by a simulated day. */
@Command(
    name = "size",
    description =
        "Simulates a day of a load and says what it needs: partitions, cores, memory, files, S3 requests and their cost.",
    customSynopsis = "sluice size --gibPerDay=N [FLAGS]",
    footer = {
      "",
      "Two columns: the flags as given here, else run's defaults; and what is advised instead. Nothing is started.",
      "The ratios of bytes are your events': sluice_file_bytes_total gives the second.",
      "%nExample:",
      "  sluice size --gibPerDay=500 --eventBytes=800 --freshness=5m"
    })
final class SizeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--gibPerDay",
      paramLabel = "N",
      required = true,
      description = "GiB of JSON a day, uncompressed.")
  private double gibPerDay;

  @Option(
      names = "--eventBytes",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Bytes of an event. [${DEFAULT-VALUE}]")
  private double eventBytes;

  @Option(
      names = "--peakFactor",
      paramLabel = "N",
      defaultValue = "3",
      description = "The greatest rate of the day by its mean. [${DEFAULT-VALUE}]")
  private double peakFactor;

  @Option(
      names = "--latePercent",
      paramLabel = "N",
      defaultValue = "1",
      description = "Events that come late. [${DEFAULT-VALUE}]")
  private double latePercent;

  @Option(
      names = "--lateHours",
      paramLabel = "N",
      defaultValue = "2",
      description = "How late these are in the mean; exponential. [${DEFAULT-VALUE}]")
  private double lateHours;

  @Option(
      names = "--deadPercent",
      paramLabel = "N",
      defaultValue = "0.01",
      description = "Events that become dead letters. [${DEFAULT-VALUE}]")
  private double deadPercent;

  @Option(
      names = "--blockRatio",
      paramLabel = "N",
      defaultValue = "0.45",
      description = "Bytes of a block by bytes of JSON. [${DEFAULT-VALUE}]")
  private double blockRatio;

  @Option(
      names = "--parquetRatio",
      paramLabel = "N",
      defaultValue = "0.1",
      description = "Bytes of a file by bytes of JSON. [${DEFAULT-VALUE}]")
  private double parquetRatio;

  @Option(
      names = "--eventsPerSecondPerCore",
      paramLabel = "N",
      defaultValue = "200000",
      description = "What a subtask does, from Kafka to Parquet. [${DEFAULT-VALUE}]")
  private double eventsPerSecondPerCore;

  @Option(
      names = "--freshness",
      paramLabel = "DURATION",
      defaultValue = "15m",
      description = "How long an event may wait for its file, for the advice. [${DEFAULT-VALUE}]")
  private String freshness = "15m";

  @Option(names = "--parallelism", paramLabel = "N", description = "Subtasks. Default: as advised.")
  private @Nullable Integer parallelism;

  @Option(names = "--shards", paramLabel = "N", description = "Logs a date. Default: as advised.")
  private @Nullable Integer shards;

  @Option(
      names = "--windowSize",
      paramLabel = "DURATION",
      defaultValue = "5m",
      description = "As of run. [${DEFAULT-VALUE}]")
  private String windowSize = "5m";

  @Option(
      names = "--fileInterval",
      paramLabel = "DURATION",
      defaultValue = "30s",
      description = "As of run. [${DEFAULT-VALUE}]")
  private String fileInterval = "30s";

  @Option(
      names = "--manifestInterval",
      paramLabel = "DURATION",
      defaultValue = "30m",
      description = "As of run. [${DEFAULT-VALUE}]")
  private String manifestInterval = "30m";

  @Option(
      names = "--fileMebibytes",
      paramLabel = "N",
      defaultValue = "128",
      description = "As of run. [${DEFAULT-VALUE}]")
  private int fileMebibytes;

  @Option(
      names = "--s3PartMebibytes",
      paramLabel = "N",
      defaultValue = "16",
      description = "As of run. [${DEFAULT-VALUE}]")
  private int s3PartMebibytes;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description = "The same seed gives the same day. [${DEFAULT-VALUE}]")
  private long seed;

  @Mixin private JsonOption json = new JsonOption();

  @Mixin private HelpOption help = new HelpOption();

  @SuppressWarnings("NullAway.Init") // picocli sets the spec
  SizeCommand() {}

  @Override
  public Integer call() throws IOException {
    json.check();
    Load load = load();
    Advice advice =
        new Advice(
            load,
            within("eventsPerSecondPerCore", eventsPerSecondPerCore, 100, 10_000_000),
            time("freshness", freshness, Duration.ofSeconds(30), Duration.ofHours(12)));
    Settings given =
        new Settings(
            parallelism == null
                ? advice.parallelism()
                : (int) within("parallelism", parallelism, 1, 10_000),
            shards == null ? advice.shards() : (int) within("shards", shards, 1, 10_000),
            time("windowSize", windowSize, Duration.ofSeconds(1), Duration.ofHours(12)),
            time("fileInterval", fileInterval, Duration.ZERO, Duration.ofHours(12)),
            manifestInterval.equals("none")
                ? null
                : time(
                    "manifestInterval",
                    manifestInterval,
                    Duration.ofSeconds(1),
                    Duration.ofHours(24)),
            (int) within("fileMebibytes", fileMebibytes, 1, 1024),
            (int) within("s3PartMebibytes", s3PartMebibytes, 5, 512));
    PrintWriter out = spec.commandLine().getOut();
    SizeReport report =
        new SizeReport(
            Size.of(load, advice, given, seed),
            Size.of(load, advice, advice.settings(), seed),
            out);
    if (!json.isInstead()) {
      report.print();
      out.flush();
    }
    json.write(report::json);
    return 0;
  }

  private Load load() {
    return new Load(
        within("gibPerDay", gibPerDay, 0.001, 1_048_576),
        within("eventBytes", eventBytes, 10, 10_000_000),
        within("peakFactor", peakFactor, 1, 20),
        within("latePercent", latePercent, 0, 50) / 100,
        within("lateHours", lateHours, 0.01, 72),
        within("deadPercent", deadPercent, 0, 50) / 100,
        within("blockRatio", blockRatio, 0.001, 10),
        within("parquetRatio", parquetRatio, 0.001, 10));
  }

  private static double within(String flag, double value, double least, double greatest) {
    // A NaN is not within anything.
    if (!(value >= least && value <= greatest)) {
      throw new UserException(
          "--"
              + flag
              + "="
              + number(value)
              + ": from "
              + number(least)
              + " to "
              + number(greatest));
    }
    return value;
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.valueOf((long) value)
        : String.valueOf(value);
  }

  private static Duration time(String flag, String text, Duration least, Duration greatest) {
    Duration duration = FlagValues.duration(flag, text);
    if (duration.compareTo(least) < 0 || duration.compareTo(greatest) > 0) {
      throw new UserException(
          "--"
              + flag
              + "="
              + text
              + ": from "
              + least.toSeconds()
              + "s to "
              + greatest.toHours()
              + "h");
    }
    return duration;
  }
}
