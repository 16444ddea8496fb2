package io.sluice.debezium;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.debezium.embedded.Connect;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** A connector of Debezium in this process; its records are taken one after the other. */
final class Connector implements AutoCloseable {
  private static final long MOST_SECONDS = 180;

  private final BlockingQueue<SourceRecord> records = new LinkedBlockingQueue<>();
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final DebeziumEngine<ChangeEvent<SourceRecord, SourceRecord>> engine;
  private volatile @Nullable Throwable failure;

  /**
   * @param folder for its offsets
   */
  Connector(Path folder, Map<String, String> settings) {
    Properties all = new Properties();
    all.putAll(
        Map.of(
            "name", "test",
            "topic.prefix", "t",
            "offset.storage", "org.apache.kafka.connect.storage.FileOffsetBackingStore",
            "offset.storage.file.filename", folder.resolve("offsets").toString(),
            "offset.flush.interval.ms", "1000",
            "database.hostname", "127.0.0.1"));
    all.putAll(settings);
    engine =
        DebeziumEngine.create(Connect.class)
            .using(all)
            .notifying(event -> records.add(event.value()))
            .using(
                (success, message, error) -> {
                  if (!success) {
                    failure = error == null ? new IllegalStateException(message) : error;
                  }
                })
            .build();
    thread.execute(engine);
  }

  /** The binaries of the databases that the tests bring are of one kind of machine. */
  static void assumeBinaries() {
    String machine = System.getProperty("os.name") + " on " + System.getProperty("os.arch");
    assumeTrue(
        machine.equals("Linux on amd64"), "the databases' binaries are of Linux, not " + machine);
  }

  /** The next records, up to and with one of a kind. */
  List<SourceRecord> take(Predicate<SourceRecord> last) throws InterruptedException {
    List<SourceRecord> taken = new ArrayList<>();
    while (true) {
      SourceRecord record = null;
      for (long waited = 0; record == null; waited++) {
        record = records.poll(1, TimeUnit.SECONDS);
        if (record == null && (waited == MOST_SECONDS || failure != null)) {
          throw new AssertionError("no such record came; there were " + taken.size(), failure);
        }
      }
      taken.add(record);
      if (last.test(record)) {
        return taken;
      }
    }
  }

  @Override
  public void close() throws IOException {
    engine.close();
    thread.shutdownNow();
  }
}
