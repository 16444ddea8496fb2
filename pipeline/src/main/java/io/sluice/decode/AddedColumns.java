package io.sluice.decode;

import io.sluice.contract.Column;
import io.sluice.contract.ColumnType;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractSource;
import io.sluice.contract.Reading;
import io.sluice.convert.Converter;
import io.sluice.convert.Converters;
import io.sluice.convert.Rejection;
import io.sluice.deadletter.Reason;
import io.sluice.record.BytesWriter;
import io.sluice.record.ColumnValues;
import io.sluice.schema.Schemas;
import io.sluice.source.RecordMetadata;
import io.sluice.source.SourceRecord;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a contract that no format reads: those from a record's key, headers and position,
 * constants, and what a column has that the record has no value for. Not safe for use by several
 * threads.
 */
final class AddedColumns {
  private final ColumnValues read;
  private final BytesWriter encoded = new BytesWriter();
  private final Converters converters;
  private final ColumnValues literals;
  private final List<Added> columns = new ArrayList<>();
  private final @Nullable KeyColumns key;
  private final Contract contract;

  /** The topic of the records of the last source. */
  private String lastSource = "";

  private byte[] topic = {};

  /** One of the columns. */
  private record Added(
      int index, Column column, @Nullable Converter converter, boolean isOfElement) {
    boolean hasLiteral() {
      return column.reading().fallback() != null
          || column.reading().from() == Reading.From.CONSTANT;
    }
  }

  AddedColumns(Contract contract, Schemas schemas, DecodeEvents events) {
    this.contract = contract;
    this.converters = Converters.of(contract);
    this.key =
        contract.intake().keyFormat() == null ? null : new KeyColumns(contract, schemas, events);
    this.read = new ColumnValues(contract.columns());
    this.literals = new ColumnValues(contract.columns());
    BytesWriter kept = new BytesWriter();
    for (int i = 0; i < contract.columns().size(); i++) {
      Column column = contract.columns().get(i);
      Reading reading = column.reading();
      if (reading.isOfValue() && reading.fallback() == null) {
        continue;
      }
      boolean isEventTime = i == contract.eventTime();
      Converter converter =
          reading.isOfValue() || reading.isOfKey() && key != null
              ? null
              : converters.toColumn(read, i, encoded, isEventTime);
      Added added = new Added(i, column, converter, contract.isOfElement(column));
      columns.add(added);
      if (added.hasLiteral()) {
        String text =
            reading.from() == Reading.From.CONSTANT
                ? reading.name()
                : Objects.requireNonNull(reading.fallback());
        literal(new Converters().toColumn(literals, i, kept, isEventTime), column.type(), text);
      }
    }
  }

  boolean isEmpty() {
    return columns.isEmpty();
  }

  /**
   * Adds them to what a format read.
   *
   * @throws Rejection where one does not fit, or is required and absent
   */
  void addTo(ColumnValues values, RecordMetadata record) throws Rejection {
    read.clear();
    encoded.clear();
    converters.begin();
    boolean hasOfElements = false;
    byte[] keyBytes = record.key();
    if (key != null && keyBytes != null) {
      key.addTo(values, keyBytes);
    }
    for (Added one : columns) {
      int index = one.index();
      if (one.isOfElement()) {
        hasOfElements = true;
        continue;
      }
      Converter converter = one.converter();
      if (converter != null) {
        read(one.column(), converter, record);
        values.set(index, read, index);
      }
      fillIn(one, values);
    }
    if (hasOfElements) {
      for (int row = 0; row < values.rows(); row++) {
        values.toRow(row);
        for (Added one : columns) {
          if (one.isOfElement()) {
            fillIn(one, values);
          }
        }
        values.keepRow(row);
      }
    }
  }

  private void fillIn(Added one, ColumnValues values) throws Rejection {
    int index = one.index();
    if (values.isAbsent(index) && one.hasLiteral()) {
      values.set(index, literals, index);
    }
    if (values.isAbsent(index)
        && one.column().required()
        && one.column().reading().from() != Reading.From.ORDINAL) {
      throw new Rejection(Reason.MISSING_FIELD, path(one.column()), "required, and absent or null");
    }
  }

  private String path(Column column) {
    Reading reading = column.reading();
    return switch (reading.from()) {
      case VALUE -> column.pathText();
      case HEADER -> "headers." + reading.name();
      case KEY -> key == null ? "key" : "key." + column.pathText();
      case TOPIC -> "topic";
      case PARTITION -> "partition";
      case OFFSET -> "offset";
      case RECORD_TIME -> "record_time";
      case ORDINAL -> "ordinal";
      case CONSTANT -> column.name();
    };
  }

  private void read(Column column, Converter to, RecordMetadata record) throws Rejection {
    Reading reading = column.reading();
    try {
      switch (reading.from()) {
        case KEY -> bytes(column.type(), to, record.key());
        case HEADER -> bytes(column.type(), to, header(record.headers(), reading.name()));
        case TOPIC -> {
          byte[] name = topic(record.source());
          if (name.length > 0) {
            to.text(name, 0, name.length);
          }
        }
        case PARTITION -> to.integer(record.partition());
        case OFFSET -> to.integer(record.offset());
        case RECORD_TIME -> {
          long time = record.recordTime();
          if (time != -1) {
            to.instant(Math.floorDiv(time, 1000L), Math.floorMod(time, 1000) * 1_000_000);
          }
        }
        case VALUE, CONSTANT, ORDINAL -> {}
      }
    } catch (Rejection e) {
      throw e.within(path(column));
    }
  }

  private byte[] topic(String source) {
    if (!source.equals(lastSource)) {
      lastSource = source;
      topic = ContractSource.topicOf(contract, source).getBytes(StandardCharsets.UTF_8);
    }
    return topic;
  }

  /** The last header of a name; null where there is none, or it has no value. */
  static byte @Nullable [] header(List<SourceRecord.Header> headers, String name) {
    byte[] last = null;
    for (SourceRecord.Header header : headers) {
      if (header.key().equals(name)) {
        last = header.value();
      }
    }
    return last;
  }

  private static void bytes(ColumnType type, Converter to, byte @Nullable [] value)
      throws Rejection {
    if (value == null) {
      return;
    }
    if (type == Scalar.BYTES) {
      to.bytes(value, 0, value.length);
    } else {
      to.text(value, 0, value.length);
    }
  }

  /** A value that the contract has, which its parser has found good. */
  private static void literal(Converter to, ColumnType type, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    try {
      if (type == Scalar.BOOLEAN) {
        to.flag(text.equals("true"));
      } else if (type == Scalar.DATE) {
        to.date(LocalDate.parse(text).toEpochDay());
      } else if (type == Scalar.TIME) {
        to.time(LocalTime.parse(text).toNanoOfDay());
      } else if (type instanceof Timestamp) {
        OffsetDateTime time = OffsetDateTime.parse(text);
        to.instant(time.toEpochSecond(), time.getNano());
      } else if (type instanceof ColumnType.Decimal) {
        to.decimal(new BigDecimal(text));
      } else if (type == Scalar.STRING || type == Scalar.UUID) {
        to.text(utf8, 0, utf8.length);
      } else {
        to.number(text);
      }
    } catch (Rejection e) {
      throw new IllegalStateException("the contract's parser let '" + text + "' pass", e);
    }
  }
}
