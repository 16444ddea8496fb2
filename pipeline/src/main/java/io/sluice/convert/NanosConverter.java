package io.sluice.convert;

import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.deadletter.Reason;
import io.sluice.record.EncodedValues;
import java.math.BigDecimal;

/**
 * To {@code timestamp(nanos)}: the same instants, to the nanosecond. One that 64 bits do not hold
 * is refused, in whichever format it is written: no later one of a list is tried, so that a value
 * means the same whatever the column's unit.
 */
final class NanosConverter extends TimestampConverter {
  /** As {@link TimestampConverter#of} has it. */
  NanosConverter(Out out, Timestamp type, Reason wrong) {
    super(out, type, wrong);
  }

  @Override
  void writeText(long micros, byte[] utf8, int start, int length) throws Rejection {
    write(micros, Timestamps.nanosOfMicro(utf8, start, length));
  }

  @Override
  void writeEpoch(long micros, long units, long perSecond) throws Rejection {
    write(micros, Timestamps.nanosOfMicro(units, perSecond));
  }

  @Override
  void writeEpoch(long micros, BigDecimal units, long perSecond) throws Rejection {
    write(micros, Timestamps.nanosOfMicro(units, perSecond, micros));
  }

  @Override
  void write(long micros, int nanosOfMicro) throws Rejection {
    long nanos = Timestamps.nanos(micros, nanosOfMicro);
    if (nanos == Timestamps.NONE) {
      throw wrong(
          "a time " + Timestamp.NANOS_REACH,
          "the time " + EncodedValues.instant(micros).plusNanos(nanosOfMicro));
    }
    out.integer(nanos);
  }
}
