package io.sluice.glue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.follow.Follower;
import io.sluice.follow.FollowerContract;
import io.sluice.lake.Store;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.EntityNotFoundException;
import software.amazon.awssdk.services.glue.model.Partition;
import software.amazon.awssdk.services.glue.model.PartitionInput;
import software.amazon.awssdk.services.glue.model.StorageDescriptor;
import software.amazon.awssdk.services.glue.model.Table;
import software.amazon.awssdk.services.glue.model.TableInput;

/**
 * The same against a Glue that others have made, such as Moto's server: {@code
 * -Dsluice.glue=http://127.0.0.1:5000}. Its database {@code lake} is made anew for each test.
 */
@EnabledIfSystemProperty(
    named = "sluice.glue",
    matches = "http://.*",
    disabledReason =
        "it needs a server that speaks Glue's API: -Dsluice.glue=ENDPOINT, as each night has it")
class OtherGlueTest extends FollowerContract {
  private static final String TABLE_NAME = TABLE.name();

  @TempDir Path directory;
  private URI endpoint;
  private GlueClient glue;

  @BeforeEach
  void begin() {
    endpoint = URI.create(System.getProperty("sluice.glue"));
    glue = TestLake.client(endpoint);
  }

  @AfterEach
  void end() {
    glue.close();
  }

  private void makeDatabase() {
    try {
      glue.deleteDatabase(request -> request.name(TestLake.DATABASE));
    } catch (EntityNotFoundException e) {
      // The first test.
    }
    glue.createDatabase(
        request -> request.databaseInput(database -> database.name(TestLake.DATABASE)));
  }

  private Optional<Table> table() {
    try {
      return Optional.of(
          glue.getTable(request -> request.databaseName(TestLake.DATABASE).name(TABLE_NAME))
              .table());
    } catch (EntityNotFoundException e) {
      return Optional.empty();
    }
  }

  private Map<String, Partition> partitions() {
    Map<String, Partition> found = new TreeMap<>();
    if (table().isPresent()) {
      glue.getPartitionsPaginator(
              request -> request.databaseName(TestLake.DATABASE).tableName(TABLE_NAME))
          .forEach(page -> page.partitions().forEach(one -> found.put(one.values().get(0), one)));
    }
    return found;
  }

  private static PartitionInput input(Partition partition, StorageDescriptor storage) {
    return PartitionInput.builder()
        .values(partition.values())
        .parameters(partition.parameters())
        .storageDescriptor(storage)
        .build();
  }

  private static ObjectNode json(Partition partition) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.putObject("StorageDescriptor")
        .put("InputFormat", partition.storageDescriptor().inputFormat())
        .put("Location", partition.storageDescriptor().location());
    return json;
  }

  @Override
  protected Target create() {
    Path root = directory.resolve(UUID.randomUUID().toString());
    Store store = TestLake.open(root);
    makeDatabase();
    return new Target() {
      @Override
      public Follower open(Steps steps) {
        return TestLake.follower(
            new GlueFollowerTest.SteppingStore(TestLake.open(root), steps),
            TABLE,
            GlueFollowerTest.stepping(TestLake.client(endpoint), steps),
            endpoint);
      }

      @Override
      public List<String> read(LocalDate date) throws IOException {
        Partition partition = partitions().get(date.toString());
        return Partitions.read(partition == null ? null : json(partition), store).stream()
            .map(place -> place.substring(place.lastIndexOf('/') + 1))
            .toList();
      }

      @Override
      public void spoil(LocalDate date) {
        Partition partition = partitions().get(date.toString());
        glue.updatePartition(
            request ->
                request
                    .databaseName(TestLake.DATABASE)
                    .tableName(TABLE_NAME)
                    .partitionValueList(date.toString())
                    .partitionInput(
                        input(
                            partition,
                            partition.storageDescriptor().toBuilder()
                                .location("file://" + root + "/elsewhere/")
                                .build())));
      }

      @Override
      public Restore save() throws IOException {
        Optional<Table> table = table();
        Map<String, Partition> partitions = partitions();
        GlueFollowerTest.Lists lists = GlueFollowerTest.Lists.of(store);
        return () -> {
          makeDatabase();
          table.ifPresent(OtherGlueTest.this::put);
          partitions.values().forEach(OtherGlueTest.this::put);
          lists.restore(store);
        };
      }
    };
  }

  private void put(Table table) {
    glue.createTable(
        request ->
            request
                .databaseName(TestLake.DATABASE)
                .tableInput(
                    TableInput.builder()
                        .name(table.name())
                        .tableType(table.tableType())
                        .parameters(table.parameters())
                        .partitionKeys(table.partitionKeys())
                        .storageDescriptor(table.storageDescriptor())
                        .build()));
  }

  private void put(Partition partition) {
    glue.createPartition(
        request ->
            request
                .databaseName(TestLake.DATABASE)
                .tableName(TABLE_NAME)
                .partitionInput(input(partition, partition.storageDescriptor())));
  }
}
