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
    flags.addAll(List.of(more));
    return PipelineOptionsFactory.fromArgs(flags.toArray(new String[0])).as(SluiceOptions.class);
  }

  @Test
  void defaults() {
    SluiceConfig config = SluiceConfig.from(options());
    assertEquals("user-actions", config.topic());
    assertEquals(new StartFrom.Lake(), config.startFrom());
    assertEquals(Duration.ofMinutes(5), config.windows().size());
    assertEquals(Duration.ofHours(24), config.windows().lateness());
    assertEquals(Duration.ofHours(24), config.maxFuture());
    assertNull(config.maxAge());
    assertEquals(1, config.maxDecoderFailures());
    assertNull(config.shards());
    assertEquals(128L << 20, config.write().fileBytes());
    assertTrue(config.lake().s3().multipart());
  }

  @ParameterizedTest
  @CsvSource({
    "--windowSize=0s, --windowSize",
    "--windowSize=5x, --windowSize",
    "--fileInterval=-5s, --fileInterval",
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
