package io.sluice.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Who takes part: each a main class with the libraries of its own module. */
enum Contestant {
  SLUICE("sluice", "", "io.sluice.benchmark.SluiceContestant", true),
  FLINK_DATASTREAM(
      "flink-datastream", "peers", "io.sluice.benchmark.peers.FlinkDataStreamContestant", true),
  SPARK("spark", "spark", "io.sluice.benchmark.spark.SparkContestant", true),
  BEAM_FILEIO("beam-fileio", "peers", "io.sluice.benchmark.peers.BeamFileIoContestant", true),
  CONNECT_ICEBERG(
      "connect-iceberg", "connect", "io.sluice.benchmark.connect.ConnectContestant", true),
  BARE_LOOP("bare-loop", "peers", "io.sluice.benchmark.peers.BareLoopContestant", true),
  POLL_ONLY("poll-only", "peers", "io.sluice.benchmark.peers.PollOnlyContestant", false);

  private final String label;
  private final String module;
  private final String mainClass;
  private final boolean writes;

  Contestant(String label, String module, String mainClass, boolean writes) {
    this.label = label;
    this.module = module;
    this.mainClass = mainClass;
    this.writes = writes;
  }

  String label() {
    return label;
  }

  String mainClass() {
    return mainClass;
  }

  /** Whether it writes files, whose rows can be counted. */
  boolean writes() {
    return writes;
  }

  /** The class path, without the harness's classes unless it is ours. */
  String classPath(Path home) throws IOException {
    if (this == SLUICE) {
      return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }
    Path target = home.resolve("runners/benchmark").resolve(module).resolve("target");
    return target.resolve("classes")
        + java.io.File.pathSeparator
        + Files.readString(target.resolve("libraries.txt")).strip();
  }

  /** What its framework reflects into, on Java 17. */
  List<String> jvmOptions() {
    return switch (this) {
      case SPARK ->
          Arrays.stream(
                  new String[] {
                    "java.lang.invoke",
                    "java.lang.reflect",
                    "java.io",
                    "java.net",
                    "java.nio",
                    "java.util.concurrent",
                    "java.util.concurrent.atomic",
                    "sun.nio.ch",
                    "sun.nio.cs",
                    "sun.security.action",
                    "sun.util.calendar"
                  })
              .map(name -> "--add-opens=java.base/" + name + "=ALL-UNNAMED")
              .toList();
      default -> List.of();
    };
  }

  /** Where Flink finds its file system for S3: a plugin, with a class loader of its own. */
  Map<String, String> environment(Path home) {
    return this == FLINK_DATASTREAM
        ? Map.of(
            "FLINK_PLUGINS_DIR",
            home.resolve("runners/benchmark").resolve(module).resolve("target/plugins").toString())
        : Map.of();
  }

  static String labels() {
    return String.join(", ", Arrays.stream(values()).map(Contestant::label).toList());
  }
}
