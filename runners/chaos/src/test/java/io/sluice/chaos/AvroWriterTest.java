package io.sluice.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.chaos.EventWriter.Action;
import io.sluice.chaos.EventWriter.Written;
import io.sluice.local.EmbeddedRegistry;
import io.sluice.schema.SchemaId;
import io.sluice.schema.SchemaSettings;
import io.sluice.schema.Schemas;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the writer says that can be read is what Avro's library reads, by the schema of the id. */
class AvroWriterTest {
  private static final int RELEASES = 20;

  private static Action action(long n) {
    return new Action(n, 1_790_000_000_123L, n % 7 == 0 ? null : "view", "user_" + n, "web");
  }

  private static GenericRecord read(byte[] value, String schema) throws IOException {
    return new GenericDatumReader<GenericRecord>(new Schema.Parser().parse(schema))
        .read(null, DecoderFactory.get().binaryDecoder(value, 5, value.length - 5, null));
  }

  private static Object text(GenericRecord record, String field) {
    return !record.hasField(field) || record.get(field) == null
        ? null
        : record.get(field).toString();
  }

  private static Action action(GenericRecord record) {
    GenericRecord user = (GenericRecord) record.get("user_identifiers");
    long time = (Long) record.get("timestamp");
    boolean isMicros =
        record
            .getSchema()
            .getField("timestamp")
            .schema()
            .getLogicalType()
            .getName()
            .equals("timestamp-micros");
    return new Action(
        ((Number) record.get("n")).longValue(),
        isMicros ? time / 1_000 : time,
        (String) text(record, "event_name"),
        user == null ? null : (String) text(user, "id"),
        user == null ? null : (String) text(user, "platform"));
  }

  @Test
  void eachReleaseIsRegisteredAndReadBack() throws Exception {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        Schemas schemas = new SchemaSettings(registry.address(), null, false).open()) {
      AvroWriter writer = new AvroWriter(registry.address(), "topic");
      Set<String> seen = new HashSet<>();
      for (int release = 0; release < RELEASES; release++) {
        assertEquals(release + 1, writer.schemas());
        for (long n = 0; n < 30; n++) {
          Written written = writer.write(action(n));
          int id = ByteBuffer.wrap(written.value()).getInt(1);
          assertEquals(release + 1, id);
          String schema = schemas.get(SchemaId.of(id)).text();
          assertEquals(written.kept(), action(read(written.value(), schema)));
          Action kept = written.kept();
          seen.add(kept.name() + " " + (kept.user() != null) + " " + kept.platform());
        }
        writer.prepare(Duration.ZERO);
        assertEquals(release + 1, writer.schemas(), "nothing is written by it before");
        writer.evolve();
      }
      // Fields came and went, and a symbol was added.
      assertTrue(
          seen.containsAll(
              Set.of("view true web", "view true null", "view false null", "buy true web")),
          seen.toString());
    }
  }

  @Test
  void whereTheRegistryIsNotThereTheSchemaStays() throws Exception {
    AvroWriter writer;
    try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      writer = new AvroWriter(registry.address(), "topic");
    }
    assertThrows(IOException.class, () -> writer.prepare(Duration.ZERO));
    writer.evolve();
    assertEquals(1, writer.schemas());
    assertEquals(1, ByteBuffer.wrap(writer.write(action(1)).value()).getInt(1));
  }

  @Test
  void aRegistryThatComesLateIsWaitedFor(@TempDir Path folder) throws Exception {
    String address;
    try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      address = registry.address();
    }
    int port = URI.create(address).getPort();
    Path kept = folder.resolve("schemas");
    CompletableFuture<AvroWriter> first = inThread(() -> new AvroWriter(address, "topic"));
    assertThrows(TimeoutException.class, () -> first.get(300, TimeUnit.MILLISECONDS));
    AvroWriter writer;
    try (EmbeddedRegistry unused = EmbeddedRegistry.start(kept, port)) {
      writer = first.get(1, TimeUnit.MINUTES);
    }
    CompletableFuture<Void> next =
        inThread(
            () -> {
              writer.prepare(Duration.ofMinutes(1));
              return null;
            });
    assertThrows(TimeoutException.class, () -> next.get(300, TimeUnit.MILLISECONDS));
    assertEquals(1, ByteBuffer.wrap(writer.write(action(1)).value()).getInt(1));
    try (EmbeddedRegistry unused = EmbeddedRegistry.start(kept, port)) {
      next.get(1, TimeUnit.MINUTES);
    }
    writer.evolve();
    assertEquals(2, ByteBuffer.wrap(writer.write(action(1)).value()).getInt(1));
  }

  private static <T> CompletableFuture<T> inThread(Callable<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                result.complete(work.call());
              } catch (Throwable e) {
                result.completeExceptionally(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return result;
  }

  @Test
  void whatIsCutOffEndsWithinTheRecord() throws Exception {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        Schemas schemas = new SchemaSettings(registry.address(), null, false).open()) {
      AvroWriter writer = new AvroWriter(registry.address(), "topic");
      byte[] value = writer.cutOff(action(1));
      String schema = schemas.get(SchemaId.of(1)).text();
      assertThrows(IOException.class, () -> read(value, Objects.requireNonNull(schema)));
      assertEquals(
          value.length + 1, writer.write(action(1)).value().length, Arrays.toString(value));
    }
  }
}
