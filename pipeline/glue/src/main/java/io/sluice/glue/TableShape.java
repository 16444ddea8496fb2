package io.sluice.glue;

import io.sluice.UserException;
import io.sluice.follow.FileLists;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.glue.model.Column;
import software.amazon.awssdk.services.glue.model.SerDeInfo;
import software.amazon.awssdk.services.glue.model.StorageDescriptor;
import software.amazon.awssdk.services.glue.model.Table;
import software.amazon.awssdk.services.glue.model.TableInput;

/**
 * What a table in Glue is like. It gains columns, and fields of structs, and nothing else ever
 * happens to its schema: so jobs with an older and a newer version of a contract agree on it, in
 * any order. What others have set besides, such as comments, stays.
 *
 * @param lakeTable the lake's name
 * @param columns as a new table has them
 */
record TableShape(String lakeTable, String dateColumn, List<Column> columns) {
  /** Whose lists the table's partitions lead to. */
  static final String OWNER = "sluice.lists";

  private static final String INPUT = "org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat";
  private static final String OUTPUT = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat";
  private static final SerDeInfo SERDE =
      SerDeInfo.builder()
          .serializationLibrary("org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe")
          .parameters(Map.of("serialization.format", "1"))
          .build();

  TableShape {
    columns = List.copyOf(columns);
  }

  static Column column(String name, HiveType type, String comment) {
    Column.Builder column = Column.builder().name(name).type(type.toString());
    return comment.isEmpty() ? column.build() : column.comment(comment).build();
  }

  /** How a partition, or the table, is read. */
  static StorageDescriptor storage(String location, List<Column> columns) {
    return StorageDescriptor.builder()
        .columns(columns)
        .location(location)
        .inputFormat(INPUT)
        .outputFormat(OUTPUT)
        .compressed(false)
        .serdeInfo(SERDE)
        .build();
  }

  /** Whether readers are led to the lists at a location, and read files of Parquet there. */
  static boolean leads(@Nullable StorageDescriptor storage, String location) {
    return storage != null
        && normal(storage.location()).equals(normal(location))
        && INPUT.equals(storage.inputFormat())
        && storage.serdeInfo() != null
        && SERDE.serializationLibrary().equals(storage.serdeInfo().serializationLibrary());
  }

  /** Places as different writers spell them: {@code s3a://}, with a slash at the end or without. */
  private static String normal(@Nullable String location) {
    return String.valueOf(location).replaceFirst("^s3[an]://", "s3://").replaceAll("/+$", "");
  }

  /** A table that is not there yet. */
  TableInput input(String name, FileLists lists) {
    return TableInput.builder()
        .name(name)
        .description("The live files of the lake's table " + lakeTable + ", by sluice.")
        .tableType("EXTERNAL_TABLE")
        .parameters(Map.of("EXTERNAL", "TRUE", "classification", "parquet", OWNER, lists.place()))
        .partitionKeys(Column.builder().name(dateColumn).type("date").build())
        .storageDescriptor(storage(lists.place(), columns))
        .build();
  }

  /**
   * Refuses a table that is another's.
   *
   * @param what names the table
   */
  void requireOurs(String what, Table table, FileLists lists) {
    String owner = table.parameters().get(OWNER);
    if (!lists.place().equals(owner)) {
      throw new UserException(
          what
              + " is there, and "
              + (owner == null
                  ? "was not made by --publish=glue"
                  : "is of another lake, with the lists in " + owner)
              + ": name another --glueDatabase or --glueTable, such as {table}_live, or drop it");
    }
    List<String> keys = table.partitionKeys().stream().map(Column::name).toList();
    if (!keys.equals(List.of(dateColumn))) {
      throw new UserException(
          what
              + " is partitioned by "
              + String.join(", ", keys)
              + ", and the lake by "
              + dateColumn
              + ": drop the table; it is made anew");
    }
  }

  /**
   * What a table of ours becomes; empty where it is as it is to be.
   *
   * @param what names the table
   * @throws IOException where a column has another type there
   */
  Optional<TableInput> merged(String what, Table now, FileLists lists) throws IOException {
    StorageDescriptor storage = now.storageDescriptor();
    List<Column> has = storage == null ? List.of() : storage.columns();
    List<Column> merged = merge(what, has);
    if (merged.equals(has) && leads(storage, lists.place())) {
      return Optional.empty();
    }
    return Optional.of(
        TableInput.builder()
            .name(now.name())
            .description(now.description())
            .owner(now.owner())
            .retention(now.retention())
            .tableType("EXTERNAL_TABLE")
            .parameters(now.parameters())
            .partitionKeys(now.partitionKeys())
            .storageDescriptor(storage(lists.place(), merged))
            .build());
  }

  private List<Column> merge(String what, List<Column> has) throws IOException {
    Map<String, Column> merged = new LinkedHashMap<>();
    has.forEach(column -> merged.put(column.name(), column));
    for (Column wanted : columns) {
      Column now = merged.get(wanted.name());
      if (now == null) {
        merged.put(wanted.name(), wanted);
        continue;
      }
      HiveType type = HiveType.parse(Objects.requireNonNullElse(now.type(), ""));
      Optional<HiveType> both = HiveType.merge(type, HiveType.parse(wanted.type()));
      if (both.isEmpty()) {
        throw new IOException(
            what
                + ": its column "
                + now.name()
                + " is "
                + now.type()
                + ", and "
                + wanted.type()
                + " in the lake: files of both cannot be read by one schema; add a column of"
                + " another name to the contract, or drop the table, which is made again, if"
                + " somebody has changed the column there");
      }
      if (!both.get().equals(type)) {
        merged.put(now.name(), now.toBuilder().type(both.get().toString()).build());
      }
    }
    return new ArrayList<>(merged.values());
  }
}
