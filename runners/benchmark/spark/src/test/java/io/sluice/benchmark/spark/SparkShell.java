package io.sluice.benchmark.spark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Spark for tests of other modules, which ask it in between whatever else they do: {@code
 * KEY=VALUE…} are its settings, and each line of standard input is a statement, until the input
 * ends.
 */
public final class SparkShell {
  private SparkShell() {}

  /**
   * Prints {@code row: VALUES} for each row of a statement, with bars between its values, and then
   * {@code done}; or {@code failed: MESSAGE} where Spark refuses it.
   */
  public static void main(String[] args) throws IOException {
    SparkSession.Builder builder =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.shuffle.partitions", "1");
    for (String setting : args) {
      int equals = setting.indexOf('=');
      builder.config(setting.substring(0, equals), setting.substring(equals + 1));
    }
    SparkSession spark = builder.getOrCreate();
    PrintStream out = new PrintStream(System.out, true, UTF_8);
    try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      for (String statement = in.readLine(); statement != null; statement = in.readLine()) {
        answer(spark, statement, out);
      }
    } finally {
      spark.stop();
    }
  }

  // Scala's methods throw checked exceptions that they do not declare.
  private static void answer(SparkSession spark, String statement, PrintStream out) {
    try {
      List<Row> rows = spark.sql(statement).collectAsList();
      for (Row row : rows) {
        out.println("row: " + oneLine(row.mkString("|")));
      }
      out.println("done");
    } catch (Exception e) {
      out.println("failed: " + oneLine(String.valueOf(e.getMessage())));
    }
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\R", " ");
  }
}
