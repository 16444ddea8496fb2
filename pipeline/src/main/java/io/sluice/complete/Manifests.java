package io.sluice.complete;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.contract.Table;
import io.sluice.lake.PartFile;
import io.sluice.lake.Store;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The manifests of a date, {@code _manifest-NNNNNN.json} beside its files, and {@code _SUCCESS},
 * which names the newest once the date is complete.
 */
public final class Manifests {
  static final String SUCCESS = "_SUCCESS";
  private static final String PREFIX = "_manifest-";
  private static final Pattern NAME = Pattern.compile("/_manifest-(\\d{6,9})\\.json$");

  private final Store store;
  private final Table table;
  private final LocalDate date;
  private final String folder;

  public Manifests(Store store, Table table, LocalDate date) {
    this.store = store;
    this.table = table;
    this.date = date;
    this.folder = PartFile.folder(table.name(), table.dateColumn(), date);
  }

  /** The versions, the oldest first. */
  public List<Store.Entry> versions() throws IOException {
    return among(store.list(folder + PREFIX));
  }

  /**
   * Those of some entries that are manifests: some servers list their own temporary objects too.
   */
  static List<Store.Entry> among(List<Store.Entry> entries) {
    return entries.stream().filter(entry -> NAME.matcher(entry.key()).find()).toList();
  }

  /** The newest of the versions that can be read; empty where none can. */
  public Optional<Manifest> newestReadable(List<Store.Entry> versions) throws IOException {
    Optional<Manifest> manifest = Optional.empty();
    for (int i = versions.size() - 1; i >= 0 && manifest.isEmpty(); i--) {
      manifest = read(versions.get(i));
    }
    return manifest;
  }

  /** The newest version; empty where there is none, or it cannot be read. */
  public Optional<Manifest> newest() throws IOException {
    List<Store.Entry> versions = versions();
    return versions.isEmpty() ? Optional.empty() : read(versions.get(versions.size() - 1));
  }

  /**
   * Reads one of {@link #versions}; empty where its bytes are no manifest. Such a date is one
   * without a manifest: its files are known by their footers, and the next version says so.
   *
   * @throws io.sluice.UserException where a newer version of Sluice wrote it
   */
  public Optional<Manifest> read(Store.Entry manifest) throws IOException {
    byte[] json =
        store
            .read(manifest.key())
            .orElseThrow(
                () ->
                    new IOException(
                        store.root() + "/" + manifest.key() + " was listed and is not there"));
    return ManifestJson.read(store, table, date, manifest, number(manifest), json);
  }

  /** The version of a number; empty where it is not there, or cannot be read. */
  Optional<Manifest> read(int version) throws IOException {
    String key = folder + name(version);
    Optional<byte[]> json = store.read(key);
    return json.isEmpty()
        ? Optional.empty()
        : ManifestJson.read(
            store,
            table,
            date,
            new Store.Entry(key, json.get().length, store.nowToReaders()),
            version,
            json.get());
  }

  /**
   * Writes a version.
   *
   * @return whether it was this call; else there is one of this number
   */
  boolean create(Manifest manifest) throws IOException {
    return store.create(
        folder + name(manifest.version()),
        ManifestJson.write(manifest, table),
        UUID.randomUUID().toString());
  }

  /**
   * Whether there is a version. Whoever has seen the one before asks so for the next: numbers are
   * given without gaps, and to read an object costs less than to list.
   */
  boolean exists(int version) throws IOException {
    try {
      store.read(folder + name(version), 0, 1);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** What {@code _SUCCESS} says; empty where it is not there. */
  Optional<String> succeeded() throws IOException {
    return store.read(folder + SUCCESS).map(content -> new String(content, UTF_8));
  }

  /** Makes {@code _SUCCESS} name a version, or the newest where there is a later one. */
  void succeed(int version) throws IOException {
    store.replace(folder + SUCCESS, success(version).getBytes(UTF_8));
    // Whoever wrote a version since may have been faster with this object, too.
    if (exists(version + 1)) {
      repairSuccess(greatest(versions()));
    }
  }

  /** The same, where it does not already. */
  void repairSuccess(int version) throws IOException {
    if (!succeeded().equals(Optional.of(success(version)))) {
      succeed(version);
    }
  }

  /** What {@code _SUCCESS} is to say. */
  static String success(int version) {
    return "{\"manifest\":\"" + name(version) + "\"}\n";
  }

  static String name(int version) {
    return PREFIX + String.format("%06d.json", version);
  }

  /** The number of one of {@link #versions}. */
  public static int number(Store.Entry manifest) {
    Matcher matcher = NAME.matcher(manifest.key());
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
  }

  /** The greatest number of {@link #versions}; 0 of none. */
  static int greatest(List<Store.Entry> versions) {
    return versions.isEmpty() ? 0 : number(versions.get(versions.size() - 1));
  }
}
