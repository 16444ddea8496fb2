package io.sluice.report;

import io.sluice.contract.Table;
import io.sluice.lake.FileTimes;
import io.sluice.lake.Footer;
import io.sluice.lake.Store;
import io.sluice.lake.StoreInputFile;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.schema.MessageType;

/**
 * Counts rows by hour of event time. A file whose event times are of one hour is not read; of the
 * others the one column is.
 */
final class HourCounts {
  private static final long HOUR_MICROS = 3_600_000_000L;

  /**
   * @param newest the files by date
   * @param leftOut how many dates there are besides
   */
  record Files(TreeMap<LocalDate, List<Seen>> newest, int leftOut) {}

  /** A file, and what its footer says of it. */
  record Seen(Store.Entry entry, long rows, Footer.TimeRange eventTimes) {}

  private final Store store;
  private final Table table;
  private final Steps steps;

  HourCounts(Store store, Table table, Steps steps) {
    this.store = store;
    this.table = table;
    this.steps = steps;
  }

  Report.Hours read(Files files) throws IOException {
    TreeMap<LocalDate, Day> days = new TreeMap<>();
    List<Map.Entry<Day, Seen>> mixed = new ArrayList<>();
    files
        .newest()
        .forEach(
            (date, ofDate) -> {
              Day day = new Day(date);
              days.put(date, day);
              for (Seen file : ofDate) {
                if (!day.addWhole(file)) {
                  mixed.add(Map.entry(day, file));
                }
              }
            });
    InSteps.forEach(mixed, "event times", steps, file -> read(file.getValue(), file.getKey()));
    List<Report.Hour> hours = new ArrayList<>();
    long unknown = 0;
    for (Day day : days.values()) {
      day.addTo(hours);
      unknown += day.unknown;
    }
    return new Report.Hours(hours, days.size(), files.leftOut(), unknown);
  }

  private void read(Seen file, Day day) throws IOException {
    String column = table.columns().get(table.timeColumn()).name();
    ParquetReadOptions options =
        ParquetReadOptions.builder(new PlainParquetConfiguration()).build();
    try (ParquetFileReader reader =
        ParquetFileReader.open(new StoreInputFile(store, file.entry()), options)) {
      MessageType schema = reader.getFileMetaData().getSchema();
      LongUnaryOperator toMicros =
          schema.containsField(column)
              ? FileTimes.toMicros(schema.getType(column)).orElse(null)
              : null;
      if (toMicros == null) {
        day.add(new long[0], file.rows());
        return;
      }
      MessageType asked = new MessageType(schema.getName(), schema.getType(column));
      reader.setRequestedSchema(asked);
      ColumnDescriptor descriptor = asked.getColumns().get(0);
      long[] counts = new long[day.hours.length];
      long absent = 0;
      for (PageReadStore pages = reader.readNextRowGroup();
          pages != null;
          pages = reader.readNextRowGroup()) {
        ColumnReader values =
            new ColumnReadStoreImpl(
                    pages,
                    new GroupRecordConverter(asked).getRootConverter(),
                    asked,
                    reader.getFileMetaData().getCreatedBy())
                .getColumnReader(descriptor);
        for (long i = values.getTotalValueCount(); i > 0; i--) {
          if (values.getCurrentDefinitionLevel() < descriptor.getMaxDefinitionLevel()) {
            absent++;
          } else {
            counts[day.hourOf(toMicros.applyAsLong(values.getLong()))]++;
          }
          values.consume();
        }
      }
      day.add(counts, absent);
    } catch (ParquetDecodingException e) {
      throw new IOException(store.root() + "/" + file.entry().key() + ": " + e.getMessage(), e);
    }
  }

  /** The hours of a date from its first instant on: 23 or 25 where clocks are changed. */
  private final class Day {
    private final Instant start;
    private final long startMicros;
    private final long[] hours;
    private long unknown;

    Day(LocalDate date) {
      start = date.atStartOfDay(table.zone()).toInstant();
      startMicros = micros(start);
      long minutes =
          start.until(date.plusDays(1).atStartOfDay(table.zone()).toInstant(), ChronoUnit.MINUTES);
      hours = new long[(int) ((minutes + 59) / 60)];
    }

    /** An event is of its date, whose rows these are, by the contract that accepted it. */
    int hourOf(long micros) {
      return (int)
          Math.max(0, Math.min(hours.length - 1, Math.floorDiv(micros - startMicros, HOUR_MICROS)));
    }

    boolean addWhole(Seen file) {
      int hour = hourOf(micros(file.eventTimes().from()));
      if (hour != hourOf(micros(file.eventTimes().to()))) {
        return false;
      }
      hours[hour] += file.rows();
      return true;
    }

    synchronized void add(long[] counts, long rowsUnknown) {
      unknown += rowsUnknown;
      for (int i = 0; i < counts.length; i++) {
        hours[i] += counts[i];
      }
    }

    void addTo(List<Report.Hour> all) {
      for (int i = 0; i < hours.length; i++) {
        all.add(new Report.Hour(start.plus(i, ChronoUnit.HOURS), hours[i]));
      }
    }
  }

  private static long micros(Instant time) {
    return time.getEpochSecond() * 1_000_000 + time.getNano() / 1000;
  }
}
