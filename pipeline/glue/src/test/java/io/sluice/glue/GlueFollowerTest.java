package io.sluice.glue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.follow.Follower;
import io.sluice.follow.FollowerContract;
import io.sluice.lake.PassingStore;
import io.sluice.lake.Store;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.glue.GlueClient;

/** What every follower keeps, of a table in Glue, as readers find a date by its partition. */
class GlueFollowerTest extends FollowerContract {
  private static final String LISTS = "_symlink_format_manifest/";

  @TempDir Path directory;
  private GlueEmulator glue;

  @BeforeEach
  void begin() throws IOException {
    glue = new GlueEmulator();
  }

  @AfterEach
  void end() {
    glue.close();
  }

  /** Each call to the store is a step. */
  static final class SteppingStore extends PassingStore {
    private final Steps steps;

    SteppingStore(Store store, Steps steps) {
      super(store);
      this.steps = steps;
    }

    @Override
    public Optional<byte[]> read(String key) throws IOException {
      steps.step();
      return super.read(key);
    }

    @Override
    public Upload begin(String key, String token) throws IOException {
      steps.step();
      return super.begin(key, token);
    }

    @Override
    public void replace(String key, byte[] content) throws IOException {
      steps.step();
      super.replace(key, content);
    }
  }

  /** The lists of files that partitions lead to, as they were. */
  record Lists(Map<String, byte[]> content) {
    static Lists of(Store store) throws IOException {
      Map<String, byte[]> copy = new TreeMap<>();
      for (Store.Entry entry : store.list(LISTS)) {
        copy.put(entry.key(), store.read(entry.key()).orElseThrow());
      }
      return new Lists(copy);
    }

    void restore(Store store) throws IOException {
      for (Map.Entry<String, byte[]> one : content.entrySet()) {
        store.replace(one.getKey(), one.getValue());
      }
    }
  }

  /** Each call to Glue is a step. */
  static GlueClient stepping(GlueClient client, FollowerContract.Steps steps) {
    return (GlueClient)
        Proxy.newProxyInstance(
            GlueClient.class.getClassLoader(),
            new Class<?>[] {GlueClient.class},
            (proxy, method, arguments) -> {
              if (!method.getName().equals("close")) {
                try {
                  steps.step();
                } catch (IOException e) {
                  throw SdkClientException.create(e.getMessage(), e);
                }
              }
              try {
                return method.invoke(client, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Override
  protected Target create() {
    Path root = directory.resolve(UUID.randomUUID().toString());
    Store store = TestLake.open(root);
    glue.createDatabase(TestLake.DATABASE);
    return new Target() {
      private Map<String, ObjectNode> partitions() {
        return glue.partitions(TestLake.DATABASE, TABLE.name());
      }

      @Override
      public Follower open(Steps steps) {
        return TestLake.follower(
            new SteppingStore(TestLake.open(root), steps),
            TABLE,
            stepping(TestLake.client(glue.endpoint()), steps),
            glue.endpoint());
      }

      /** As an engine does: what is in the partition's folder leads to files. */
      @Override
      public List<String> read(LocalDate date) throws IOException {
        return Partitions.read(partitions().get(date.toString()), store).stream()
            .map(place -> place.substring(place.lastIndexOf('/') + 1))
            .toList();
      }

      @Override
      public void spoil(LocalDate date) throws IOException {
        ObjectNode partition = partitions().get(date.toString());
        ((ObjectNode) partition.path("StorageDescriptor"))
            .put("Location", "file://" + root + "/elsewhere/");
      }

      @Override
      public Restore save() throws IOException {
        Runnable database = glue.save(TestLake.DATABASE);
        Lists lists = Lists.of(store);
        return () -> {
          database.run();
          lists.restore(store);
        };
      }
    };
  }
}
