package io.sluice.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Which of two changes of a row is the later one, by what connectors write. */
class OrderTest {
  private static Order wal(long lsn, long micros) {
    return new Order(Order.Log.WAL, "", lsn, -1, "", false, micros, -1, -1, -1);
  }

  private static Order snapshot(long lsn, long micros, int partition, long offset) {
    return new Order(Order.Log.WAL, "", lsn, -1, "", true, micros, -1, partition, offset);
  }

  private static Order at(Order order, int partition, long offset) {
    return new Order(
        order.log(),
        order.file(),
        order.place(),
        order.row(),
        order.gtid(),
        order.isSnapshot(),
        order.micros(),
        order.inTransaction(),
        partition,
        offset);
  }

  private static Order binlog(String file, long place, long row, String gtid, long micros) {
    return new Order(Order.Log.BINLOG, file, place, row, gtid, false, micros, -1, -1, -1);
  }

  private static Order binlogSnapshot(String file, long place) {
    return new Order(Order.Log.BINLOG, file, place, 0, "", true, 5, -1, -1, -1);
  }

  private static void assertLater(Order earlier, Order later) {
    assertTrue(later.compare(earlier) > 0, later + " is later than " + earlier);
    assertTrue(earlier.compare(later) < 0, earlier + " is earlier than " + later);
  }

  @Test
  void postgresHasAnLsnForEachChange() {
    assertLater(wal(10, 9), wal(11, 5));
    // The same change, sent twice: of one partition the second holds.
    assertEquals(0, wal(10, 9).compare(wal(10, 9)));
    assertEquals(0, at(wal(10, 9), 0, 1).compare(at(wal(10, 9), 1, 7)));
    assertLater(at(wal(10, 9), 0, 1), at(wal(10, 9), 0, 7));
  }

  @Test
  void changesOfOneLsnHaveTheirPlaceInTheTransaction() {
    Order first = new Order(Order.Log.WAL, "", 10, -1, "", false, 5, 1, 0, 9);
    Order second = new Order(Order.Log.WAL, "", 10, -1, "", false, 5, 2, 0, 3);
    assertLater(first, second);
  }

  @Test
  void aSnapshotIsBeforeWhatItHasNotSeenThoughThatHasASmallerLsn() {
    Order snapshot = snapshot(100, 1000, -1, -1);
    assertLater(snapshot, wal(100, 1000));
    assertLater(snapshot, wal(101, 900));
    // It was made before and committed after.
    assertLater(snapshot, wal(90, 1001));
    assertLater(wal(90, 999), snapshot);
    assertLater(snapshot(50, 500, -1, -1), snapshot);
  }

  @Test
  void withinAPartitionASnapshotIsBeforeWhatCameBehindIt() {
    Order snapshot = snapshot(100, 1000, 3, 7);
    // The connector's clock may be ahead of the commit's.
    assertLater(snapshot, at(wal(90, 999), 3, 8));
    assertLater(at(wal(90, 1001), 3, 6), snapshot);
    assertLater(snapshot, at(wal(100, 1), 3, 6));
    assertLater(at(wal(90, 999), 2, 8), snapshot);
  }

  @Test
  void rowsOfBeforeThereWereLsnsAreBeforeAllOthers() {
    assertLater(wal(-1, 900), wal(5, 1));
    assertLater(wal(-1, 1), wal(-1, 2));
    assertLater(at(wal(-1, 1), 0, 4), at(wal(-1, 1), 0, 5));
  }

  @Test
  void aBinlogHasFilesPlacesAndRows() {
    String gtid = "";
    List<Order> all =
        List.of(
            binlog("binlog.000009", 900, 0, gtid, 7),
            binlogSnapshot("binlog.000010", 4),
            binlog("binlog.000010", 4, 0, gtid, 7),
            binlog("binlog.000010", 4, 1, gtid, 7),
            binlog("binlog.000010", 1000, 0, gtid, 6),
            binlogSnapshot("binlog.999999", 4),
            binlog("binlog.1000000", 4, 0, gtid, 7));
    for (int i = 0; i < all.size(); i++) {
      for (int j = i + 1; j < all.size(); j++) {
        assertLater(all.get(i), all.get(j));
      }
    }
  }

  private static Order placeless(String gtid, long micros, long inTransaction, long offset) {
    return new Order(
        Order.Log.BINLOG, "b.000001", -87, 0, gtid, false, micros, inTransaction, 2, offset);
  }

  /** MariaDB since 11.4: the connector gives the length of the event, negative, for its place. */
  @Test
  void changesWithoutAPlaceAreOrderedByGtidAndWithinATransactionByOffset() {
    List<Order> all =
        List.of(
            placeless("0-1-8", 4, -1, 3),
            at(new Order(Order.Log.BINLOG, "b.000001", 203969, 0, "", true, 5, -1, -1, -1), 2, 10),
            placeless("0-1-404", 5, -1, 11),
            placeless("0-1-404", 5, -1, 12),
            placeless("0-1-4202", 7, -1, 13),
            placeless("0-1-4390", 6, -1, 14),
            new Order(Order.Log.BINLOG, "b.000002", 4, 0, "", true, 5, -1, 2, 9));
    for (int i = 0; i < all.size(); i++) {
      for (int j = i + 1; j < all.size(); j++) {
        assertLater(all.get(i), all.get(j));
      }
    }
  }

  @Test
  void changesWithoutAPlaceOfOneTransactionHaveTheirNumberInIt() {
    assertLater(placeless("0-1-8", 4, 1, 9), placeless("0-1-8", 4, 2, 3));
    assertLater(placeless("0-1-8", 4, 2, 3), placeless("0-1-9", 4, 1, 1));
  }

  /** The snapshot's partition is another: its number grew, or the contract does not say it. */
  @Test
  void besideAChangeWithoutAPlaceASnapshotOfAnotherPartitionGoesByTheClock() {
    Order snapshot = binlogSnapshot("b.000001", 203969);
    assertLater(snapshot, placeless("0-1-404", 5, -1, 11));
    assertLater(snapshot, placeless("0-1-404", 6, -1, 11));
    assertLater(placeless("0-1-404", 4, -1, 11), snapshot);
  }

  /** After a failover the new primary has another binlog, and goes on with the domain's numbers. */
  @Test
  void gtidsOrderTheTransactionsOfOneServerOrDomain() {
    assertLater(binlog("b.000900", 4, 0, "0-1-9", 7), binlog("b.000002", 4, 0, "0-2-10", 7));
    String server = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
    assertLater(
        binlog("b.000900", 4, 0, server + ":9", 7), binlog("b.000002", 4, 0, server + ":10", 7));
    // Of one transaction.
    assertLater(
        binlog("b.000002", 4, 0, server + ":10", 7), binlog("b.000002", 4, 1, server + ":10", 7));
    // Two servers of MySQL count by themselves, and with other names the time is left.
    assertLater(
        binlog("a.000900", 4, 0, server + ":99", 7), binlog("b.000002", 4, 0, "other:10", 8));
  }
}
