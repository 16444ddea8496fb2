package io.sluice.lake;

import java.util.Optional;
import java.util.function.LongUnaryOperator;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * How finely a file has its timestamps: by when its table was begun, and by what its contract says.
 */
public final class FileTimes {
  private FileTimes() {}

  /**
   * Makes microseconds since the epoch of a column's numbers; what is finer is cut off. Empty where
   * the column has no timestamps.
   */
  public static Optional<LongUnaryOperator> toMicros(Type column) {
    if (!column.isPrimitive()
        || column.asPrimitiveType().getPrimitiveTypeName() != PrimitiveTypeName.INT64
        || !(column.getLogicalTypeAnnotation()
            instanceof TimestampLogicalTypeAnnotation timestamp)) {
      return Optional.empty();
    }
    return Optional.of(
        switch (timestamp.getUnit()) {
          case MILLIS -> millis -> millis * 1000;
          case MICROS -> LongUnaryOperator.identity();
          case NANOS -> nanos -> Math.floorDiv(nanos, 1000L);
        });
  }
}
