package io.sluice.lake;

import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * How finely a file has its timestamps: tables have files of both kinds, by when they were begun.
 */
public final class FileTimes {
  private FileTimes() {}

  /** Microseconds that one unit of a column is; 0 where it has no timestamps. */
  public static long microsOfAUnit(Type column) {
    if (!column.isPrimitive()
        || column.asPrimitiveType().getPrimitiveTypeName() != PrimitiveTypeName.INT64
        || !(column.getLogicalTypeAnnotation()
            instanceof TimestampLogicalTypeAnnotation timestamp)) {
      return 0;
    }
    return switch (timestamp.getUnit()) {
      case MILLIS -> 1000;
      case MICROS -> 1;
      case NANOS -> 0;
    };
  }
}
