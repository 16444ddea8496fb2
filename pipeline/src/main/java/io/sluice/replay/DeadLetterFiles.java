package io.sluice.replay;

import io.sluice.UserException;
import io.sluice.complete.DateFiles;
import io.sluice.contract.ColumnType;
import io.sluice.contract.Contract;
import io.sluice.contract.Table;
import io.sluice.deadletter.DeadLetter;
import io.sluice.deadletter.DeadLetters;
import io.sluice.deadletter.Reason;
import io.sluice.lake.FileTimes;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.PartFile;
import io.sluice.lake.Positions;
import io.sluice.lake.Rounds;
import io.sluice.lake.Store;
import io.sluice.lake.StoreInputFile;
import io.sluice.source.SourceRecord;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongUnaryOperator;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * Reads the table of dead letters back, one letter at a time: the columns asked for of one row
 * group are held at most.
 */
public final class DeadLetterFiles {

  /** How much of each letter is read. */
  public enum Columns {
    ALL,
    /**
     * All but the bytes: key and value are null and there are no headers. For who counts; most of
     * the table's bytes are never fetched.
     */
    WITHOUT_RECORD
  }

  /** What takes letters. */
  public interface Output {
    void letter(DeadLetter letter) throws IOException;
  }

  private static final Set<String> RECORD_COLUMNS = Set.of("key", "value", "headers");

  private final Store store;
  private final Table table;

  /**
   * @param store where {@code --deadLetters} is
   */
  public DeadLetterFiles(Store store, Contract contract) {
    this.store = store;
    this.table = DeadLetters.table(contract);
  }

  /** The dates, ascending, of which there are files. */
  public List<LocalDate> dates() throws IOException {
    TreeSet<LocalDate> dates = new TreeSet<>();
    for (Store.Entry file : LakeFiles.list(store, table)) {
      PartFile.parse(file.key()).ifPresent(part -> dates.add(part.date()));
    }
    return new ArrayList<>(dates);
  }

  /**
   * Reads the letters of a date, each once, whatever is rewritten meanwhile. Those that were erased
   * are none, though a file that was replaced may have them for a while.
   *
   * @param reasons only these; empty for all
   * @throws UserException where a file is not one of this table
   * @throws IOException where the store failed, a file is damaged, or {@code out} threw it
   */
  public void read(LocalDate date, Set<Reason> reasons, Columns columns, Output out)
      throws IOException {
    String folder = PartFile.folder(table.name(), table.dateColumn(), date);
    // A file and that which takes its place may both be there for a while.
    Positions given = new Positions();
    Set<String> read = new HashSet<>();
    Rounds rounds = new Rounds(store, folder);
    while (true) {
      boolean all = true;
      List<Store.Entry> listed = LakeFiles.list(store, folder);
      if (listed.stream().anyMatch(DeadLetterFiles::isRewritten)) {
        LakeFiles.forEach(
            store,
            DateFiles.read(store, table, date).live(),
            file -> given.addAll(file.footer().erased().positions()));
      }
      for (Store.Entry file : listed) {
        if (read.contains(file.key())) {
          continue;
        }
        try {
          read(file, reasons, columns, given, out);
          read.add(file.key());
        } catch (NoSuchFileException e) {
          // What takes its place is in the next list.
          all = false;
        }
      }
      if (all) {
        return;
      }
      rounds.next("files vanish while they are read");
    }
  }

  private static boolean isRewritten(Store.Entry file) {
    return PartFile.parse(file.key()).filter(PartFile::isRewritten).isPresent();
  }

  private void read(
      Store.Entry file, Set<Reason> reasons, Columns columns, Positions given, Output out)
      throws IOException {
    ParquetReadOptions options =
        ParquetReadOptions.builder(new PlainParquetConfiguration()).build();
    try (ParquetFileReader reader =
        ParquetFileReader.open(new StoreInputFile(store, file), options)) {
      MessageType inFile = reader.getFileMetaData().getSchema();
      MessageType asked = asked(inFile, columns, file);
      reader.setRequestedSchema(asked);
      MessageColumnIO columnIo = new ColumnIOFactory().getColumnIO(asked, inFile);
      for (PageReadStore pages = reader.readNextRowGroup();
          pages != null;
          pages = reader.readNextRowGroup()) {
        RecordReader<Group> rows = columnIo.getRecordReader(pages, new GroupRecordConverter(asked));
        for (long row = 0; row < pages.getRowCount(); row++) {
          Group group = rows.read();
          Reason reason = reason(group, file);
          if ((reasons.isEmpty() || reasons.contains(reason))
              && given.add(
                  group.getString("source", 0),
                  group.getInteger("partition", 0),
                  group.getLong("offset", 0))) {
            out.letter(letter(group, reason, columns));
          }
        }
      }
    } catch (ParquetDecodingException e) {
      throw new IOException(store.root() + "/" + file.key() + ": " + e.getMessage(), e);
    }
  }

  private MessageType asked(MessageType inFile, Columns columns, Store.Entry file) {
    for (var column : table.columns()) {
      if (!inFile.containsField(column.name())
          || column.type() instanceof ColumnType.Timestamp
              && FileTimes.toMicros(inFile.getType(column.name())).isEmpty()) {
        throw new UserException(
            store.root()
                + "/"
                + file.key()
                + ": no column "
                + column.name()
                + " as dead letters have it"
                + ", so it is not of dead letters; move it out of the table");
      }
    }
    return new MessageType(
        inFile.getName(),
        inFile.getFields().stream()
            .filter(f -> columns == Columns.ALL || !RECORD_COLUMNS.contains(f.getName()))
            .toList());
  }

  private Reason reason(Group group, Store.Entry file) {
    String name = group.getString("reason", 0);
    try {
      return Reason.valueOf(name);
    } catch (IllegalArgumentException e) {
      throw new UserException(
          store.root()
              + "/"
              + file.key()
              + ": reason "
              + name
              + " is not known to this version: use the one that wrote it, or a later one",
          e);
    }
  }

  private static DeadLetter letter(Group group, Reason reason, Columns columns) {
    boolean all = columns == Columns.ALL;
    return new DeadLetter(
        new SourceRecord(
            group.getString("source", 0),
            group.getInteger("partition", 0),
            group.getLong("offset", 0),
            millis(group, "record_time"),
            all ? bytes(group, "key") : null,
            all ? bytes(group, "value") : null,
            all ? headers(group.getGroup("headers", 0)) : List.of()),
        reason,
        group.getString("path", 0),
        group.getString("message", 0),
        group.getString("contract_version", 0),
        Instant.ofEpochMilli(millis(group, "first_seen")));
  }

  /** Milliseconds since the epoch, however finely the file has them. */
  private static long millis(Group group, String column) {
    LongUnaryOperator toMicros = FileTimes.toMicros(group.getType().getType(column)).orElseThrow();
    return Math.floorDiv(toMicros.applyAsLong(group.getLong(column, 0)), 1000L);
  }

  private static byte @Nullable [] bytes(Group group, String field) {
    return group.getFieldRepetitionCount(field) == 0 ? null : group.getBinary(field, 0).getBytes();
  }

  /** A list is a group that repeats a group with the element in it. */
  private static List<SourceRecord.Header> headers(Group list) {
    List<SourceRecord.Header> headers = new ArrayList<>();
    for (int i = 0; i < list.getFieldRepetitionCount(0); i++) {
      Group header = list.getGroup(0, i).getGroup(0, 0);
      headers.add(new SourceRecord.Header(header.getString("key", 0), bytes(header, "value")));
    }
    return List.copyOf(headers);
  }
}
