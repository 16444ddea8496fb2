package io.sluice.benchmark;

import io.sluice.local.EmbeddedS3;
import io.sluice.local.Leash;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One contestant's run, measured from outside by what the system says of its process. */
final class Heat {
  /** None of them watches itself for a hang. */
  private static final Duration LONGEST = Duration.ofHours(1);

  /**
   * What each JVM is given beside its heap. In a run of a minute the optimising compiler would be
   * busy with the start's code until the end, and pages of 4 KiB would be asked of the system one
   * by one.
   */
  private static final List<String> JVM_OPTIONS =
      List.of(
          "-XX:Tier4InvocationThreshold=50000",
          "-XX:Tier4MinInvocationThreshold=6000",
          "-XX:Tier4CompileThreshold=150000",
          "-XX:Tier4BackEdgeThreshold=400000",
          // Linux's only.
          "-XX:+IgnoreUnrecognizedVMOptions",
          "-XX:+UseTransparentHugePages");

  /**
   * What was seen.
   *
   * @param seconds from the first record to the last commit
   * @param startSeconds from the process's start to the first record
   * @param cpuSeconds of user and system time, from the first record to the last commit
   * @param peakHeap bytes in use before a garbage collection, at most
   * @param peakResident bytes of resident memory, at most
   * @param bytes of its files
   */
  record Seen(
      double seconds,
      double startSeconds,
      double cpuSeconds,
      long peakHeap,
      long peakResident,
      long files,
      long bytes) {}

  private final Contestant contestant;
  private final Topic topic;
  private final Settings settings;
  private final Output output;
  private final Path directory;

  /** What all contestants read. */
  record Topic(String bootstrapServers, String name, long events) {}

  /** What all contestants are given. */
  record Settings(Path home, String heap, int parallelism) {}

  Heat(Contestant contestant, Topic topic, Settings settings, Output output, Path directory) {
    this.contestant = contestant;
    this.topic = topic;
    this.settings = settings;
    this.output = output;
    this.directory = directory;
  }

  Path log() {
    return directory.resolve("log");
  }

  /**
   * Runs the contestant to its end.
   *
   * @throws IllegalStateException where it failed, with its log's name
   */
  Seen run() throws IOException, InterruptedException {
    Files.createDirectories(directory);
    Files.createDirectories(output.files());
    Path gcLog = directory.resolve("gc.log");
    ProcessBuilder builder =
        new ProcessBuilder(command(gcLog))
            .redirectError(log().toFile())
            .redirectOutput(ProcessBuilder.Redirect.PIPE);
    builder.environment().putAll(contestant.environment(settings.home()));
    Process process = builder.start();
    long started = System.currentTimeMillis();
    try (Watch watch = new Watch(process);
        BufferedReader out =
            new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      long first = 0;
      long done = 0;
      double cpuAtFirst = 0;
      double cpuAtDone = 0;
      for (String line = out.readLine(); line != null && done == 0; line = out.readLine()) {
        String[] words = line.split(" ");
        if (words[0].equals("first") && first == 0) {
          first = Long.parseLong(words[1]);
          cpuAtFirst = watch.cpuSeconds();
        } else if (words[0].equals("done")) {
          done = Long.parseLong(words[1]);
          cpuAtDone = watch.cpuSeconds();
        }
      }
      boolean ended = process.waitFor(60, TimeUnit.SECONDS);
      if (done == 0 || first == 0 || (ended && process.exitValue() != 0)) {
        throw new IllegalStateException(
            contestant.label() + " did not come to its end: see " + log());
      }
      long[] files = files();
      return new Seen(
          (done - first) / 1e3,
          (first - started) / 1e3,
          cpuAtDone - cpuAtFirst,
          peakHeap(gcLog),
          watch.peakResident(),
          files[0],
          files[1]);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private List<String> command(Path gcLog) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + settings.heap());
    command.addAll(GcLog.options(gcLog));
    command.addAll(JVM_OPTIONS);
    command.add("--add-opens=java.base/java.util=ALL-UNNAMED");
    command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
    command.addAll(contestant.jvmOptions());
    if (output.s3() != null) {
      EmbeddedS3.CREDENTIALS.forEach((name, value) -> command.add("-D" + name + "=" + value));
    }
    command.add("-cp");
    // The leash's classes last, so that none of our own comes before one of a contestant's.
    String leash =
        URI.create(Leash.class.getProtectionDomain().getCodeSource().getLocation().toString())
            .getPath();
    command.add(contestant.classPath(settings.home()) + java.io.File.pathSeparator + leash);
    command.add(Leash.class.getName());
    command.add(String.valueOf(ProcessHandle.current().pid()));
    command.add(contestant.mainClass());
    command.add(topic.bootstrapServers());
    command.add(topic.name());
    command.add(output.root());
    command.add(Files.createDirectories(directory.resolve("work")).toString());
    command.add(String.valueOf(topic.events()));
    command.add(String.valueOf(settings.parallelism()));
    if (output.s3() != null) {
      command.add(output.s3().toString());
      command.add(output.files().toString());
    }
    return command;
  }

  /** Data files that readers take: not those that are hidden, or being written. */
  static List<Path> dataFiles(Path lake) throws IOException {
    try (Stream<Path> files = Files.walk(lake)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.getFileName().toString().endsWith(".parquet"))
          .filter(file -> !file.getFileName().toString().matches("[._].*"))
          .toList();
    }
  }

  private long[] files() throws IOException {
    long bytes = 0;
    List<Path> files = dataFiles(output.files());
    for (Path file : files) {
      bytes += Files.size(file);
    }
    return new long[] {files.size(), bytes};
  }

  private static long peakHeap(Path gcLog) throws IOException {
    return GcLog.read(gcLog).stream().mapToLong(GcLog.Pause::before).max().orElse(0);
  }

  /**
   * Ends what hangs, and reads /proc ten times a second, for a process that is gone tells nothing.
   */
  private static final class Watch implements AutoCloseable {
    private final Process process;
    private final Thread thread;
    private volatile double cpuSeconds;
    private volatile long peakResident;
    private volatile boolean closed;

    Watch(Process process) {
      this.process = process;
      this.thread = new Thread(this::watch, "watch");
      thread.setDaemon(true);
      thread.start();
    }

    private void watch() {
      long end = System.nanoTime() + LONGEST.toNanos();
      while (!closed) {
        if (System.nanoTime() > end) {
          process.destroyForcibly();
        }
        read();
        try {
          TimeUnit.MILLISECONDS.sleep(100);
        } catch (InterruptedException e) {
          return;
        }
      }
    }

    private synchronized void read() {
      try {
        Proc proc = Proc.read(process.pid());
        cpuSeconds = proc.cpuSeconds();
        // One that has ended and is not yet gone tells 0.
        peakResident = Math.max(peakResident, proc.peakResident());
      } catch (IOException e) {
        // It has ended: what was read last stands.
        return;
      }
    }

    double cpuSeconds() {
      read();
      return cpuSeconds;
    }

    long peakResident() {
      return peakResident;
    }

    @Override
    public void close() {
      closed = true;
      thread.interrupt();
    }
  }
}
