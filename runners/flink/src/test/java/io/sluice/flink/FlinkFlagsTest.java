package io.sluice.flink;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with flags is said in one line, before anything is asked of Kafka or a store. */
class FlinkFlagsTest {
  private static String refusal(String... flags) {
    UserException refused =
        assertThrows(UserException.class, () -> FlinkJob.options(List.of(flags)));
    assertFalse(String.valueOf(refused.getMessage()).contains("\n"), refused.getMessage());
    return String.valueOf(refused.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--stateBackend=rocks|rocksdb or filesystem",
        "--stateBackend=rocksdb|--stateBackendStoragePath=file:///path",
        "--stateBackendStoragePath=file:///x|add --stateBackend=rocksdb",
        "--parallelism=0|from 1 on",
        "--parallelism=-2|from 1 on",
        "--parallelism=40000|at most 32768",
        "--maxParallelism=0|from 1 on",
        "--checkpointingInterval=-1|from 10 on",
        "--checkpointingInterval=0|from 10 on",
        "--checkpointingMode=TWICE|EXACTLY_ONCE or AT_LEAST_ONCE",
        "--checkpointTimeoutMillis=0|from 10 on",
        "--minPauseBetweenCheckpoints=-7|from 0 on",
        "--numConcurrentCheckpoints=0|from 1 on",
        "--numberOfExecutionRetries=-3|from 0 on",
        "--executionRetryDelay=-3|from 0 on",
        "--maxBundleSize=0|from 1 on",
        "--maxBundleTimeMills=0|from 1 on",
        "--autoWatermarkInterval=0|from 1 on",
        "--jobCheckIntervalInSecs=0|from 1 on",
        "--streaming=false|a topic has no end",
        "--flinkMaster=[collection]|host:port",
        "--flinkMaster=two words|host:port",
        "--flinkMaster=jobmanager:99999|host:port",
        "--flinkMaster=https://jobmanager:8081|security.ssl.rest.truststore",
        "--flinkConfDir=/no/such/folder|there is no such folder",
      })
  void aValueThatFlinkWouldFindWrongTooLateIsNamed(String flag, String fix) {
    String message = refusal(flag);
    assertTrue(message.startsWith(flag.replaceFirst("=file.*", "")), message);
    assertTrue(message.contains(fix), message);
  }

  @Test
  void aFolderForStateIsAUri() {
    assertTrue(
        refusal("--stateBackend=rocksdb", "--stateBackendStoragePath=/tmp/state")
            .endsWith("has no scheme; write file:///tmp/state"));
    assertTrue(
        refusal("--stateBackend=rocksdb", "--stateBackendStoragePath=file:///a b")
            .contains("not a URI"));
    assertTrue(
        refusal("--parallelism=4", "--maxParallelism=2").contains("less than --parallelism=4"));
  }

  @Test
  void inThisProcessFoldersHaveToBeUsable(@TempDir Path directory) {
    FlinkPipelineOptions elsewhere =
        FlinkJob.options(
                List.of("--stateBackend=rocksdb", "--stateBackendStoragePath=s3://bucket/state"))
            .as(FlinkPipelineOptions.class);
    UserException scheme = assertThrows(UserException.class, () -> FlinkFlags.checkHere(elsewhere));
    assertTrue(String.valueOf(scheme.getMessage()).contains("directories alone"));
    FlinkPipelineOptions savepoint =
        FlinkJob.options(List.of("--savepointPath=" + directory.resolve("none")))
            .as(FlinkPipelineOptions.class);
    UserException missing =
        assertThrows(UserException.class, () -> FlinkFlags.checkHere(savepoint));
    assertTrue(String.valueOf(missing.getMessage()).contains("nothing is there"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--flinkMaster=[local]",
        "--flinkMaster=[auto]",
        "--flinkMaster=jobmanager:8081",
        "--flinkMaster=http://flink.example.com:443",
        "--parallelism=2",
        "--checkpointingMode=AT_LEAST_ONCE",
        "--objectReuse",
        "--s3PathStyle",
      })
  void whatIsRightIsTaken(String flag) {
    assertDoesNotThrow(() -> FlinkJob.options(List.of(flag)));
  }
}
