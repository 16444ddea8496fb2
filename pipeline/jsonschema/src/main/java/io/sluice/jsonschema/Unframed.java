package io.sluice.jsonschema;

import io.sluice.record.RecordBytes;
import io.sluice.schema.Framing;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What stands behind a record's frame, as a record of its own. */
final class Unframed implements RecordBytes {
  private byte[] array = {0};
  private int start;
  private int length;

  /** Takes what a framing has just read. */
  void set(Framing framing) {
    array = framing.array();
    start = framing.start();
    length = framing.end() - start;
    // What was decompressed has no byte of zero behind it.
    if (framing.end() == array.length || array[framing.end()] != 0) {
      array = Arrays.copyOfRange(array, start, framing.end() + 1);
      array[length] = 0;
      start = 0;
    }
  }

  @Override
  public boolean hasValue() {
    return true;
  }

  @Override
  public byte[] array() {
    return array;
  }

  @Override
  public int valueStart() {
    return start;
  }

  @Override
  public int valueLength() {
    return length;
  }

  @Override
  public byte @Nullable [] key() {
    return null;
  }
}
