package io.sluice.compact;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.complete.DateFiles;
import io.sluice.complete.LiveFiles;
import io.sluice.complete.Publication;
import io.sluice.lake.AppendLog;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Store;
import io.sluice.lake.StoreScript;
import io.sluice.write.TestPanes;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * One rewrite that sleeps right after its file has become visible, and what others do meanwhile; in
 * the order that needs it to be remembered that the rewrite was declared dead.
 */
final class SleepingRewrite {
  private static final LocalDate DATE = LocalDate.of(2026, 1, 2);

  private final StoreScript script = StoreScript.inMemory(0);

  /** What all see: all of it, or manifests of which the dead rewrites have gone. */
  private final Store store;

  private final List<String> underWay = new ArrayList<>();

  SleepingRewrite(boolean forgets) {
    store =
        forgets
            ? around(
                script.bare(),
                (method, args) ->
                    method.equals("read")
                            && args.length == 1
                            && ((String) args[0]).contains("_manifest-")
                        ? script.bare().read((String) args[0]).map(SleepingRewrite::forgotten)
                        : null)
            : script.bare();
  }

  private static byte[] forgotten(byte[] manifest) {
    try {
      ObjectNode json = (ObjectNode) new ObjectMapper().readTree(manifest);
      json.remove("abandoned_rewrites");
      return json.toString().getBytes(UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether the rewrite says that it took effect. */
  boolean run() throws IOException {
    AppendLog writer = new AppendLog(store, TestPanes.TABLE, DATE, 0, false, script.time());
    writer.append(TestPanes.rows(0, 1, 2, 3));
    writer.append(TestPanes.rows(4, 5, 6, 7));
    new Publication(store, TestPanes.TABLE, DATE).complete(Map.of());
    script.pass(Duration.ofHours(2));
    boolean tookEffect;
    try (Rewrite rewrite = rewrite(sleeping())) {
      List<LakeFiles.DataFile> files = LiveFiles.read(store, TestPanes.TABLE).files();
      Rewrite.Log log = rewrite.replacing(files.stream().map(LakeFiles.DataFile::part).toList());
      log.add(out -> TestPanes.write(out, log.replaces(), 0, 1, 2, 3, 4, 5, 6, 7));
      tookEffect = rewrite.commit();
    }
    store.delete(underWay);
    return tookEffect;
  }

  /** Whose rows are there when all is over. */
  long rows() throws IOException {
    return LiveFiles.read(script.bare(), TestPanes.TABLE).files().stream()
        .mapToLong(file -> file.footer().rows())
        .sum();
  }

  private Rewrite rewrite(Store at) {
    return new Rewrite(
        at, TestPanes.TABLE, DATE, Duration.ofHours(1), false, BeforeDeletion.NOTHING, 1);
  }

  /** The store as the rewrite sees it: the answer to its first completion never comes. */
  private Store sleeping() {
    return around(
        store,
        (method, args) ->
            method.equals("begin") && ((String) args[0]).endsWith(".parquet")
                ? new Forgetful(store.begin((String) args[0], (String) args[1]))
                : null);
  }

  private final class Forgetful implements Store.Upload {
    private final Store.Upload upload;
    private boolean slept;

    Forgetful(Store.Upload upload) {
      this.upload = upload;
    }

    @Override
    public OutputStream stream() {
      return upload.stream();
    }

    @Override
    public void prepare() throws IOException {
      upload.prepare();
    }

    @Override
    public Store.Outcome commit(BooleanSupplier allowed) throws IOException {
      Store.Outcome outcome = upload.commit(allowed);
      if (!slept) {
        slept = true;
        meanwhile();
        throw new IOException("time-out");
      }
      return outcome;
    }

    @Override
    public void close() {
      upload.close();
    }
  }

  private void meanwhile() throws IOException {
    script.pass(Duration.ofHours(2));
    Store slow =
        around(
            store,
            (method, args) -> {
              if (method.equals("delete")) {
                ((List<?>) args[0]).forEach(key -> underWay.add((String) key));
                throw new IOException("time-out");
              }
              return null;
            });
    try (Rewrite first = rewrite(slow)) {
      first.clean(false);
      throw new IllegalStateException("its deletion was answered");
    } catch (IOException e) {
      // It is under way.
    }
    try (Rewrite second = rewrite(store)) {
      second.clean(false);
    }
    if (!DateFiles.read(store, TestPanes.TABLE, DATE).abandoned().isEmpty()) {
      throw new IllegalStateException("the second has deleted nothing");
    }
    new AppendLog(store, TestPanes.TABLE, DATE, 0, false, script.time()).append(TestPanes.rows(8));
    new Publication(store, TestPanes.TABLE, DATE).complete(Map.of());
  }

  /** What is done in a store's place; null for what the store does. */
  private interface Instead {
    @org.jspecify.annotations.Nullable
    Object call(String method, Object[] args) throws IOException;
  }

  private static Store around(Store store, Instead instead) {
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (proxy, method, args) -> {
              Object result = instead.call(method.getName(), args == null ? new Object[0] : args);
              try {
                return result != null ? result : method.invoke(store, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
