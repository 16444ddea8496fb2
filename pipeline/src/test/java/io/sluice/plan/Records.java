package io.sluice.plan;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.source.SourceRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Made samples. */
final class Records {
  static final Instant TIME = Instant.parse("2026-05-01T12:00:00Z");

  private Records() {}

  /** Records of one partition, a second apart. */
  static List<SourceRecord> of(int count, IntFunction<String> json) {
    List<SourceRecord> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      records.add(record(i, TIME.plusSeconds(i), json.apply(i).getBytes(UTF_8)));
    }
    return records;
  }

  static SourceRecord record(long offset, Instant time, byte[] value) {
    return new SourceRecord("topic", 0, offset, time.toEpochMilli(), null, value, List.of());
  }

  /** A contract with a required event time {@code at} and some columns. */
  static Contract contract(Path directory, String... columns) throws IOException {
    List<String> lines =
        new ArrayList<>(
            List.of(
                "table: made",
                "topic: made",
                "event_time: at",
                "columns:",
                "  - {name: at, type: timestamp, required: true}"));
    for (String column : columns) {
      lines.add("  - {" + column + "}");
    }
    Path file = directory.resolve("made.yaml");
    Files.write(file, lines);
    return ContractParser.read(file);
  }
}
