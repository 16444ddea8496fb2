package io.sluice.local.debezium;

import io.sluice.deadletter.Reason;
import io.sluice.local.UserActions;
import io.sluice.local.UserActions.Event;
import io.sluice.local.UserActions.Expected;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Changes the rows of the demo's table: of ten changes some six insert a row, three update one and
 * one deletes one. A broken event is a row that the table takes and the contract does not, and that
 * is never changed again. The database counts the changes, whoever makes them.
 */
final class TableChanges {
  /** Rows that the contract takes, as SQL has them. */
  static final String ACCEPTED = "demo.accepts(event_name)";

  private static final int TOO_LARGE = 1_100_000;
  private static final int MOST_IN_A_TRANSACTION = 1_000;
  private static final int OF_TEN_INSERT = 6;
  private static final int OF_TEN_UPDATE = 3;

  /** How many changes were made, by kind. */
  record Made(long inserted, long updated, long deleted) {
    long all() {
      return inserted + updated + deleted;
    }
  }

  private final Connection connection;
  private final UserActions actions;

  /** The ids of the rows that may be changed. */
  private final List<Long> live = new ArrayList<>();

  private long nextId;

  /** Goes on where the database says that it is; the connection is to commit by hand. */
  TableChanges(Connection connection, UserActions actions) throws SQLException {
    this.connection = connection;
    this.actions = actions;
    try (Statement statement = connection.createStatement()) {
      // An id may be somebody else's, or of a row that is gone.
      try (ResultSet greatest = statement.executeQuery("select max(id) from user_actions")) {
        greatest.next();
        nextId = Math.max(greatest.getLong(1), made(connection).inserted()) + 1;
      }
      try (ResultSet rows =
          statement.executeQuery(
              "select id from user_actions where " + ACCEPTED + " order by id")) {
        while (rows.next()) {
          live.add(rows.getLong(1));
        }
      }
    }
    connection.commit();
  }

  /** What the database says. */
  static Made made(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("select kind, sum(n)::bigint from demo.made group by kind")) {
      Map<String, Long> made = new HashMap<>();
      while (rows.next()) {
        made.put(rows.getString(1), rows.getLong(2));
      }
      return new Made(
          made.getOrDefault("INSERT", 0L),
          made.getOrDefault("UPDATE", 0L),
          made.getOrDefault("DELETE", 0L));
    }
  }

  /**
   * Makes the changes that are not made yet.
   *
   * @param rate how many a second; 0: as fast as they can be made
   * @param made is told how many are committed
   */
  void make(long changes, double rate, LongConsumer made)
      throws SQLException, InterruptedException {
    int most =
        rate > 0
            ? (int) Math.max(1, Math.min(MOST_IN_A_TRANSACTION, rate / 10))
            : MOST_IN_A_TRANSACTION;
    long begin = System.nanoTime();
    long from = made(connection).all();
    connection.commit();
    for (long n = from; n < changes; ) {
      long to = Math.min(changes, n + most);
      makeInOneTransaction(n, to);
      n = to;
      made.accept(n);
      if (rate > 0) {
        long left = begin + (long) ((n - from) / rate * 1e9) - System.nanoTime();
        TimeUnit.NANOSECONDS.sleep(Math.max(0, left));
      }
    }
  }

  /** A row is inserted before it is updated, and updated before it is deleted. */
  private void makeInOneTransaction(long from, long to) throws SQLException {
    try (PreparedStatement insert =
            connection.prepareStatement(
                "insert into user_actions (updated_at, event_name, platform, product_name, sku, user_id, id)"
                    + " values (?, ?, ?, ?, ?, ?, ?)");
        PreparedStatement update =
            connection.prepareStatement(
                "update user_actions set updated_at = ?, event_name = ?, platform = ?, product_name = ?, sku = ?"
                    + " where id = ?");
        PreparedStatement delete =
            connection.prepareStatement("delete from user_actions where id = ?")) {
      for (long n = from; n < to; n++) {
        Event event = actions.event(n);
        SplittableRandom random = new SplittableRandom(~n * 0x9E3779B97F4A7C15L);
        int kind = random.nextInt(10);
        Expected row = event.row();
        if (row == null || kind < OF_TEN_INSERT || live.isEmpty()) {
          insert(insert, event, row);
        } else if (kind < OF_TEN_INSERT + OF_TEN_UPDATE) {
          setRow(update, event, row.name(), row);
          update.setLong(6, live.get(random.nextInt(live.size())));
          update.addBatch();
        } else {
          delete.setLong(1, removed(random.nextInt(live.size())));
          delete.addBatch();
        }
      }
      execute(insert);
      execute(update);
      execute(delete);
      connection.commit();
    }
  }

  private void insert(PreparedStatement insert, Event event, @Nullable Expected row)
      throws SQLException {
    long id = nextId++;
    if (row != null) {
      setRow(insert, event, row.name(), row);
      live.add(id);
    } else {
      boolean isLarge = event.rejected().filter(why -> why == Reason.TOO_LARGE).isPresent();
      setRow(insert, event, isLarge ? "x".repeat(TOO_LARGE) : null, null);
    }
    insert.setString(6, event.key());
    insert.setLong(7, id);
    insert.addBatch();
  }

  private static void setRow(
      PreparedStatement statement, Event event, @Nullable String name, @Nullable Expected row)
      throws SQLException {
    statement.setTimestamp(1, Timestamp.from(event.recordTime()));
    statement.setString(2, name);
    statement.setString(3, row == null ? null : row.platform());
    statement.setString(4, row == null ? null : row.product());
    statement.setString(5, row == null ? null : row.sku());
  }

  private long removed(int place) {
    long id = live.get(place);
    live.set(place, live.get(live.size() - 1));
    live.remove(live.size() - 1);
    return id;
  }

  private static void execute(PreparedStatement batch) throws SQLException {
    for (int changed : batch.executeBatch()) {
      if (changed != 1) {
        throw new SQLException("a change of one row changed " + changed);
      }
    }
  }
}
