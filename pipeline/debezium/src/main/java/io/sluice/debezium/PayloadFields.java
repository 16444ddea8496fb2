package io.sluice.debezium;

import io.sluice.convert.Converter;
import io.sluice.convert.Elements;
import io.sluice.convert.Field;
import io.sluice.convert.Fields;
import io.sluice.convert.Ignored;
import io.sluice.deadletter.Reason;
import org.jspecify.annotations.Nullable;

/** The fields of a document: an envelope's, or the envelope beside its schema. For one thread. */
final class PayloadFields implements Fields {
  private final EnvelopeFields envelope;
  private final boolean isWithin;
  private final Field payload = Field.of("payload", new PayloadConverter());
  private final Field wrapped = Field.of("", new Wrapped());
  private boolean isWrapped;
  private boolean hasPayload;
  private boolean isNull;

  /**
   * @param isWithin whether the envelope is beside its schema
   */
  PayloadFields(EnvelopeFields envelope, boolean isWithin) {
    this.envelope = envelope;
    this.isWithin = isWithin;
  }

  /** Begins a document. */
  void restart() {
    isWrapped = false;
    hasPayload = false;
    isNull = false;
  }

  /** Whether the document was an envelope alone where one was expected, or else had one in it. */
  boolean isAsExpected() {
    return isWithin ? hasPayload : !isWrapped;
  }

  /** Whether there is null in place of an envelope: a tombstone. */
  boolean isNull() {
    return isNull;
  }

  @Override
  public void begin() {}

  @Override
  public Field field(String name) {
    if (isWithin) {
      return name.equals("payload") ? payload : Ignored.FIELD;
    }
    return name.equals("payload") || name.equals("schema") ? wrapped : envelope.field(name);
  }

  @Override
  public String pathOf(String name) {
    return name;
  }

  @Override
  public void end() {}

  private final class PayloadConverter extends Converter {
    PayloadConverter() {
      super(Reason.NOT_AN_OBJECT, "an envelope of Debezium");
    }

    @Override
    public void nothing() {
      hasPayload = true;
      isNull = true;
    }

    @Override
    public Fields fields() {
      hasPayload = true;
      isNull = false;
      return envelope;
    }

    @Override
    public @Nullable Elements elements() {
      return null;
    }
  }

  private final class Wrapped extends Ignored {
    @Override
    public void nothing() {
      isWrapped = true;
    }

    @Override
    protected void taken() {
      isWrapped = true;
    }
  }
}
