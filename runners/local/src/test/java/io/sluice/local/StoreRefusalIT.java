package io.sluice.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.cli.Main;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store that refuses: each verb says so in one line, and ends with exit status 2. */
class StoreRefusalIT {
  @TempDir Path directory;

  private record Said(int status, String out, String err) {}

  private Said sluice(String verb, List<String> store) throws Exception {
    Path impatient = directory.resolve("kafka.properties");
    Files.writeString(impatient, "default.api.timeout.ms=1000\nrequest.timeout.ms=500\n");
    List<String> words = new ArrayList<>(List.of(verb.split(" ")));
    words.addAll(store);
    words.add("--deadLetters=s3://lake/p");
    words.add("--lake=s3://lake/p");
    if (!verb.startsWith("compact") && !verb.startsWith("replay")) {
      words.add("--bootstrapServers=127.0.0.1:" + EmbeddedKafka.freePort());
      words.add("--kafkaConfigFile=" + impatient);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream outBefore = System.out;
    PrintStream errBefore = System.err;
    System.setOut(new PrintStream(out, true, UTF_8));
    System.setErr(new PrintStream(err, true, UTF_8));
    try {
      int status = Main.execute(words.toArray(new String[0]));
      return new Said(status, out.toString(UTF_8), err.toString(UTF_8));
    } finally {
      System.setOut(outBefore);
      System.setErr(errBefore);
    }
  }

  private String page() {
    return directory.resolve("report.html").toString();
  }

  private static String line(Said said) {
    assertEquals(Main.USER_ERROR, said.status(), said.err());
    List<String> lines = said.err().lines().filter(l -> l.startsWith("sluice: ")).toList();
    assertEquals(1, lines.size(), said.err());
    assertFalse(said.err().contains("\tat "), said.err());
    return lines.get(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "audit",
        "compact --all",
        "rebuild --date=2026-01-02",
        "replay",
        "report --out=PAGE",
        "run",
      })
  void aRightThatIsMissingIsNamed(String verb) throws Exception {
    try (ForgetfulS3 refusing = ForgetfulS3.start(true, request -> true)) {
      String line =
          line(sluice(verb.replace("PAGE", page()), EmbeddedS3.flags(refusing.endpoint())));
      assertTrue(line.matches("sluice: s3://lake/p: .*: 403.*; .*allow s3:.*"), line);
    }
  }

  @Test
  void aPlanSaysTheSame() throws Exception {
    try (ForgetfulS3 refusing = ForgetfulS3.start(true, request -> true)) {
      Said said = sluice("plan", EmbeddedS3.flags(refusing.endpoint()));
      assertEquals(Main.USER_ERROR, said.status(), said.err());
      assertTrue(
          said.out()
              .contains(
                  "s3://lake/p: listing _sluice/probe: 403 AccessDenied (Access Denied); allow s3:ListBucket on the bucket"),
          said.out());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"audit", "compact --all", "run"})
  void aKeyThatIsWrongIsNamed(String verb) throws Exception {
    try (EmbeddedS3 s3 = EmbeddedS3.start(directory.resolve("s3"), "lake")) {
      List<String> flags = s3.flags();
      System.setProperty("aws.secretAccessKey", "wrong");
      String line = line(sluice(verb, flags));
      assertTrue(line.startsWith("sluice: s3://lake/p: "), line);
      assertTrue(line.contains("403"), line);
      assertTrue(line.contains("credentials"), line);
    } finally {
      EmbeddedS3.CREDENTIALS.forEach(System::setProperty);
    }
  }

  @Test
  void aStoreThatIsNotThereIsNamed() throws Exception {
    List<String> flags =
        EmbeddedS3.flags(java.net.URI.create("http://127.0.0.1:" + EmbeddedKafka.freePort()));
    String line = line(sluice("audit", flags));
    assertTrue(line.contains("nothing answers: check --endpoint"), line);
  }

  @ParameterizedTest
  @ValueSource(strings = {"audit", "compact --all", "run"})
  void aNameThatNobodyKnowsIsNamed(String verb) throws Exception {
    List<String> flags = EmbeddedS3.flags(java.net.URI.create("http://no-such-host.invalid:9000"));
    String line = line(sluice(verb, flags));
    assertTrue(line.startsWith("sluice: s3://lake/p: "), line);
    assertTrue(line.contains("no such host: check --endpoint, --awsRegion and DNS"), line);
  }
}
