package io.sluice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.source.StartFrom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SluiceConfigTest {
  @BeforeAll
  static void register() {
    PipelineOptionsFactory.register(SluiceOptions.class);
  }

  private static SluiceOptions options(String... more) {
    List<String> flags =
        new ArrayList<>(List.of("--bootstrapServers=b:1", "--lake=/l", "--deadLetters=/d"));
    for (String flag : more) {
      flags.removeIf(other -> other.startsWith(flag.substring(0, flag.indexOf('=') + 1)));
      flags.add(flag);
    }
    return PipelineOptionsFactory.fromArgs(flags.toArray(new String[0])).as(SluiceOptions.class);
  }

  @Test
  void defaults() {
    SluiceConfig config = SluiceConfig.from(options());
    assertEquals("user-actions", config.source().name());
    assertEquals(new StartFrom.Lake(), config.startFrom());
    assertEquals(Duration.ofMinutes(5), config.windows().size());
    assertEquals(Duration.ofHours(24), config.windows().lateness());
    assertEquals(Duration.ofHours(24), config.decoding().maxFuture());
    assertNull(config.decoding().maxAge());
    assertEquals(1, config.decoding().mostFailures());
    assertNull(config.shards());
    assertEquals(128L << 20, config.write().fileBytes());
    assertEquals(Duration.ofMinutes(30), config.manifestInterval());
    assertTrue(config.lake().s3().multipart());
  }

  @ParameterizedTest
  @CsvSource({
    "--windowSize=0s, --windowSize",
    "--windowSize=5x, --windowSize",
    "--fileInterval=-5s, --fileInterval",
    "--manifestInterval=0s, --manifestInterval",
    "--manifestInterval=never, --manifestInterval",
    "--fileMebibytes=0, --fileMebibytes",
    "--zstdLevel=23, --zstdLevel",
    "--shards=0, --shards",
    "--s3PartMebibytes=4, --s3PartMebibytes",
    "--s3Tags=novalue, --s3Tags",
    "--maxFuture=soon, --maxFuture",
    "--maxDecoderFailures=0, --maxDecoderFailures",
    "--maxDecoderFailures=101, --maxDecoderFailures",
    "--startFrom=yesterday, --startFrom",
    "--startFrom=timestamp:now, --startFrom",
    "--startFrom=offsets:0, --startFrom"
  })
  void aWrongValueNamesItsFlag(String flag, String name) {
    UserException e = assertThrows(UserException.class, () -> SluiceConfig.from(options(flag)));
    assertTrue(e.getMessage().startsWith(name), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
  }

  @Test
  void aDateThatGrowsMayHaveNoManifest() {
    assertNull(SluiceConfig.from(options("--manifestInterval=none")).manifestInterval());
  }

  /** A query of the one table would read the other's files. */
  @ParameterizedTest
  @CsvSource({
    "/lake, /lake/user_actions, --deadLetters",
    "/lake/, file:///lake/user_actions/dead, --deadLetters",
    "/lake, /lake/x/../_sluice/dead, --deadLetters",
    "s3://lake/a/, s3://lake/a/user_actions/, --deadLetters",
    "/dead/user_actions_dead_letters/lake, /dead, --lake"
  })
  void noTableIsInTheFolderOfTheOther(String lake, String deadLetters, String flag) {
    SluiceOptions options = options("--lake=" + lake, "--deadLetters=" + deadLetters);
    UserException e = assertThrows(UserException.class, () -> SluiceConfig.from(options));
    assertTrue(e.getMessage().startsWith(flag), e.getMessage());
    assertTrue(e.getMessage().contains("is within"), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "/lake, /lake",
    "/lake, /lake/dead",
    "/lake, /lake/user_actions_dead",
    "s3://lake/a, s3://lake/user_actions"
  })
  void theyMayShareAPlace(String lake, String deadLetters) {
    SluiceConfig.from(options("--lake=" + lake, "--deadLetters=" + deadLetters));
  }

  /** Flags are shown in Flink's UI and stored in checkpoints. */
  @Test
  void keysInAFlagAreRefusedAndNotRepeated() {
    SluiceOptions options =
        options(
            "--awsCredentialsProvider={\"@type\":\"StaticCredentialsProvider\",\"accessKeyId\":\"AKIA\",\"secretAccessKey\":\"hush\"}");
    UserException e = assertThrows(UserException.class, () -> SluiceConfig.from(options));
    assertTrue(e.getMessage().contains("--awsCredentialsProvider"), e.getMessage());
    assertTrue(
        !e.getMessage().contains("hush") && !e.getMessage().contains("AKIA"), e.getMessage());
  }
}
