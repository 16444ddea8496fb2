package io.sluice.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.delta.KernelTable;
import io.sluice.mirror.ChangesLake.Message;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a real database says of its rows is what a mirror has: after transactions at once, changed
 * keys, truncates and a column that was added, with Debezium and the mirror killed in the middle.
 */
abstract class DatabaseMirrorContract {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String COLUMNS = "shop, id, total, large, note";
  private static final int WORKERS = 2;
  private static final long SENTINEL = 999_999;
  private static final long MOST_SECONDS = 240;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  private final Random random = new Random(7);
  private final List<Process> processes = new ArrayList<>();
  private final AtomicBoolean isOver = new AtomicBoolean();
  private int linesTaken;

  /** Starts the server. */
  abstract void start(Path folder) throws Exception;

  abstract void stop() throws Exception;

  /** A connection whose statements find the table {@code items}. */
  abstract Connection connect() throws SQLException;

  /** What comes before the first row. */
  abstract List<String> prepare();

  /** An expression of a large value that differs each time. */
  abstract String large();

  /** Whether a large value that a row had under another key is sent with it. */
  abstract boolean movesLargeValues();

  /** The connector's. */
  abstract Map<String, String> settings();

  /** The contract's columns of the change's place. */
  abstract String placeColumns();

  @AfterEach
  void end() throws Exception {
    isOver.set(true);
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
    stop();
  }

  private String contract(boolean hasNote) {
    return """
    table: item_changes
    topic: shop.items
    format: {name: debezium, key: [shop, id], truncates: row}
    event_time: changed_at
    position_columns: true
    columns:
      - {name: changed_at, path: _source_ts, type: timestamp, required: true}
      - {name: op, path: _op, type: string, required: true}
    """
        + placeColumns()
        + """
          - {name: shop, type: string}
          - {name: id, type: int64}
          - {name: total, type: int32}
          - {name: large, type: string}
        """
        + (hasNote ? "  - {name: note, type: string}\n" : "");
  }

  /** In some of the transactions some statements fail, and some are rolled back. */
  private void work(long seed) throws SQLException, InterruptedException {
    Random random = new Random(seed);
    try (Connection connection = connect()) {
      connection.setAutoCommit(false);
      while (!isOver.get()) {
        try {
          for (int i = 1 + random.nextInt(4); i > 0; i--) {
            change(connection, random);
          }
          // The other's transactions go on meanwhile.
          TimeUnit.MILLISECONDS.sleep(random.nextInt(20));
          if (random.nextInt(10) == 0) {
            connection.rollback();
          } else {
            connection.commit();
          }
        } catch (SQLException e) {
          // A duplicate key, or a deadlock.
          connection.rollback();
        }
      }
    }
  }

  private void change(Connection connection, Random random) throws SQLException {
    int kind = random.nextInt(20);
    String sql;
    if (kind < 7) {
      sql = "insert into items (shop, id, total, large) values (?, ?, %d, " + large() + ")";
    } else if (kind < 12) {
      sql = "update items set total = %d where shop = ? and id = ?";
    } else if (kind < 14) {
      sql = "update items set total = %d, large = " + large() + " where shop = ? and id = ?";
    } else if (kind < 17) {
      sql =
          "update items set id = "
              + random.nextInt(40)
              + ", total = %d"
              + (movesLargeValues() ? "" : ", large = " + large())
              + " where shop = ? and id = ?";
    } else {
      sql = "delete from items where total <> -%d and shop = ? and id = ?";
    }
    try (PreparedStatement statement =
        connection.prepareStatement(String.format(sql, 1 + random.nextInt(1000)))) {
      statement.setString(1, "shop-" + random.nextInt(3));
      statement.setLong(2, random.nextInt(40));
      statement.executeUpdate();
    }
  }

