package io.sluice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.source.RecordBatch;
import io.sluice.source.Source;
import io.sluice.source.SourceReader;
import io.sluice.source.SourceRecordCoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A run that is refused records nothing of its tables: else the version of its contract would be
 * the wrong one for good, and the corrected contract be refused.
 */
class RefusedRunTest {
  private static final String RIGHT =
      """
      table: t
      topic: t
      event_time: record_time
      columns:
        - {name: v, path: value, type: string}
      """;

  @TempDir Path directory;

  private Path file(String name, String yaml) throws IOException {
    return Files.writeString(directory.resolve(name), yaml);
  }

  private SluiceOptions options(Path... contracts) {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "--bootstrapServers=none:1",
                "--lake=" + directory.resolve("lake"),
                "--deadLetters=" + directory.resolve("dead")));
    Stream.of(contracts).forEach(contract -> flags.add("--contract=" + contract));
    return SluiceFlags.read(flags);
  }

  private String refused(Path... contracts) {
    SluiceOptions options = options(contracts);
    UserException e =
        assertThrows(
            UserException.class, () -> SluicePipeline.open(SluiceConfig.from(options), options));
    String message = String.valueOf(e.getMessage());
    assertEquals(1, message.lines().count(), message);
    return message;
  }

  /** Begins the tables as a run does whose records come from elsewhere. */
  private void begin(Path contract) throws IOException {
    SluiceOptions options = options(contract);
    SluicePipeline.open(SluiceConfig.from(options), options)
        .build(Pipeline.create(options).apply(Create.empty(SourceRecordCoder.of())));
  }

  private boolean isRecorded(String table) {
    return Files.exists(directory.resolve("lake/_sluice/" + table))
        || Files.exists(directory.resolve("lake/_sluice/" + table + ".json"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "columns:             | format: bytes\\ncolumns:               | :6: column 'v' reads a value of format bytes",
        "path: value          | path: other                             | :6: column 'v' reads other",
        "type: string}        | type: string, mask: {hmac: {env: NO_X}}} | :6: column 'v' is masked by the key in the environment's variable NO_X, which is not set",
        "type: string}        | type: string, mask: {hmac: {file: /no/key}}} | :6: column 'v' is masked by the key in the file /no/key, which cannot be read: no such file",
        "path: value, type: string} | type: string, from: key}\\nkey_format: string | :6: column 'v' reads v, and a record of format string",
        "columns:             | when: [{path: kind, is: x}]\\ncolumns: | :5: a condition on 'kind' reads kind, and a record of format string",
      })
  void whatADecoderRefusesNamesFileAndLineAndTheMendedContractIsTaken(
      String right, String wrong, String says) throws Exception {
    String good = RIGHT.replace("table: t\n", "table: t\nformat: string\n");
    String bad = good.replace(right, wrong.replace("\\n", "\n"));
    bad = bad.contains("format: bytes") ? bad.replace("format: string\n", "") : bad;
    Path contract = file("c.yaml", bad);
    String message = refused(contract);
    String line = says.substring(0, says.indexOf(' '));
    assertTrue(
        message.startsWith(contract + ":") && message.contains(says.substring(line.length() + 1)),
        message);
    int at = Integer.parseInt(message.substring(contract.toString().length() + 1).split(":", 2)[0]);
    assertTrue(
        bad.lines().toList().get(at - 1).matches(".*(name: v|path: kind).*"), message + "\n" + bad);
    assertFalse(isRecorded("t"));
    file("c.yaml", good);
    begin(contract);
    assertTrue(isRecorded("t"));
  }

  @Test
  void aSecondTableThatIsRefusedKeepsTheFirstFromBeingRecorded() throws Exception {
    Path first =
        file("1.yaml", RIGHT.replace("table: t", "table: a").replace("topic: t", "topic: a"));
    Path second = file("2.yaml", RIGHT);
    begin(second);
    Path changed = file("3.yaml", "version: 1\n" + RIGHT.replace("path: value", "path: other"));
    String message = refused(first, changed);
    assertTrue(message.startsWith(changed + ":1: contract version 1 is another one in "), message);
    assertFalse(isRecorded("a"));
  }

  /** As a topic that is not there, or an offset of --startFrom that the topic does not have. */
  private record Unreadable(String name) implements Source {
    @Override
    public String address() {
      return "nowhere";
    }

    @Override
    public List<Probe> probes() {
      return List.of();
    }

    @Override
    public SourceReader open() {
      throw new UserException("topic t is not there");
    }

    @Override
    public PTransform<PBegin, PCollection<RecordBatch>> read(From from, List<Reading> others) {
      throw new IllegalStateException("is not read");
    }
  }

  @Test
  void aSourceThatCannotBeReadLeavesNothingRecorded() throws Exception {
    SluiceOptions options = options(file("c.yaml", RIGHT));
    SluiceConfig config = SluiceConfig.from(options);
    SluicePipeline sluice =
        SluicePipeline.open(
            config.withInputs(
                config.inputs().stream()
                    .map(input -> new SluiceConfig.Input(input.located(), new Unreadable("t")))
                    .toList()),
            options);
    Pipeline pipeline = Pipeline.create(options);
    assertThrows(UserException.class, () -> sluice.build(pipeline));
    assertFalse(isRecorded("t"));
  }
}
