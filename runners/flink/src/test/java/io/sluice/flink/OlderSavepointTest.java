package io.sluice.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.write.CommittedFile;
import io.sluice.write.LogChange;
import io.sluice.write.LogChangeCoder;
import org.apache.beam.runners.flink.translation.types.CoderTypeSerializer;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

/**
 * What Flink does with a savepoint whose state was written by another coder: it takes it as it is,
 * and the coder of today meets the bytes of then. So this has to know them, or to say what to do.
 */
class OlderSavepointTest {
  private static final LogChange CHANGE =
      new LogChange("events", 20_500, new CommittedFile("part-00001-00000017.parquet", 12, "ab"));

  private final CoderTypeSerializer<LogChange> before =
      new CoderTypeSerializer<>(SerializableCoder.of(LogChange.class), false);
  private final CoderTypeSerializer<LogChange> today =
      new CoderTypeSerializer<>(LogChangeCoder.of(), false);

  @Test
  void flinkTakesTheStateAndTodaysCoderReadsIt() throws Exception {
    DataOutputSerializer savepoint = new DataOutputSerializer(64);
    TypeSerializerSnapshot.writeVersionedSnapshot(savepoint, before.snapshotConfiguration());
    before.serialize(CHANGE, savepoint);
    before.serialize(CHANGE, savepoint);
    DataInputDeserializer in = new DataInputDeserializer(savepoint.getCopyOfBuffer());
    TypeSerializerSnapshot<LogChange> snapshot =
        TypeSerializerSnapshot.readVersionedSnapshot(in, getClass().getClassLoader());
    assertTrue(snapshot.resolveSchemaCompatibility(today).isCompatibleAsIs());
    assertEquals(CHANGE, today.deserialize(in));
    assertEquals(CHANGE, today.deserialize(in));
    assertEquals(0, in.available());
  }

  @Test
  void whatWasWrittenByAVersionToComeIsRefusedInOneLine() {
    DataInputDeserializer newer = new DataInputDeserializer(new byte[] {2, 0, 0});
    Throwable e = assertThrows(Throwable.class, () -> today.deserialize(newer));
    while (!(e instanceof UserException) && e.getCause() != null) {
      e = e.getCause();
    }
    assertTrue(e instanceof UserException, String.valueOf(e));
    assertTrue(e.getMessage().contains("--startFrom=lake; nothing is lost"), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
  }
}
