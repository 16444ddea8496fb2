package io.sluice.schema;

import io.sluice.convert.Rejection;
import io.sluice.deadletter.Reason;
import io.sluice.record.RecordBytes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * How a record says which schema it was written with, before what was written. For one thread: the
 * record that was read last is in its fields.
 */
public final class Framing {
  /** How, as a contract's format says it. */
  public enum Kind {
    /** A byte of 0 and the id in four bytes: the serializers of Confluent, Apicurio, Karapace. */
    CONFLUENT(0, 5),
    /** A byte of 3, one for the compression, and a UUID: AWS Glue's serializers. */
    GLUE(3, 18),
    /** Nothing: the contract has the schema. */
    NONE(-1, 0);

    private final int first;
    private final int length;

    Kind(int first, int length) {
      this.first = first;
      this.length = length;
    }

    /**
     * The frame that a value seems to begin with: bytes that are written otherwise may look so,
     * too, but no text does.
     */
    public static Kind seen(byte[] value) {
      if (value.length >= CONFLUENT.length && value[0] == CONFLUENT.first && value[1] >= 0) {
        return CONFLUENT;
      }
      return value.length >= GLUE.length
              && value[0] == GLUE.first
              && (value[1] == UNCOMPRESSED || value[1] == ZLIB)
          ? GLUE
          : NONE;
    }

    /** The names that contracts have for them. */
    public String text() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  private static final int UNCOMPRESSED = 0;
  private static final int ZLIB = 5;

  private final Kind kind;
  private final int maxBytes;
  private byte[] array = new byte[0];
  private int start;
  private int end;
  private SchemaId id = new SchemaId(0, -1);

  /**
   * @param maxBytes what was compressed and is larger is a dead letter
   */
  public Framing(Kind kind, int maxBytes) {
    this.kind = kind;
    this.maxBytes = maxBytes;
  }

  /**
   * Reads what stands before a record's value.
   *
   * @throws Rejection where the record has no value, or does not begin so
   */
  public void read(RecordBytes record) throws Rejection {
    if (!record.hasValue()) {
      throw new Rejection(Reason.EMPTY, "", "the record has no value (a tombstone)");
    }
    byte[] in = record.array();
    int from = record.valueStart();
    int length = record.valueLength();
    if (length == 0) {
      throw new Rejection(Reason.EMPTY, "", "the record's value is empty");
    }
    if (kind != Kind.NONE && (length < kind.length || in[from] != kind.first)) {
      throw new Rejection(
          Reason.MALFORMED,
          "",
          "no frame of "
              + kind.text()
              + ": the value has "
              + length
              + " bytes and begins with "
              + (in[from] & 0xFF)
              + ", not with "
              + kind.first
              + " and an id");
    }
    array = in;
    start = from + kind.length;
    end = from + length;
    switch (kind) {
      case CONFLUENT -> identify(0, ByteBuffer.wrap(in).getInt(from + 1) & 0xFFFF_FFFFL);
      case GLUE -> {
        ByteBuffer frame = ByteBuffer.wrap(in);
        identify(frame.getLong(from + 2), frame.getLong(from + 10));
        decompress(in[from + 1]);
      }
      case NONE -> {}
    }
  }

  /** Records mostly have the schema of the one before. */
  private void identify(long high, long low) {
    if (id.high() != high || id.low() != low) {
      id = new SchemaId(high, low);
    }
  }

  private void decompress(int compression) throws Rejection {
    if (compression == UNCOMPRESSED) {
      return;
    }
    if (compression != ZLIB) {
      throw new Rejection(
          Reason.MALFORMED, "", "the frame of glue names compression " + compression);
    }
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(array, start, end - start);
      byte[] out = new byte[Math.min(maxBytes, 4 * (end - start) + 64) + 1];
      int size = 0;
      while (!inflater.finished()) {
        if (size == out.length) {
          if (size > maxBytes) {
            throw new Rejection(
                Reason.TOO_LARGE, "", "more than " + maxBytes + " bytes when decompressed");
          }
          out = Arrays.copyOf(out, (int) Math.min(2L * size, maxBytes + 1L));
        }
        int more = inflater.inflate(out, size, out.length - size);
        if (more == 0 && !inflater.finished()) {
          throw new Rejection(Reason.MALFORMED, "", "the compressed value ends too early");
        }
        size += more;
      }
      if (size > maxBytes) {
        throw new Rejection(
            Reason.TOO_LARGE, "", "more than " + maxBytes + " bytes when decompressed");
      }
      array = out;
      start = 0;
      end = size;
    } catch (DataFormatException e) {
      throw new Rejection(Reason.MALFORMED, "", "the value is not compressed as its frame says");
    } finally {
      inflater.end();
    }
  }

  /** The schema's id; of {@link Kind#NONE} it means nothing. */
  public SchemaId id() {
    return id;
  }

  /** Has what was written, from {@link #start} to {@link #end}. */
  public byte[] array() {
    return array;
  }

  public int start() {
    return start;
  }

  public int end() {
    return end;
  }
}
