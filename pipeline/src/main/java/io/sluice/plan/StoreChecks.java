package io.sluice.plan;

import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.Table;
import io.sluice.lake.ContractHistory;
import io.sluice.lake.LakeDescriptor;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/**
 * Tries what a run does with a store, once for all of its tables, on objects named {@code
 * _sluice/probe…}. Those that it makes it removes again, where it may. Of each table it looks at
 * what is there.
 */
final class StoreChecks implements AutoCloseable {
  /** A run's, too: its policy allows no other to be written with a condition only. */
  private static final String PROBE = "_sluice/probe";

  private static final String ENCRYPTED_PROBE = "_sluice/probe-encrypted";

  private final String name;
  private final Stores stores;
  private final PipelineOptions options;
  private @Nullable Store opened;
  private boolean isTried;
  private boolean isListed;

  /** What was tried before a table is looked at, and after. */
  private final Checks before = new Checks();

  private final Checks after = new Checks();

  /**
   * @param name of the flag that names the store
   */
  StoreChecks(String name, Stores stores, PipelineOptions options) {
    this.name = name;
    this.stores = stores;
    this.options = options;
  }

  /**
   * Looks at a table, and tries the store before the first one.
   *
   * @param contract of a table whose contracts are recorded, null for one that has none
   * @param checks get what was tried
   * @return what the store has of the table already; nothing where that is nothing, or not known
   */
  Optional<LakeDescriptor> of(
      Table table,
      @Nullable Contract contract,
      Checks checks,
      @Nullable Integer shards,
      boolean reshard) {
    if (!isTried) {
      isTried = true;
      tried();
    }
    checks.addAll(before);
    Store store = opened;
    Optional<LakeDescriptor> found =
        store == null || !isListed
            ? Optional.empty()
            : table(store, table, contract, checks, shards, reshard);
    checks.addAll(after);
    return found;
  }

  /**
   * The store.
   *
   * @throws UserException where it cannot be opened
   */
  Store store() {
    Store store = opened;
    if (store == null) {
      store = stores.open(options);
      opened = store;
    }
    return store;
  }

  private void tried() {
    List<String> later = List.of("put", "conditions", "get");
    // It opens no connection: what a region, a profile or a path lacks is told here.
    if (!before.check(
        name,
        "check --" + name,
        () -> {
          Store store = store();
          if (stores.directory().map(Files::isRegularFile).orElse(false)) {
            throw new UserException(store.root() + " is a file: name a directory");
          }
          return store.root();
        })) {
      skip(List.of("list"), "it could not be opened");
      skip(later, "it could not be opened");
      return;
    }
    Deque<Path> made = missingFolders();
    try {
      tried(store(), later);
    } finally {
      removeFolders(made);
    }
  }

  private void tried(Store store, List<String> later) {
    Set<String>[] had = newSet();
    isListed =
        check(
            before,
            "list",
            () -> {
              had[0] = store.list(PROBE).stream().map(Store.Entry::key).collect(Collectors.toSet());
              return "allowed";
            });
    if (!isListed) {
      skip(later, "its list could not be read");
      return;
    }
    if (!check(after, "put", () -> put(store))) {
      skip(later.subList(1, later.size()), "nothing could be put there");
      return;
    }
    check(after, "conditions", this::conditions);
    check(after, "get", () -> get(store, PROBE));
    if (stores.s3().kmsKeyId() != null && store.root().startsWith("s3://")) {
      check(after, "encryption", () -> encrypted(store));
    }
    remove(store, had[0]);
  }

  private Optional<LakeDescriptor> table(
      Store store,
      Table table,
      @Nullable Contract contract,
      Checks checks,
      @Nullable Integer shards,
      boolean reshard) {
    LakeDescriptor[] found = new LakeDescriptor[1];
    check(
        checks,
        "table",
        () -> {
          Optional<LakeDescriptor> there = LakeDescriptor.find(store, table);
          there.ifPresent(lake -> lake.require(store, table, shards, reshard));
          found[0] = there.orElse(null);
          return there
              .map(lake -> table.name() + " is there, with " + lake.shards() + " shards")
              .orElse(table.name() + " is new");
        });
    if (contract != null) {
      check(
          checks,
          "contract",
          () -> {
            ContractHistory.check(
                store,
                found[0] == null ? contract : contract.withTimestamps(found[0].timestamps()));
            return "contract " + contract.version() + " fits";
          });
    }
    return Optional.ofNullable(found[0]);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Set<String>[] newSet() {
    return new Set[] {Set.of()};
  }

  /** What a store refuses, it says with the fix: the same as in every other verb. */
  private boolean check(Checks checks, String what, Checks.Try tried) {
    return checks.check(
        name + ": " + what, "see what stands there, and whether others write it", tried);
  }

  private void skip(List<String> names, String why) {
    names.forEach(what -> after.skipped(name + ": " + what, why));
  }

  /** One try, not ten as a run would make: what is forbidden is known at once. */
  private static String put(Store store) throws IOException {
    try (Store.Upload upload = store.begin(PROBE, UUID.randomUUID().toString())) {
      upload.stream().write('\n');
      upload.commit();
    }
    return "allowed";
  }

  private String conditions() throws IOException {
    Stores probed = stores.probed(options);
    if (!probed.root().startsWith("s3://")) {
      return "no file that is there is overwritten";
    }
    return probed.s3().multipart()
        ? "If-None-Match holds"
        : "If-None-Match holds on PutObject, not on CompleteMultipartUpload: files go up whole";
  }

  private static String get(Store store, String key) throws IOException {
    if (store.read(key).isEmpty()) {
      throw new IOException(store.root() + "/" + key + " is not there after it was written");
    }
    return "allowed";
  }

  private String encrypted(Store store) throws IOException {
    byte[] content = UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8);
    store.replace(ENCRYPTED_PROBE, content);
    byte[] read = store.read(ENCRYPTED_PROBE).orElse(new byte[0]);
    if (!Arrays.equals(content, read)) {
      throw new IOException(store.root() + "/" + ENCRYPTED_PROBE + " is not what was written");
    }
    return "written and read with " + stores.s3().kmsKeyId();
  }

  private void remove(Store store, Set<String> before) {
    List<String> made = List.of();
    try {
      made =
          store.list(PROBE).stream()
              .map(Store.Entry::key)
              .filter(key -> !before.contains(key))
              .toList();
      store.delete(made);
    } catch (IOException | RuntimeException e) {
      after.note(
          name + ": left",
          String.join(" ", made)
              + (made.isEmpty() ? "the probe" : "")
              + " stays: these credentials may not delete, and a run need not");
    }
  }

  /** Folders of a directory lake that are not there yet, the innermost first. */
  private Deque<Path> missingFolders() {
    Deque<Path> missing = new ArrayDeque<>();
    stores
        .directory()
        .ifPresent(
            root -> {
              for (Path at = root; at != null && !Files.exists(at); at = at.getParent()) {
                missing.addLast(at);
              }
              for (String folder : List.of("_sluice", "_sluice/tmp")) {
                if (!Files.exists(root.resolve(folder))) {
                  missing.addFirst(root.resolve(folder));
                }
              }
            });
    return missing;
  }

  private void removeFolders(Deque<Path> made) {
    try {
      for (Path folder : made) {
        Files.deleteIfExists(folder);
      }
    } catch (DirectoryNotEmptyException e) {
      // Somebody else has begun to use it.
    } catch (IOException e) {
      after.note(name + ": left", "a folder stays: " + e);
    }
  }

  @Override
  public void close() {
    if (opened != null) {
      opened.close();
    }
  }
}
