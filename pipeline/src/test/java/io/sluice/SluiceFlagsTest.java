package io.sluice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with flags is said in one line, before anything is asked of Kafka or a store. */
class SluiceFlagsTest {
  private static String refusal(String... flags) {
    UserException refused =
        assertThrows(UserException.class, () -> SluiceFlags.read(List.of(flags)));
    String message = String.valueOf(refused.getMessage());
    assertFalse(message.contains("\n"), message);
    return message;
  }

  @Test
  void flagsOfSluiceAndOfBeamAreRead() {
    SluiceOptions options =
        SluiceFlags.read(
            List.of("--lake=s3://a=b", "--shards=3", "--s3PathStyle", "--awsRegion=eu-west-1"));
    assertEquals("s3://a=b", options.getLake());
    assertEquals(3, options.getShards());
    assertTrue(options.isS3PathStyle());
    assertEquals("eu-west-1", options.getAwsRegion().id());
    assertEquals("5m", options.getWindowSize());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--nonsense=1|unknown flag --nonsense",
        "--lakes=x|unknown flag --lakes; did you mean --lake?",
        // There is no runner here.
        "--parallelism=2|unknown flag --parallelism",
        "--shards=many|--shards=many: not a value of type Integer",
        "--lake|--lake has no value: write --lake=VALUE",
        "s3://bucket/x|'s3://bucket/x' is no flag: write --name=value",
      })
  void aMistakeIsNamed(String flag, String message) {
    assertTrue(refusal(flag).startsWith(message), refusal(flag));
  }

  @Test
  void anUnknownFlagIsKnownAsSuch() {
    UnknownFlagException e =
        assertThrows(
            UnknownFlagException.class, () -> SluiceFlags.read(List.of("--lake=x", "--loud=1")));
    assertEquals("--loud", e.flag());
  }

  @Test
  void aFlagAndItsValueAreOneWordAndThereOnce() {
    assertEquals(
        "--lake s3://bucket/x: write --lake=s3://bucket/x, with = and without a space",
        refusal("--lake", "s3://bucket/x"));
    assertEquals("--lake is given twice", refusal("--lake=a", "--lake=b"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:9000", "minio:9000", "minio.example.com"})
  void anEndpointNeedsAScheme(String endpoint) {
    UserException refused =
        assertThrows(
            UserException.class,
            () ->
                LakeStores.lake(
                    SluiceFlags.read(List.of("--lake=s3://lake", "--endpoint=" + endpoint))));
    assertEquals(
        "--endpoint="
            + endpoint
            + ": has no scheme; write http://"
            + endpoint
            + ", or https:// where it speaks TLS",
        refused.getMessage());
  }

  @Test
  void anEndpointNamesAHostAndALakeHasNoSpaceAround() {
    SluiceOptions hostless = SluiceFlags.read(List.of("--lake=s3://lake", "--endpoint=http:///x"));
    assertTrue(
        String.valueOf(
                assertThrows(UserException.class, () -> LakeStores.lake(hostless)).getMessage())
            .contains("names no host"));
    SluiceOptions spaced = SluiceFlags.read(List.of("--lake= s3://lake"));
    assertTrue(
        String.valueOf(
                assertThrows(UserException.class, () -> LakeStores.lake(spaced)).getMessage())
            .startsWith("--lake=' s3://lake': begins or ends with a space"));
  }
}
