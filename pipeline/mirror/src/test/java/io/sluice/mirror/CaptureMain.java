package io.sluice.mirror;

import io.debezium.embedded.Connect;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * A process that has a connector of Debezium write its envelopes to a file, a line for each: the
 * key, a tab, the envelope. It is to be killed; the next one goes on where its offsets say.
 */
final class CaptureMain {
  private CaptureMain() {}

  /** The folder has {@code settings}, and gets {@code changes}. */
  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    Properties settings = new Properties();
    try (var in = Files.newBufferedReader(folder.resolve("settings"))) {
      settings.load(in);
    }
    Path changes = folder.resolve("changes");
    if (Files.exists(changes)) {
      // The line that another was killed at is none.
      Files.writeString(changes, "\n", StandardOpenOption.APPEND);
    }
    JsonConverter keys = converter(true);
    JsonConverter values = converter(false);
    CountDownLatch ended = new CountDownLatch(1);
    DebeziumEngine<ChangeEvent<SourceRecord, SourceRecord>> engine =
        DebeziumEngine.create(Connect.class)
            .using(settings)
            .notifying(
                (List<ChangeEvent<SourceRecord, SourceRecord>> batch,
                    RecordCommitter<ChangeEvent<SourceRecord, SourceRecord>> committer) -> {
                  write(changes, batch, keys, values);
                  for (ChangeEvent<SourceRecord, SourceRecord> event : batch) {
                    committer.markProcessed(event);
                  }
                  committer.markBatchFinished();
                })
            .using(
                (success, message, error) -> {
                  System.err.println(message);
                  if (error != null) {
                    error.printStackTrace();
                  }
                  ended.countDown();
                })
            .build();
    new Thread(engine, "debezium").start();
    ended.await();
    System.exit(1);
  }

  private static JsonConverter converter(boolean isKey) {
    JsonConverter converter = new JsonConverter();
    converter.configure(Map.of("schemas.enable", "false"), isKey);
    return converter;
  }

  private static void write(
      Path changes,
      List<ChangeEvent<SourceRecord, SourceRecord>> batch,
      JsonConverter keys,
      JsonConverter values) {
    StringBuilder lines = new StringBuilder();
    for (ChangeEvent<SourceRecord, SourceRecord> event : batch) {
      SourceRecord record = event.value();
      if (record.value() instanceof Struct envelope && envelope.schema().field("op") != null) {
        byte[] key = keys.fromConnectData("t", record.keySchema(), record.key());
        byte[] value = values.fromConnectData("t", record.valueSchema(), record.value());
        lines
            .append(key == null ? "" : new String(key, StandardCharsets.UTF_8))
            .append('\t')
            .append(new String(value, StandardCharsets.UTF_8))
            .append('\n');
      }
    }
    try {
      Files.writeString(changes, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
