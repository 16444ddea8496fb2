package io.sluice.benchmark.spark;

import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Asks Spark for what is in a REST catalog, as the catalog {@code ice}: {@code URI QUERY…}. Each
 * row is a line of its own.
 */
public final class ReadIceberg {
  private static final String CATALOG = "spark.sql.catalog.ice";

  private ReadIceberg() {}

  /** Prints {@code NUMBER OF THE QUERY: ROW}, for each row. */
  public static void main(String[] args) {
    SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.shuffle.partitions", "1")
            .config(CATALOG, "org.apache.iceberg.spark.SparkCatalog")
            .config(CATALOG + ".type", "rest")
            .config(CATALOG + ".uri", args[0])
            .getOrCreate();
    try {
      for (int i = 1; i < args.length; i++) {
        List<Row> rows = spark.sql(args[i]).collectAsList();
        for (Row row : rows) {
          System.out.println(i + ": " + row.mkString("|"));
        }
      }
    } finally {
      spark.stop();
    }
  }
}
