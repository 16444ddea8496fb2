package io.sluice.chaos;

import io.sluice.lake.PartFile;
import io.sluice.local.JavaProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What goes wrong around the jobs: ports, clocks, disks, rights, and what others put there. */
final class HostFaults {
  private static final String DATE = "event_date=";
  private static final int MOST_DATES = 10;

  private HostFaults() {}

  /** A worker whose port is taken goes on without metrics, and serves them when it can. */
  static void takeMetricsPort(Run run) throws IOException, InterruptedException {
    run.flink().killTaskManagers();
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket taken = bind(new InetSocketAddress(loopback, run.world().metricsPort()))) {
      run.jobs().awaitRunning();
      run.rest(3, 5);
    }
    URL metrics = new URL("http://127.0.0.1:" + run.world().metricsPort() + "/metrics");
    long end = System.nanoTime() + Run.PATIENCE.toNanos();
    while (true) {
      try (InputStream in = metrics.openStream()) {
        if (new String(in.readAllBytes(), StandardCharsets.UTF_8).contains("sluice_build_info")) {
          return;
        }
      } catch (IOException e) {
        if (System.nanoTime() > end) {
          throw new IOException("the port is free again, and nobody serves metrics", e);
        }
      }
      TimeUnit.MILLISECONDS.sleep(500);
    }
  }

  /** The process that had the port may hold it for a moment after its death. */
  private static ServerSocket bind(InetSocketAddress address)
      throws IOException, InterruptedException {
    for (int attempt = 0; ; attempt++) {
      ServerSocket socket = new ServerSocket();
      try {
        socket.setReuseAddress(true);
        socket.bind(address);
        return socket;
      } catch (BindException e) {
        socket.close();
        if (attempt == 50) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(100);
      }
    }
  }

  /** Whoever looks why a job starts over and over reads there what refuses, and how. */
  static void refuseUntilRestart(Run run) throws IOException, InterruptedException {
    run.jobs().awaitRunning();
    // What failed before may be counted late, and has another cause.
    long since = System.currentTimeMillis();
    S3FaultProxy s3 = run.world().s3Proxy();
    s3.storm(List.of(S3Fault.ACCESS_DENIED), 1, FlinkCluster.LONGEST_WAIT.toSeconds());
    try {
      run.flink()
          .await(
              "a restart whose cause names the store and what it answered",
              () -> {
                for (Jobs.Job job : run.jobs().all()) {
                  if (run.flink().failures(job.id(), since).stream()
                      .anyMatch(HostFaults::namesTheStore)) {
                    return true;
                  }
                }
                return false;
              });
    } finally {
      s3.calm();
    }
    run.jobs().awaitRunning();
  }

  private static boolean namesTheStore(String cause) {
    return cause.contains("s3://") && cause.contains("403 AccessDenied");
  }

  /** Files that are seconds old are not settled, whatever the clock of the host says. */
  static void compactWithClockAhead(Run run) throws IOException, InterruptedException {
    Path patch = ClockAhead.patch(run.world().directory().resolve("clock-ahead"));
    List<String> arguments = new ArrayList<>(List.of("compact", "--json"));
    arguments.addAll(someDates(run));
    for (String flag : run.jobs().flags(run.jobs().all().get(0))) {
      if (flag.matches("--(lake|deadLetters|contract|awsRegion|endpoint|s3PathStyle)=.*")) {
        arguments.add(flag);
      }
    }
    try (JavaProcess compact =
        run.world().verb("compact-" + run.name(), List.of(patch), arguments)) {
      compact.start();
      int status = compact.await(Run.PATIENCE);
      if (status != 0) {
        throw new IOException("compact ended with " + status + ": " + lastLine(compact.log()));
      }
    }
  }

  /** A long run has too many dates for all of them to be rewritten in time. */
  private static List<String> someDates(Run run) throws IOException {
    Path table = run.world().bucket("lake").resolve(run.name()).resolve("chaos");
    try (Stream<Path> folders = Files.list(table)) {
      List<LocalDate> dates =
          folders
              .map(folder -> folder.getFileName().toString())
              .filter(name -> name.startsWith(DATE))
              .flatMap(name -> PartFile.date(name.substring(DATE.length())).stream())
              .sorted()
              .toList();
      if (dates.isEmpty()) {
        return List.of("--all");
      }
      int first = run.oneOf(dates.size());
      int last = Math.min(dates.size(), first + MOST_DATES) - 1;
      return List.of("--date=" + dates.get(first), "--to=" + dates.get(last));
    }
  }

  private static String lastLine(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
  }

  /** As backups, crawlers and people leave them in a table's folder. */
  static void addForeignFiles(Run run) throws IOException {
    for (String table :
        List.of(
            "lake/" + run.name() + "/chaos/event_date=",
            "dead/" + run.name() + "/chaos_dead_letters/dead_letter_date=")) {
      for (String folder :
          List.of("2026-01-31.bak", "__HIVE_DEFAULT_PARTITION__", "2026-13-01", "")) {
        Path directory = Path.of(run.world().bucket("").toString(), table + folder);
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("part-00000-00000000.csv"), "not ours");
      }
    }
    Files.writeString(
        run.world().bucket("lake").resolve(run.name()).resolve("chaos/notes.txt"), "not ours");
  }

  static void fillDisk(Run run) throws IOException, InterruptedException {
    if (!run.world().hasSmallDisk()) {
      run.say("  no right to mount a small disk here: the folder goes instead");
      hideCheckpoints(run);
      return;
    }
    Path filler = run.flink().checkpointDisk().resolve("filler");
    byte[] zeros = new byte[1 << 20];
    try {
      try (OutputStream out = Files.newOutputStream(filler)) {
        while (true) {
          out.write(zeros);
        }
      } catch (IOException e) {
        // Full.
      }
      run.pause(6, 9);
    } finally {
      Files.delete(filler);
    }
  }

  static void hideCheckpoints(Run run) throws IOException, InterruptedException {
    Path folder = run.flink().checkpoints();
    Path away = folder.resolveSibling("away");
    Files.move(folder, away);
    try {
      Files.createFile(folder);
      run.pause(5, 8);
    } finally {
      Files.deleteIfExists(folder);
      Files.move(away, folder);
    }
  }

  static void breakDecoder(Run run) throws IOException, InterruptedException {
    Path file = Files.createFile(Failpoint.file(run.world().directory()));
    try {
      run.pause(5, 8);
    } finally {
      Files.delete(file);
    }
  }
}
