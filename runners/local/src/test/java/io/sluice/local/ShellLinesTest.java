package io.sluice.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a demo prints for a shell, put into shells: which words a verb gets. */
class ShellLinesTest {
  private static final List<String> PLACES =
      List.of(
          "--bootstrapServers=127.0.0.1:9092",
          "--schemaRegistry=http://127.0.0.1:8081",
          "--lake=s3://lake");

  @TempDir Path directory;

  /** The words of each {@code ./sluice}, one line a call. */
  private List<String> calls(String shell, List<String> lines) throws Exception {
    assumeTrue(
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, shell))),
        shell + " is not on this machine");
    Path sluice = directory.resolve("sluice");
    Files.writeString(
        sluice, "#!/bin/sh\nfor word in \"$@\"; do printf '<%s>' \"$word\"; done\necho\n");
    assertTrue(sluice.toFile().setExecutable(true));
    Process process =
        new ProcessBuilder(shell, "-c", String.join("\n", lines))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    try {
      process.getOutputStream().close();
      List<String> said =
          new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList();
      assertTrue(process.waitFor(1, TimeUnit.MINUTES));
      assertEquals(0, process.exitValue(), said.toString());
      return said;
    } finally {
      process.destroyForcibly();
    }
  }

  private static DemoScenario scenario(DemoFormat format) {
    return new DemoScenario(1000, LocalDate.of(2026, 5, 1), 3, 2, format);
  }

  private static String words(List<String> words) {
    return "<" + String.join("><", words) + ">";
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void theFlagsArePlacesAloneAndAContractIsInTheCommands(String shell) throws Exception {
    String contract = "--contract=/tmp/a demo's/contract.yaml";
    List<String> flags = Stream.concat(Stream.of(contract), PLACES.stream()).toList();
    String places = words(PLACES);
    assertEquals(
        List.of(
            "<contract><infer><--bootstrapServers=127.0.0.1:9092><--schemaRegistry=http://127.0.0.1:8081>"
                + "<--topic=user-actions><--out=drafted.yaml>",
            "<plan><" + contract + ">" + places,
            "<audit><" + contract + ">" + places,
            "<report><" + contract + ">" + places,
            "<rebuild><--dry-run><--date=2026-05-01><" + contract + ">" + places,
            "<run><" + contract + ">" + places,
            // A contract of his own, with the same flags.
            "<plan><--contract=a.yaml><--contract=b.yaml>" + places),
        calls(
            shell,
            Stream.concat(
                    ShellLines.of(flags, List.of(), scenario(DemoFormat.AVRO)).stream(),
                    Stream.of("./sluice plan --contract=a.yaml --contract=b.yaml \"${FLAGS[@]}\""))
                .toList()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void theContractOfUserActionsNeedsNoFlag(String shell) throws Exception {
    assertEquals(
        "<plan>" + words(PLACES),
        calls(shell, ShellLines.of(PLACES, List.of(), scenario(DemoFormat.JSON))).get(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void whatFollowsIsInTheVerbsThatMakeItFollow(String shell) throws Exception {
    List<String> follow =
        List.of("--publish=iceberg", "--icebergConfig=/tmp/a b/iceberg.properties");
    List<String> calls = calls(shell, ShellLines.of(PLACES, follow, scenario(DemoFormat.JSON)));
    assertEquals(
        List.of(
            "<run>" + words(follow) + words(PLACES),
            "<follow><--once>" + words(follow) + words(PLACES)),
        calls.subList(calls.size() - 2, calls.size()));
  }
}
