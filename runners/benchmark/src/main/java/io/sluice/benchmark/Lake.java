package io.sluice.benchmark;

import io.sluice.contract.Positioned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A table in a directory, as DuckDB sees it, with no code of the pipeline. */
final class Lake implements AutoCloseable {
  /** Offsets that are held in memory at a time, to see whether each is there once. */
  private static final long CHUNK = 8_000_000;

  private final @Nullable Path root;
  private final List<Path> given;
  private final Connection connection;
  private final Statement sql;
  private final Map<Path, Long> rowsByFile = new HashMap<>();

  /**
   * Opens a table.
   *
   * @param root its folder, and not the lake's: there temporary files come and go, and a walk that
   *     meets one fails. It may be missing yet
   * @param work for what does not fit in memory
   */
  Lake(Path root, Path work) throws SQLException {
    this(root, List.of(), work);
  }

  /**
   * Opens just these files.
   *
   * @param work for what does not fit in memory
   */
  Lake(List<Path> files, Path work) throws SQLException {
    this(null, files, work);
  }

  private Lake(@Nullable Path root, List<Path> given, Path work) throws SQLException {
    this.root = root;
    this.given = List.copyOf(given);
    this.connection = DriverManager.getConnection("jdbc:duckdb:");
    this.sql = connection.createStatement();
    sql.execute("set timezone='UTC'");
    sql.execute("set threads=2");
    sql.execute("set memory_limit='2GB'");
    sql.execute("set temp_directory='" + work + "'");
  }

  /** Rows of the files that are there now, by their footers. */
  long rows() throws IOException, SQLException {
    for (Path file : files()) {
      // A file that is there never changes.
      if (!rowsByFile.containsKey(file)) {
        rowsByFile.put(
            file, number("select sum(num_rows) from parquet_file_metadata('" + file + "')"));
      }
    }
    return rowsByFile.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The data files that are there now. */
  List<Path> files() throws IOException {
    if (root == null) {
      return given;
    }
    return Files.isDirectory(root) ? Heat.dataFiles(root) : List.of();
  }

  /** The rows of each file. */
  double[] rowsOfFiles() {
    return rowsByFile.values().stream().mapToDouble(Long::doubleValue).toArray();
  }

  /**
   * The count.
   *
   * @param lost records of the topic without a row
   * @param duplicate rows beyond the first of a record
   * @param strange rows of records that nobody sent
   */
  record Count(long rows, long lost, long duplicate, long strange) {
    boolean isPerfect() {
      return lost == 0 && duplicate == 0 && strange == 0;
    }
  }

  /**
   * Counts rows by partition and offset.
   *
   * @param acknowledged how many records each partition has, from offset 0 on
   */
  Count count(long[] acknowledged) throws IOException, SQLException {
    String rows = view();
    long all = number("select count(*) from " + rows);
    long inRange = 0;
    long distinct = 0;
    long sent = 0;
    for (int partition = 0; partition < acknowledged.length; partition++) {
      sent += acknowledged[partition];
      for (long from = 0; from < acknowledged[partition]; from += CHUNK) {
        String query =
            "select count(*), count(distinct %2$s) from %5$s where %1$s = %3$d and %2$s >= %4$d and %2$s < %6$d"
                .formatted(
                    Positioned.PARTITION,
                    Positioned.OFFSET,
                    partition,
                    from,
                    rows,
                    Math.min(acknowledged[partition], from + CHUNK));
        try (ResultSet result = sql.executeQuery(query)) {
          result.next();
          inRange += result.getLong(1);
          distinct += result.getLong(2);
        }
      }
    }
    return new Count(all, sent - distinct, inRange - distinct, all - inRange);
  }

  /**
   * Latencies by the quarter of the load in which the record was sent: milliseconds from the
   * record's Kafka timestamp to when its file could be read.
   *
   * <p>A file's time is that of its inode's last change: a commit links the file's name, forces the
   * directory to disk and removes the temporary name, which is the change. So it is late by that
   * forcing, and never early.
   *
   * @param beginMillis when the load began
   * @param seconds how long it was
   */
  List<Latencies> latencies(long beginMillis, double seconds) throws IOException, SQLException {
    Map<Path, Long> changed = new HashMap<>();
    for (Path file : files()) {
      changed.put(file, ((FileTime) Files.getAttribute(file, "unix:ctime")).toMillis());
    }
    return latencies(beginMillis, seconds, changed);
  }

  /**
   * The same to other moments than that of the file.
   *
   * @param readable when each file could be read, in milliseconds since the epoch
   */
  List<Latencies> latencies(long beginMillis, double seconds, Map<Path, Long> readable)
      throws IOException, SQLException {
    sql.execute("create or replace temp table committed (filename varchar, millis bigint)");
    try (var insert = connection.prepareStatement("insert into committed values (?, ?)")) {
      for (Path file : files()) {
        insert.setString(1, file.toString());
        insert.setLong(2, Objects.requireNonNull(readable.get(file), file.toString()));
        insert.execute();
      }
    }
    String time = "epoch_ms(" + Positioned.RECORD_TIME + ")";
    String query =
        "select greatest(0, least(3, (%s - %d) * 4 // %d)) as part, millis - %s as latency, count(*)"
                .formatted(time, beginMillis, Math.max(1, (long) (seconds * 1000)), time)
            + " from "
            + view()
            + " join committed using (filename) group by part, latency";
    List<Latencies> quarters = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      quarters.add(new Latencies());
    }
    try (ResultSet result = sql.executeQuery(query)) {
      while (result.next()) {
        quarters.get(result.getInt(1)).add(result.getLong(2), result.getLong(3));
      }
    }
    return quarters;
  }

  private String view() throws IOException {
    List<String> files = files().stream().map(file -> "'" + file + "'").toList();
    if (files.isEmpty()) {
      throw new IllegalStateException(root == null ? "no file" : "no file in " + root);
    }
    return "read_parquet([" + String.join(",", files) + "], filename=true)";
  }

  private long number(String query) throws SQLException {
    try (ResultSet result = sql.executeQuery(query)) {
      result.next();
      return result.getLong(1);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
