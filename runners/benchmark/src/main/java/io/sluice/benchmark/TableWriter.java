package io.sluice.benchmark;

import io.sluice.cli.Main;
import io.sluice.iceberg.LocalFileIO;
import io.sluice.local.JavaProcess;
import io.sluice.local.Leash;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.StaticTableOperations;
import org.apache.iceberg.Table;

/** Who keeps a table of Iceberg from a topic: a process that is killed and started again. */
final class TableWriter implements AutoCloseable {
  private static final Pattern METADATA = Pattern.compile("v\\d{1,9}\\.metadata\\.json");

  private final String label;
  private final JavaProcess process;
  private final TableWatch table;
  private double cpuBefore;
  private double cpuNow;

  private TableWriter(String label, JavaProcess process, TableWatch table) {
    this.label = label;
    this.process = process;
    this.table = table;
  }

  /**
   * Sluice, with Flink in its process. Killed, it starts without state, from what the lake has.
   *
   * @param interval between two looks of the follower at a date that grows
   */
  static TableWriter sluice(
      String bootstrapServers,
      String topic,
      String heap,
      int parallelism,
      Duration interval,
      Path directory)
      throws IOException {
    SluiceCatalog catalog = new SluiceCatalog(directory);
    String seconds = interval.toSeconds() + "s";
    List<String> more = new ArrayList<>(catalog.flags());
    more.addAll(
        List.of(
            "--windowSize=" + seconds,
            "--fileInterval=" + seconds,
            "--watermarkDelay=1s",
            "--manifestInterval=" + seconds));
    List<String> arguments = new ArrayList<>(List.of("run"));
    arguments.addAll(
        SoakJob.flags(
            bootstrapServers, topic, new SoakJob.Settings(heap, parallelism, more), directory));
    arguments.remove("--startFrom=earliest");
    return new TableWriter(
        Contestant.SLUICE.label(),
        new JavaProcess(
            "sluice",
            directory,
            List.of("-Xmx" + heap, "-XX:-UseSerialGC"),
            Main.class.getName(),
            arguments),
        catalog.watch());
  }

  /**
   * Kafka Connect with Iceberg's sink.
   *
   * @param home of the source tree, in which its module is built
   */
  static TableWriter connect(
      Path home,
      String bootstrapServers,
      String topic,
      String heap,
      int parallelism,
      Duration interval,
      Path directory)
      throws IOException {
    Contestant contestant = Contestant.CONNECT_ICEBERG;
    JavaProcess process =
        new JavaProcess(
            contestant.label(),
            directory,
            List.of("-Xmx" + heap, "-XX:-UseSerialGC"),
            "io.sluice.benchmark.connect.SteadySink",
            List.of(
                bootstrapServers,
                topic,
                directory.toString(),
                String.valueOf(parallelism),
                String.valueOf(interval.toMillis())));
    Path leash = Files.createDirectories(directory.resolve("leash"));
    Leash.copyTo(leash);
    List<Path> libraries = new ArrayList<>(List.of(leash));
    Arrays.stream(contestant.classPath(home).split(File.pathSeparator, -1))
        .map(Path::of)
        .forEach(libraries::add);
    process.installation(directory, libraries, Map.of());
    return new TableWriter(
        contestant.label(),
        process,
        new TableWatch(() -> newest(directory.resolve("warehouse/lake/events/metadata"))));
  }

  /** A table of the catalog {@code hadoop}: its newest metadata has the greatest number. */
  private static Optional<Table> newest(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> METADATA.matcher(file.getFileName().toString()).matches())
          .max(Comparator.comparingInt(TableWriter::version))
          .map(
              file ->
                  new BaseTable(
                      new StaticTableOperations(file.toString(), new LocalFileIO()), "events"));
    }
  }

  private static int version(Path metadata) {
    return Integer.parseInt(metadata.getFileName().toString().replaceAll("\\D", ""));
  }

  String label() {
    return label;
  }

  TableWatch table() {
    return table;
  }

  void start() {
    process.start();
  }

  /** {@code kill -9}. */
  void kill() {
    measure();
    cpuBefore = cpuNow;
    process.kill();
  }

  /**
   * Reads how much CPU it has used.
   *
   * @throws IllegalStateException where it has ended by itself
   */
  void measure() {
    try {
      cpuNow = cpuBefore + Proc.read(process.pid()).cpuSeconds();
    } catch (IOException e) {
      throw new IllegalStateException(label + " has ended: see " + process.log(), e);
    }
  }

  /** CPU of all its processes so far, in seconds, by the last {@link #measure}. */
  double cpuSeconds() {
    return cpuNow;
  }

  @Override
  public void close() throws InterruptedException {
    process.close();
    table.close();
  }
}