  private Process java(String name, String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String opened : List.of("java.util", "java.lang", "java.nio", "java.time")) {
      command.addAll(List.of("--add-opens", "java.base/" + opened + "=ALL-UNNAMED"));
    }
    command.addAll(List.of("-Xmx512m", "-cp", System.getProperty("java.class.path"), name));
    command.addAll(List.of(args));
    Process process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve("errors").toFile()))
            .start();
    processes.add(process);
    return process;
  }

  private Process capture() throws IOException {
    return java(CaptureMain.class.getName(), folder.toString());
  }

  private void writeSettings() throws IOException {
    Properties all = new Properties();
    all.putAll(
        Map.of(
            "name", "mirror",
            "topic.prefix", "t",
            "offset.storage", "org.apache.kafka.connect.storage.FileOffsetBackingStore",
            "offset.storage.file.filename", folder.resolve("offsets").toString(),
            // So that what was sent since is sent again after a kill.
            "offset.flush.interval.ms", "5000",
            "database.hostname", "127.0.0.1",
            "skipped.operations", "none",
            "tombstones.on.delete", "false",
            "max.batch.size", "64"));
    all.putAll(settings());
    try (var out = Files.newBufferedWriter(folder.resolve("settings"))) {
      all.store(out, null);
    }
  }

  /** The changes that have come since the last call, each with its place in the topic. */
  private List<Message> take(ChangesLake lake, int partitions) throws IOException {
    Path file = folder.resolve("changes");
    List<Message> messages = new ArrayList<>();
    if (!Files.exists(file)) {
      return messages;
    }
    String text = Files.readString(file);
    // The last line may not be at its end.
    String[] lines = text.substring(0, text.lastIndexOf('\n') + 1).split("\n", -1);
    for (int i = linesTaken; i < lines.length - 1; i++) {
      int tab = lines[i].indexOf('\t');
      if (tab >= 0 && isDocument(lines[i].substring(tab + 1))) {
        messages.add(
            lake.send(
                Math.floorMod(lines[i].substring(0, tab).hashCode(), partitions),
                lines[i].substring(tab + 1)));
      }
    }
    linesTaken = Math.max(linesTaken, lines.length - 1);
    return messages;
  }

  private static boolean isDocument(String text) {
    try {
      JsonNode json = JSON.readTree(text);
      return json.isObject();
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  private void awaitChanges(String text) throws Exception {
    Path file = folder.resolve("changes");
    for (long i = 0; i < MOST_SECONDS * 10; i++) {
      if (Files.exists(file) && Files.readString(file).contains(text)) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new AssertionError(text + " has not come; see " + folder);
  }

  private void kill(Process process) throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** One is killed at some moment after it has begun. */
  private void killAMirror(ChangesLake lake) throws Exception {
    Path file = Files.writeString(folder.resolve("contract.yaml"), lake.yaml());
    Process mirror =
        java(MirrorMain.class.getName(), folder.resolve("lake").toString(), file.toString());
    try (BufferedReader out = mirror.inputReader()) {
      assertEquals("begun", out.readLine(), "see " + folder);
      TimeUnit.MILLISECONDS.sleep(random.nextInt(3000));
      kill(mirror);
    }
    // Whole, whichever it is.
    if (!lake.versions().numbers().isEmpty()) {
      MirrorVersion newest = lake.newest();
      assertEquals(newest.rows(), lake.rows(newest, "id").size());
    }
  }

  private static MirrorVersion follow(ChangesLake lake) throws IOException {
    Mirror.Result result = lake.run(ChangesLake.SETTINGS, MirrorMain.DELTA);
    assertEquals(Optional.empty(), result.followers().late("item_changes_current"));
    return Objects.requireNonNull(result.version());
  }

  /** The rows as Delta's own kernel reads them. */
  private static List<String> delta(ChangesLake lake) throws IOException {
    List<String> rows = new ArrayList<>();
    for (Map<String, Object> row : new KernelTable(lake.store, "item_changes_current").rows()) {
      rows.add(
          Stream.of(COLUMNS.split(", ", -1))
              .map(column -> String.valueOf(row.get(column)))
              .collect(Collectors.joining(" ")));
    }
    Collections.sort(rows);
    return rows;
  }

  private void execute(String... all) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : all) {
        statement.execute(sql);
      }
    }
  }

  private List<String> table() throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select " + COLUMNS + " from items")) {
      while (row.next()) {
        rows.add(
            row.getString(1)
                + " "
                + row.getLong(2)
                + " "
                + row.getInt(3)
                + " "
                + row.getString(4)
                + " "
                + row.getString(5));
      }
    }
    Collections.sort(rows);
    return rows;
  }

  /** Shortened: what is large is known by its beginning. */
  private static List<String> without(List<String> some, List<String> others) {
    Set<String> there = new HashSet<>(others);
    return some.stream()
        .filter(row -> !there.contains(row))
        .map(row -> row.replaceAll("(\\w{12})\\w+", "$1…"))
        .toList();
  }

  @Test
  void aMirrorIsWhatTheDatabaseSays() throws Exception {
    String machine = System.getProperty("os.name") + " on " + System.getProperty("os.arch");
    assumeTrue(
        machine.equals("Linux on amd64"), "the databases' binaries are of Linux, not " + machine);
    start(folder.resolve("server"));
    execute(prepare().toArray(new String[0]));
    ExecutorService threads = Executors.newFixedThreadPool(WORKERS);
    List<Future<?>> workers = new ArrayList<>();
    for (int i = 0; i < WORKERS; i++) {
      long seed = i;
      workers.add(
          threads.submit(
              () -> {
                work(seed);
                return null;
              }));
    }
    writeSettings();
    // The first snapshot is read while transactions go on.
    TimeUnit.SECONDS.sleep(2);
    Process capture = capture();
    awaitChanges("\"op\":\"u\"");
    List<Message> late = new ArrayList<>();
    try (ChangesLake lake = new ChangesLake(folder.resolve("lake"), contract(false))) {
      for (int round = 0; round < 4; round++) {
        TimeUnit.SECONDS.sleep(4);
        if (round % 2 == 0) {
          kill(capture);
          capture = capture();
        }
        if (round == 1) {
          execute("truncate table items");
          TimeUnit.SECONDS.sleep(2);
        }
        if (round == 2) {
          execute("alter table items add column note varchar(20)");
          execute("update items set note = 'seen' where id < 20");
          lake.contract(contract(true));
        }
        List<Message> messages = take(lake, round < 2 ? 2 : 5);
        messages.addAll(late);
        late.clear();
        Collections.shuffle(messages, random);
        int kept = messages.size() / 4;
        late.addAll(messages.subList(0, kept));
        lake.append(messages.subList(kept, messages.size()));
        killAMirror(lake);
        follow(lake);
      }
      isOver.set(true);
      for (Future<?> worker : workers) {
        worker.get(1, TimeUnit.MINUTES);
      }
      threads.shutdownNow();
      execute("insert into items (shop, id, total) values ('last', " + SENTINEL + ", 1)");
      awaitChanges("\"id\":" + SENTINEL);
      kill(capture);
      lake.append(ChangesLake.joined(late, take(lake, 5)));
      MirrorVersion last = follow(lake);
      List<String> table = table();
      assertTrue(table.size() > 10, "rows are left: " + table.size());
      List<String> rows = new ArrayList<>(lake.rows(last, COLUMNS));
      assertEquals(List.of(), without(table, rows), "of the database alone; see " + folder);
      assertEquals(List.of(), without(rows, table), "of the mirror alone; see " + folder);
      assertEquals(table.size(), rows.size());
      assertEquals(table, delta(lake));
      assertEquals(0, last.unknown());
      assertEquals(0, last.late() + last.keyless());
      assertTrue(
          Files.readString(folder.resolve("changes")).contains("\"op\":\"t\""),
          "there was a truncate");
    }
  }
}
