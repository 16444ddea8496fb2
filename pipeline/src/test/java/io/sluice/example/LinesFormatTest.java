package io.sluice.example;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.deadletter.Reason;
import io.sluice.decode.DecodeSettings;
import io.sluice.decode.Outcome;
import io.sluice.decode.RecordDecoder;
import io.sluice.decode.RecordFormat;
import io.sluice.decode.RecordFormatContract;
import io.sluice.schema.SchemaSettings;
import io.sluice.source.SourceRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** All that a new format has to show. */
class LinesFormatTest extends RecordFormatContract {
  /** It gives each value to one column. */
  @Override
  protected boolean hasPaths() {
    return false;
  }

  static final Contract CONTRACT =
      ContractParser.parse(
          """
          table: lines
          topic: lines
          format: {name: lines, delimiter: ;}
          event_time: at
          max_bytes: 10000
          columns:
            - {name: at, type: timestamp, required: true}
            - {name: who, type: string, required: true}
            - {name: what, type: string}
          """,
          "lines.yaml");

  @Test
  void contributingHasItAsItIsHere() throws IOException {
    String source = Files.readString(Path.of("src/test/java/io/sluice/example/LinesFormat.java"));
    String text = Files.readString(Path.of("../CONTRIBUTING.md"));
    assertTrue(text.contains("```java\n" + source.substring(source.indexOf("/**")) + "```\n"));
    assertTrue(text.contains("format: {name: lines, delimiter: ;}"));
  }

  /** From the service's line to rows and dead letters: nobody was told of it. */
  @Test
  void theOneDoorDecodesIt() {
    RecordDecoder decoder =
        new RecordDecoder(CONTRACT, new DecodeSettings(null, null, SchemaSettings.NONE));
    assertInstanceOf(Outcome.Accepted.class, decoder.decode(record("2026-01-02T03:04:05Z;ann;x")));
    assertEquals(
        Reason.MALFORMED,
        assertInstanceOf(Outcome.Rejected.class, decoder.decode(record("one"))).reason());
  }

  private static SourceRecord record(String value) {
    return new SourceRecord("s", 0, 0, -1, null, value.getBytes(UTF_8), List.of());
  }

  @Override
  protected RecordFormat format() {
    return new LinesFormat();
  }

  @Override
  protected Contract contract() {
    return CONTRACT;
  }

  @Override
  protected List<Example> good() {
    Instant time = Instant.parse("2026-01-02T03:04:05Z");
    return List.of(
        Example.of("2026-01-02T03:04:05Z;ann;click", time, "ann", "click"),
        Example.of("2026-01-02T04:04:05+01:00;bé;", time, "bé", null));
  }

  @Override
  protected List<byte[]> bad() {
    return Stream.of("", "a", "2026-01-02T03:04:05Z;;x", "soon;ann;x", "2026-01-02T03:04:05Z;a;b;c")
        .map(text -> text.getBytes(UTF_8))
        .toList();
  }
}
