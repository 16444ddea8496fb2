package io.sluice.debezium;

import io.sluice.convert.Fields;
import io.sluice.convert.Ignored;
import io.sluice.convert.Rejection;
import io.sluice.deadletter.Reason;
import io.sluice.json.PlainReader;
import io.sluice.record.RecordBytes;
import io.sluice.schema.Framing;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Envelopes in JSON, as Kafka Connect's JsonConverter writes them: in an object beside their
 * schema, {@code schema} and {@code payload}, or by themselves. A document that has one of these
 * two names is of the first kind; no envelope has.
 *
 * <p>Nearly all are read in the quick way, from where their bytes stand; all else, and what is to
 * be a dead letter, is read once more, exactly.
 */
final class JsonEnvelopes implements EnvelopeReader {
  private final @Nullable Framing framing;
  private final Target target;
  private final @Nullable PlainReader plain;
  private final JsonSchemas schemas;
  private final Reading bare;

  private byte[] in = {};
  private int start;
  private int end;
  private Reading reading;
  private boolean isQuick;

  /** How a record is read: its document without what stands from one place to another. */
  private record Reading(PayloadFields first, Fields second, int from, int end) {}

  JsonEnvelopes(Framing.Kind kind, int maxBytes, Target target) {
    this.framing = kind == Framing.Kind.NONE ? null : new Framing(kind, maxBytes);
    this.target = target;
    this.plain = target.plain();
    this.schemas = new JsonSchemas(target);
    Target.Envelope envelope = target.envelope();
    this.bare = new Reading(new PayloadFields(envelope.first(), false), envelope.second(), -1, -1);
    this.reading = bare;
  }

  @Override
  public void read(RecordBytes record) throws Rejection {
    find(record);
    int from = JsonSchemaPlace.start(in, start, end);
    reading = from < 0 ? bare : reading(from);
    isQuick = readQuickly();
    if (!isQuick) {
      target.begin();
      readExactly();
    }
  }

  /** Finds the value behind its frame, whose id says nothing that the envelope does not. */
  private void find(RecordBytes record) throws Rejection {
    if (framing == null) {
      in = record.array();
      start = record.valueStart();
      end = start + record.valueLength();
      return;
    }
    framing.read(record);
    start = 0;
    end = framing.end() - framing.start();
    in =
        Arrays.copyOf(Arrays.copyOfRange(framing.array(), framing.start(), framing.end()), end + 1);
  }

  private Reading reading(int from) throws Rejection {
    JsonSchemas.Known known = schemas.known(in, from, end);
    if (known == null) {
      int schemaEnd = JsonSchemaPlace.end(in, from, end);
      known = schemaEnd < 0 ? null : schemas.add(Arrays.copyOfRange(in, from, schemaEnd));
      if (known == null) {
        throw fault();
      }
    }
    JsonSchemas.Payload payload = known.usable();
    return new Reading(payload.first(), payload.second(), from, from + known.text().length);
  }

  /** What is wrong with a document that has a schema which is no JSON. */
  private Rejection fault() {
    try {
      target.json().read(document(), Ignored.INSTANCE.fields());
    } catch (Rejection e) {
      return e;
    }
    return JsonValueSchema.unusable("it cannot be read");
  }

  private boolean readQuickly() {
    reading.first.restart();
    return isPlain(reading.first) && reading.first.isAsExpected();
  }

  private boolean isPlain(Fields to) {
    PlainReader plain = this.plain;
    if (plain == null) {
      return false;
    }
    try {
      if (!plain.read(in, start, end - start, reading.from, reading.end, to)) {
        return false;
      }
    } catch (RuntimeException | StackOverflowError e) {
      target.events().quickWayFailed(e);
      return false;
    }
    target.unknownFields().addAll(plain.unknownFields());
    return true;
  }

  private void readExactly() throws Rejection {
    readExactly(reading.first);
    if (reading == bare && !bare.first.isAsExpected()) {
      // Written in another order, or without a schema: rare, so it is read twice.
      JsonSchemas.Payload payload = schemas.ofDocument(document());
      reading = new Reading(payload.first(), payload.second(), -1, -1);
      target.begin();
      readExactly(reading.first);
    }
    if (!reading.first.isAsExpected()) {
      throw new Rejection(
          Reason.MALFORMED, "payload", "no envelope of Debezium: a schema without a payload");
    }
  }

  private void readExactly(PayloadFields to) throws Rejection {
    to.restart();
    readDocument(to);
  }

  private void readDocument(Fields to) throws Rejection {
    if (reading.from >= 0) {
      target.json().readWithout(document(), reading.from - start, reading.end - start, to);
    } else {
      target.json().read(document(), to);
    }
  }

  private byte[] document() {
    return Arrays.copyOfRange(in, start, end);
  }

  @Override
  public boolean isNull() {
    return reading.first.isNull();
  }

  @Override
  public void readDeleted() throws Rejection {
    if (isQuick && isPlain(reading.second)) {
      return;
    }
    if (isQuick) {
      // What was taken so far is in the middle of something.
      target.begin();
      readExactly(reading.first);
    }
    readDocument(reading.second);
  }
}
