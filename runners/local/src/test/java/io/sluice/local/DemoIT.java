package io.sluice.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The launcher's verbs as processes of their own. */
class DemoIT {
  private static final long MINUTES = 5;

  private static final Pattern AUDIT =
      Pattern.compile(
          "audit: offsets=20000 lake=(?<lake>\\d+) dead=(?<dead>\\d+) lost=0 duplicate=0 waiting=0 dates=3 files=\\d+");
  private static final Pattern ICEBERG =
      Pattern.compile(
          "iceberg: table=demo.user_actions rows=(?<rows>\\d+) dead=(?<dead>\\d+) snapshot=\\d+");

  @TempDir Path directory;

  private static List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--add-opens",
            "java.base/java.util=ALL-UNNAMED",
            "--add-opens",
            "java.base/java.lang=ALL-UNNAMED",
            "-Xmx1g"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.sluice.cli.Main"));
    return command;
  }

  private Process start(String... args) throws IOException {
    return start(command(), args);
  }

  private Process start(List<String> command, String... args) throws IOException {
    command.addAll(List.of(args));
    return new ProcessBuilder(command)
        .redirectOutput(directory.resolve("out").toFile())
        .redirectError(directory.resolve("err").toFile())
        .start();
  }

  private int run(String... args) throws Exception {
    Process process = start(args);
    try {
      assertTrue(process.waitFor(MINUTES, TimeUnit.MINUTES), "still running: " + lines("err"));
      return process.exitValue();
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private List<String> lines(String file) throws IOException {
    return Files.readAllLines(directory.resolve(file));
  }

  private long dataFiles(Path kept) throws IOException {
    Path table = kept.resolve("s3/lake/user_actions");
    if (!Files.exists(table)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(table)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).count();
    } catch (java.io.UncheckedIOException e) {
      return 0;
    }
  }

  @Test
  void aDemoThatIsKilledHardAndResumedWithoutStateLosesAndDuplicatesNothing() throws Exception {
    Path kept = directory.resolve("kept");
    Process process = start("demo", "--events=200000", "--keep=" + kept);
    try {
      long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(MINUTES);
      while (dataFiles(kept) < 2 && process.isAlive() && System.nanoTime() < deadline) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
      assertTrue(dataFiles(kept) >= 2, "no files: " + lines("err"));
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertEquals(0, run("demo", "--keep=" + kept, "--resume"), () -> "see " + directory);
    List<String> out = lines("out");
    String last = out.get(out.size() - 1);
    assertTrue(
        last.matches(
            "audit: offsets=200000 lake=\\d+ dead=\\d+ lost=0 duplicate=0 waiting=0 dates=3 files=\\d+"),
        last);
    assertEquals(1, out.stream().filter(line -> line.startsWith("audit: ")).count());
    Path page = kept.resolve("report.html");
    assertTrue(out.stream().anyMatch(line -> line.endsWith("A page to look at: " + page)));
    assertTrue(Files.readString(page).contains("Every offset is there, and each once."));
  }

  @Test
  void aDemoOfAnotherFormatIsProvedAndGoesOnToo() throws Exception {
    isProvedAndGoesOn("avro");
  }

  @Test
  @EnabledIfSystemProperty(
      named = "sluice.nightly",
      matches = "true",
      disabledReason = "Avro's is the same way, so it is run each night: -Dsluice.nightly=true")
  void aDemoOfProtobufIsProvedAndGoesOnToo() throws Exception {
    isProvedAndGoesOn("protobuf");
  }

  private void isProvedAndGoesOn(String format) throws Exception {
    Path kept = directory.resolve("kept");
    for (String more : List.of("--format=" + format, "--resume")) {
      assertEquals(
          0, run("demo", "--events=20000", "--keep=" + kept, more), () -> "see " + directory);
      List<String> out = lines("out");
      String last = out.get(out.size() - 1);
      assertTrue(
          last.matches(
              "audit: offsets=20000 lake=19\\d+ dead=\\d+ lost=0 duplicate=0 waiting=0 dates=3 files=\\d+"),
          last);
    }
    assertEquals(2, run("demo", "--keep=" + kept, "--resume", "--format=json"));
    assertEquals(
        List.of(
            "sluice: --format=json: the demo in "
                + kept
                + " was begun with "
                + format
                + ", and --resume goes on with that; leave the flag out, or begin another demo with another --keep"),
        lines("err"));
  }

  @Test
  void theTableThatFollowsHasAsManyRowsByItsOwnReader() throws Exception {
    Path kept = directory.resolve("kept");
    String table = "";
    for (String more : List.of("--bad=3", "--resume")) {
      assertEquals(
          0,
          run("demo", "--events=20000", "--publish=iceberg", "--keep=" + kept, more),
          () -> "see " + directory);
      List<String> out = lines("out");
      Matcher audit = AUDIT.matcher(out.get(out.size() - 1));
      assertTrue(audit.matches(), audit.toString());
      Matcher iceberg = ICEBERG.matcher(out.get(out.size() - 2));
      assertTrue(iceberg.matches(), iceberg.toString());
      assertEquals(audit.group("lake"), iceberg.group("rows"));
      assertEquals(audit.group("dead"), iceberg.group("dead"));
      assertTrue(Long.parseLong(iceberg.group("dead")) > 0);
      // What goes on with the same files has nothing to commit.
      assertTrue(table.isEmpty() || table.equals(iceberg.group()), table);
      table = iceberg.group();
    }
  }

  @Test
  void whatADemoServesOtherVerbsReachByTheFlagsThatItPrints() throws Exception {
    Path kept = directory.resolve("kept");
    Path out = Files.createDirectory(directory.resolve("verbs"));
    List<String> command = command();
    // As the launcher has it, not as tests of others have it.
    command.add(1, "-Dlogback.configurationFile=logback.xml");
    Process demo = start(command, "demo", "--events=20000", "--serve", "--keep=" + kept);
    try {
      long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(MINUTES);
      while (lines("err").stream().noneMatch(line -> line.contains("./sluice run"))) {
        assertTrue(demo.isAlive() && System.nanoTime() < deadline, () -> "see " + directory);
        TimeUnit.MILLISECONDS.sleep(50);
      }
      String last = lines("out").get(lines("out").size() - 1);
      assertTrue(last.startsWith("audit: offsets=20000 "), last);
      // As a newcomer does it: the lines are pasted into a shell, ./sluice being the class path's.
      String said =
          lines("err").stream()
              .filter(line -> line.matches("    (export|FLAGS=|\\./sluice (?!run)).*"))
              .map(line -> line.strip().replace("./sluice", "sluice"))
              .collect(java.util.stream.Collectors.joining("\n"));
      assertEquals(5, said.lines().filter(line -> line.startsWith("sluice ")).count(), said);
      String java = String.join(" ", command().stream().map(word -> "'" + word + "'").toList());
      Process shell =
          new ProcessBuilder("bash", "-e", "-c", "sluice() { " + java + " \"$@\"; }\n" + said)
              .directory(out.toFile())
              .redirectErrorStream(true)
              .redirectOutput(out.resolve("said").toFile())
              .start();
      try {
        assertTrue(shell.waitFor(MINUTES, TimeUnit.MINUTES));
        String answers = Files.readString(out.resolve("said"));
        assertEquals(0, shell.exitValue(), answers);
        assertTrue(answers.contains("audit: offsets=20000 "), answers);
        assertTrue(Files.readString(out.resolve("drafted.yaml")).contains("topic: user-actions"));
        assertTrue(
            lines("err").stream().noneMatch(line -> line.contains(" INFO ")),
            () -> "see " + directory);
        assertTrue(
            lines("out").stream().anyMatch(line -> line.contains("makes 2 % of its events bad")),
            () -> "see " + directory);
      } finally {
        shell.destroyForcibly().waitFor();
      }
      demo.destroy();
      assertTrue(demo.waitFor(MINUTES, TimeUnit.MINUTES));
    } finally {
      demo.destroyForcibly().waitFor();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sing | no such verb: sing",
        "demo --evnts=5 | --evnts",
        "demo --events=-1 | --events",
        "demo --format=xml | --format: json, avro or protobuf, not xml",
        "demo --publish=icebreg | --publish: iceberg, not icebreg",
        "demo --resume | --keep",
        "demo --keep=/proc/sluice | cannot write /proc/sluice: no such file or directory; name",
        "demo --keep=/dev/null | cannot write /dev/null: a file is in the way; name",
        "run | --bootstrapServers is missing",
        "run --bootstrapServer=x | did you mean --bootstrapServers?",
        "run --parallelism=x | --parallelism=x",
        "run --lake=a --lake=b | --lake is given twice",
        "run --bootstrapServers=127.0.0.1:1 --lake=/no/such --deadLetters=/no/such --contract=/no/such.yaml | /no/such.yaml: no such file",
        "run --bootstrapServers=127.0.0.1:1 --lake=ftp://a/b --deadLetters=/d | ftp://a/b",
        "run --bootstrapServers=127.0.0.1:1 --lake=/proc/lake --deadLetters=/proc/lake | No folder can be made there",
      })
  void whatTheUserCanMendIsOneLineAndExitStatus2(String command, String message) throws Exception {
    assertEquals(2, run(command.split(" ")));
    assertEquals(List.of(), lines("out"));
    List<String> err = lines("err");
    assertEquals(1, err.size(), err.toString());
    assertTrue(err.get(0).startsWith("sluice: "), err.get(0));
    assertTrue(err.get(0).contains(message), err.get(0));
  }
}
