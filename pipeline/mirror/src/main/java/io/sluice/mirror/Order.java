package io.sluice.mirror;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;

/**
 * Where a change stands among all changes of its row, as the source says it. {@link #compare} says
 * which of two changes of a row is the later one; of changes of several rows it says nothing that
 * means anything, but for truncates, which are of all rows.
 *
 * @param log whose words these are
 * @param file the binlog's file; empty of PostgreSQL
 * @param place the LSN, or the place in the binlog's file; -1 where the change does not say.
 *     MariaDB since 11.4 writes events of a transaction without their place, and the connector
 *     makes a negative number of that
 * @param row which row of the binlog's event it is; -1 where the change does not say
 * @param gtid the global id of the transaction; empty where there is none
 * @param isSnapshot whether a snapshot has read the row
 * @param micros the source's time, in microseconds since the epoch: of a change that of its
 *     transaction's commit
 * @param inTransaction which change of its transaction it is; -1 where that is not known
 * @param partition of the topic; -1 where that is not known, as {@code offset}
 */
record Order(
    Log log,
    String file,
    long place,
    long row,
    String gtid,
    boolean isSnapshot,
    long micros,
    long inTransaction,
    int partition,
    long offset)
    implements Serializable {

  Order {
    place = place > 0 ? place : -1;
  }

  /** What a database writes its changes to. */
  enum Log {
    /** PostgreSQL's, by LSN. */
    WAL,
    /** That of MySQL and MariaDB, by file and place. */
    BINLOG
  }

  /**
   * Which is the later one of two changes of a row: greater than 0 where it is this one, and 0
   * where they are the same change.
   */
  int compare(Order other) {
    int bySource = log == Log.WAL ? byWal(other) : byBinlog(other);
    return bySource != 0 ? bySource : byOffset(other);
  }

  /**
   * A change of a row waits for the transaction that has changed it before, so LSNs have the order
   * of commits. Not so beside a snapshot: what it has not seen, since it was not committed yet, may
   * have a smaller LSN.
   */
  private int byWal(Order other) {
    if (isSnapshot != other.isSnapshot) {
      return isSnapshot ? bySnapshot(this, other) : -bySnapshot(other, this);
    }
    int byPlace = Long.compare(place, other.place);
    if (byPlace != 0) {
      return byPlace;
    }
    int inTransaction =
        this.inTransaction < 0 || other.inTransaction < 0
            ? 0
            : Long.compare(this.inTransaction, other.inTransaction);
    boolean isKnown = place >= 0 && !isSnapshot;
    return inTransaction != 0 || isKnown ? inTransaction : Long.compare(micros, other.micros);
  }

  /** Whether a snapshot's row is later (1) than a change, or before it (-1). */
  private static int bySnapshot(Order snapshot, Order change) {
    return snapshot.place > change.place && snapshot.isBehind(change) ? 1 : -1;
  }

  /**
   * Whether it came later, by their partition where they are of one, else by the source's clock.
   */
  private boolean isBehind(Order other) {
    return partition >= 0 && partition == other.partition
        ? offset > other.offset
        : micros > other.micros;
  }

  /** A binlog has the order of commits, and a snapshot says exactly where in it it was taken. */
  private int byBinlog(Order other) {
    int byGtid = byGtid(other);
    if (byGtid != 0) {
      return byGtid;
    }
    if (!base(file).equals(base(other.file))) {
      int byTime = Long.compare(micros, other.micros);
      if (byTime != 0) {
        return byTime;
      }
    }
    int byFile = Long.compare(number(file), number(other.file));
    if (byFile != 0) {
      return byFile;
    }
    if (place < 0 || other.place < 0) {
      return withoutPlace(other);
    }
    int byPlace = Long.compare(place, other.place);
    if (byPlace != 0) {
      return byPlace;
    }
    int bySnapshot = Boolean.compare(other.isSnapshot, isSnapshot);
    return bySnapshot != 0 ? bySnapshot : Long.compare(row, other.row);
  }

  /**
   * In one file of a binlog, where a change does not say at which place. Its row is one of an event
   * that is not known, and says nothing.
   */
  private int withoutPlace(Order other) {
    if (isSnapshot != other.isSnapshot) {
      boolean isSnapshotLater = isSnapshot ? isBehind(other) : other.isBehind(this);
      return isSnapshot == isSnapshotLater ? 1 : -1;
    }
    if (inTransaction >= 0 && other.inTransaction >= 0 && isOneTransaction(other)) {
      return Long.compare(inTransaction, other.inTransaction);
    }
    return Long.compare(micros, other.micros);
  }

  private boolean isOneTransaction(Order other) {
    return !gtid.isEmpty() && gtid.equals(other.gtid);
  }

  /** By the numbers of transactions that one server, or one domain, has numbered. */
  private int byGtid(Order other) {
    int end = gtid.lastIndexOf(separator(gtid));
    int otherEnd = other.gtid.lastIndexOf(separator(other.gtid));
    if (end < 1 || otherEnd < 1) {
      return 0;
    }
    return group(gtid, end).equals(group(other.gtid, otherEnd))
        ? Long.compare(digits(gtid.substring(end + 1)), digits(other.gtid.substring(otherEnd + 1)))
        : 0;
  }

  /** MySQL writes {@code SERVER:NUMBER}, MariaDB {@code DOMAIN-SERVER-NUMBER}. */
  private static char separator(String gtid) {
    return gtid.indexOf(':') >= 0 ? ':' : '-';
  }

  /** In MariaDB the servers of a domain count on from each other. */
  private static String group(String gtid, int end) {
    return separator(gtid) == ':' ? gtid.substring(0, end) : gtid.substring(0, gtid.indexOf('-'));
  }

  private static String base(String file) {
    int dot = file.lastIndexOf('.');
    return dot < 0 ? file : file.substring(0, dot);
  }

  private static long number(String file) {
    return digits(file.substring(file.lastIndexOf('.') + 1));
  }

  private static long digits(String text) {
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
  }

  /** The last resort: within a partition, what came later. */
  private int byOffset(Order other) {
    return partition >= 0 && partition == other.partition ? Long.compare(offset, other.offset) : 0;
  }

  void write(DataOutput out) throws IOException {
    out.writeBoolean(log == Log.WAL);
    write(file, out);
    out.writeLong(place);
    out.writeLong(row);
    write(gtid, out);
    out.writeBoolean(isSnapshot);
    out.writeLong(micros);
    out.writeLong(inTransaction);
    out.writeInt(partition);
    out.writeLong(offset);
  }

  static Order read(DataInput in) throws IOException {
    return new Order(
        in.readBoolean() ? Log.WAL : Log.BINLOG,
        text(in),
        in.readLong(),
        in.readLong(),
        text(in),
        in.readBoolean(),
        in.readLong(),
        in.readLong(),
        in.readInt(),
        in.readLong());
  }

  /** What a source says may be longer than {@link DataOutput#writeUTF} takes. */
  private static void write(String text, DataOutput out) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String text(DataInput in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return new String(bytes, UTF_8);
  }
}
