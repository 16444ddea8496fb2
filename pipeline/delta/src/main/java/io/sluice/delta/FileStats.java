package io.sluice.delta;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.delta.DeltaType.Field;
import io.sluice.delta.DeltaType.Primitive;
import io.sluice.delta.DeltaType.Struct;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/**
 * What the log says of a file's values, from the file's footer: readers pass files over by it. A
 * bound may be wider than the values, and is left out where readers might take it for a narrower
 * one.
 */
final class FileStats {
  /** Of so many columns readers look at bounds; {@code delta.dataSkippingNumIndexedCols}. */
  private static final int COLUMNS = 32;

  /** Characters of a bound of texts. */
  private static final int CHARACTERS = 32;

  /** No text with the same beginning is greater than one that goes on with it. */
  private static final int GREATEST = Character.MAX_CODE_POINT;

  /** Some readers take numbers in JSON for doubles, which have so many digits. */
  private static final int DIGITS = 15;

  private static final long MICROS = 1_000;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
  private static final LocalDate LATEST = LocalDate.of(9999, 12, 31);

  private final Map<List<String>, Statistics<?>> columns = new HashMap<>();
  private final Set<List<String>> unknown = new HashSet<>();
  private final long rows;
  private int left = COLUMNS;

  private FileStats(ParquetMetadata footer) {
    long count = 0;
    for (BlockMetaData block : footer.getBlocks()) {
      count += block.getRowCount();
      for (ColumnChunkMetaData chunk : block.getColumns()) {
        add(List.of(chunk.getPath().toArray()), chunk);
      }
    }
    this.rows = count;
  }

  private void add(List<String> path, ColumnChunkMetaData chunk) {
    Statistics<?> statistics = chunk.getStatistics();
    if (statistics == null
        || !statistics.isNumNullsSet()
        || !statistics.hasNonNullValue() && statistics.getNumNulls() < chunk.getValueCount()) {
      unknown.add(path);
      return;
    }
    Statistics<?> known = columns.get(path);
    if (known == null) {
      columns.put(path, statistics.copy());
    } else {
      known.mergeStatistics(statistics);
    }
  }

  /** The statistics as the log has them. */
  static String text(ParquetMetadata footer, Struct schema) {
    FileStats stats = new FileStats(footer);
    ObjectNode text = DeltaType.JSON.createObjectNode().put("numRecords", stats.rows);
    ObjectNode least = DeltaType.JSON.createObjectNode();
    ObjectNode greatest = DeltaType.JSON.createObjectNode();
    ObjectNode nulls = DeltaType.JSON.createObjectNode();
    stats.fields(List.of(), schema, least, greatest, nulls);
    text.set("minValues", least);
    text.set("maxValues", greatest);
    text.set("nullCount", nulls);
    return text.toString();
  }

  private void fields(
      List<String> path, Struct struct, ObjectNode least, ObjectNode greatest, ObjectNode nulls) {
    for (Field field : struct.fields()) {
      String name = field.physicalName();
      List<String> at = new ArrayList<>(path);
      at.add(name);
      if (field.type() instanceof Struct within) {
        ObjectNode leastWithin = DeltaType.JSON.createObjectNode();
        ObjectNode greatestWithin = DeltaType.JSON.createObjectNode();
        ObjectNode nullsWithin = DeltaType.JSON.createObjectNode();
        fields(at, within, leastWithin, greatestWithin, nullsWithin);
        setUnlessEmpty(least, name, leastWithin);
        setUnlessEmpty(greatest, name, greatestWithin);
        setUnlessEmpty(nulls, name, nullsWithin);
      } else if (field.type() instanceof Primitive && left > 0) {
        left--;
        Statistics<?> statistics = columns.get(at);
        if (statistics != null && !unknown.contains(at)) {
          nulls.put(name, statistics.getNumNulls());
          if (statistics.hasNonNullValue()) {
            put(least, name, statistics, false);
            put(greatest, name, statistics, true);
          }
        }
      }
    }
  }

  private static void setUnlessEmpty(ObjectNode to, String name, ObjectNode within) {
    if (!within.isEmpty()) {
      to.set(name, within);
    }
  }

  private static void put(ObjectNode to, String name, Statistics<?> statistics, boolean isMax) {
    PrimitiveType type = statistics.type();
    Object value = isMax ? statistics.genericGetMax() : statistics.genericGetMin();
    String kind = FileSchema.name(type);
    switch (kind) {
      case "integer", "long" -> to.put(name, ((Number) value).longValue());
      case "float", "double" -> putFinite(to, name, ((Number) value).doubleValue());
      case "date" -> to.put(name, LocalDate.ofEpochDay(((Number) value).longValue()).toString());
      case "timestamp" -> putText(to, name, time(type, ((Number) value).longValue(), isMax));
      case "string" -> putText(to, name, characters((Binary) value, isMax));
      default -> {
        if (kind.startsWith("decimal(")) {
          putDecimal(to, name, type, value);
        }
        // Of booleans and bytes readers want no bounds.
      }
    }
  }

  private static void putFinite(ObjectNode to, String name, double value) {
    if (!Double.isNaN(value) && !Double.isInfinite(value)) {
      to.put(name, value);
    }
  }

  private static void putText(ObjectNode to, String name, @Nullable String value) {
    if (value != null) {
      to.put(name, value);
    }
  }

  private static void putDecimal(ObjectNode to, String name, PrimitiveType type, Object value) {
    DecimalLogicalTypeAnnotation decimal =
        (DecimalLogicalTypeAnnotation) type.getLogicalTypeAnnotation();
    if (decimal.getPrecision() <= DIGITS) {
      BigInteger unscaled =
          value instanceof Binary binary
              ? new BigInteger(binary.getBytes())
              : BigInteger.valueOf(((Number) value).longValue());
      to.put(name, new BigDecimal(unscaled, decimal.getScale()));
    }
  }

  /** Readers have milliseconds in bounds: a least one is cut off there, a greatest rounded up. */
  private static @Nullable String time(PrimitiveType type, long value, boolean isMax) {
    boolean isMillis =
        type.getLogicalTypeAnnotation() instanceof TimestampLogicalTypeAnnotation timestamp
            && timestamp.getUnit() == TimeUnit.MILLIS;
    long millis =
        isMillis ? value : isMax ? -Math.floorDiv(-value, MICROS) : Math.floorDiv(value, MICROS);
    Instant time = Instant.ofEpochMilli(millis);
    return LocalDate.ofInstant(time, ZoneOffset.UTC).isAfter(LATEST) ? null : TIME.format(time);
  }

  /** Texts are compared by their bytes in UTF-8, which is by their code points. */
  private static @Nullable String characters(Binary value, boolean isMax) {
    String text;
    try {
      text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value.getBytes())).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
    if (text.codePointCount(0, text.length()) <= CHARACTERS) {
      return text;
    }
    int end = text.offsetByCodePoints(0, CHARACTERS);
    if (!isMax) {
      return text.substring(0, end);
    }
    return text.codePointAt(end) == GREATEST
        ? null
        : new StringBuilder(text.substring(0, end)).appendCodePoint(GREATEST).toString();
  }
}
