package io.sluice.mirror;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.lake.Format;
import io.sluice.lake.LakeObject;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A version of a mirror: the files of each bucket, and the positions of the changes that are in it.
 * A version is one conditional write and never changes.
 *
 * @param number from 1 on, without gaps
 * @param run which run has written it
 * @param contract the version of the contract whose columns its files have
 * @param key the columns that tell its rows apart
 * @param buckets how many there are; those without rows and deletes are not in {@code files}
 * @param positions of all changes that are in it
 * @param truncated the last truncate among them; null where there is none
 * @param newest the greatest of the source's times, in microseconds since the epoch
 * @param late how many changes were left out, since the delete of their key may be forgotten
 * @param keyless how many changes were left out, since they have no key
 * @param files by bucket
 */
record MirrorVersion(
    long number,
    String run,
    Instant written,
    String contract,
    List<String> key,
    int buckets,
    Positions positions,
    @Nullable Order truncated,
    long newest,
    long late,
    long keyless,
    SortedMap<Integer, BucketFiles> files) {
  private static final int FORMAT = 1;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final LakeObject.Kind KIND =
      new LakeObject.Kind(
          "version of a mirror",
          FORMAT,
          "delete it: the version before it is the newest then, and the next run goes on from"
              + " there; and run erase again, if one was run since");

  long rows() {
    return files.values().stream().mapToLong(BucketFiles::rowCount).sum();
  }

  long deleted() {
    return files.values().stream().mapToLong(BucketFiles::deletedCount).sum();
  }

  long unknown() {
    return files.values().stream().mapToLong(BucketFiles::unknown).sum();
  }

  /** The names of its files of rows, in the order of the buckets. */
  List<String> rowFiles() {
    List<String> names = new ArrayList<>();
    for (BucketFiles bucket : files.values()) {
      BucketFiles.DataFile rows = bucket.rows();
      if (rows != null) {
        names.add(rows.name());
      }
    }
    return names;
  }

  /** The names of all its files. */
  List<String> allFiles() {
    List<String> names = rowFiles();
    for (BucketFiles bucket : files.values()) {
      BucketFiles.DataFile deleted = bucket.deleted();
      if (deleted != null) {
        names.add(deleted.name());
      }
    }
    return names;
  }

  byte[] toJson() throws IOException {
    ObjectNode json = Format.begin(FORMAT);
    json.put("version", number).put("run", run).put("written", written.toString());
    json.put("contract_version", contract).put("buckets", buckets);
    ObjectNode columns = json.putObject("key");
    for (int i = 0; i < key.size(); i++) {
      columns.put(String.valueOf(i), key.get(i));
    }
    // For people, who read no bitmaps: the offset behind the last that is in it.
    ObjectNode ends = json.putObject("ends");
    ObjectNode sets = json.putObject("positions");
    positions
        .encode()
        .forEach(
            (partition, text) -> {
              String number = String.valueOf(partition.number());
              sets.withObjectProperty(partition.source()).put(number, text);
              positions
                  .span(partition)
                  .ifPresent(
                      span ->
                          ends.withObjectProperty(partition.source()).put(number, span.to() + 1));
            });
    put(json, "truncated", truncated);
    if (newest >= 0) {
      json.put("newest", newest);
    }
    json.put("late", late).put("keyless", keyless);
    ObjectNode all = json.putObject("files");
    files.forEach(
        (bucket, one) -> {
          ObjectNode node = all.putObject(String.valueOf(bucket));
          put(node, "rows", one.rows());
          put(node, "deleted", one.deleted());
          node.put("unknown", one.unknown());
          put(node, "forgotten", one.forgotten());
        });
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
  }

  private static void put(ObjectNode json, String name, @Nullable Order order) {
    if (order != null) {
      json.put(name, text(order));
    }
  }

  private static void put(ObjectNode json, String name, BucketFiles.@Nullable DataFile file) {
    if (file != null) {
      json.putObject(name)
          .put("file", file.name())
          .put("rows", file.rows())
          .put("bytes", file.bytes());
    }
  }

  /**
   * The version that {@link #toJson} made bytes of.
   *
   * @throws io.sluice.lake.DamagedObjectException where they are damaged
   */
  static MirrorVersion of(Store store, String key, long number, byte[] json) {
    return LakeObject.of(store, key, KIND, json, object -> of(number, object));
  }

  private static MirrorVersion of(long number, LakeObject json) throws IOException {
    if (json.number("version") != number) {
      throw new IllegalArgumentException("its number is that of another version");
    }
    List<String> key = new ArrayList<>();
    LakeObject columns = json.object("key");
    columns.keys().forEach(one -> key.add(columns.text(one)));
    SortedMap<Integer, BucketFiles> files = new TreeMap<>();
    LakeObject all = json.object("files");
    for (String bucket : all.keys()) {
      LakeObject one = all.object(bucket);
      files.put(
          Integer.parseInt(bucket),
          new BucketFiles(
              file(one, "rows"),
              file(one, "deleted"),
              one.number("unknown"),
              order(one, "forgotten")));
    }
    return new MirrorVersion(
        number,
        json.text("run"),
        json.time("written"),
        json.text("contract_version"),
        key,
        json.smallNumber("buckets"),
        json.positions("positions"),
        order(json, "truncated"),
        json.has("newest") ? json.number("newest") : Long.MIN_VALUE,
        json.number("late"),
        json.number("keyless"),
        files);
  }

  private static BucketFiles.@Nullable DataFile file(LakeObject json, String name) {
    if (!json.has(name)) {
      return null;
    }
    LakeObject file = json.object(name);
    return new BucketFiles.DataFile(file.text("file"), file.number("rows"), file.number("bytes"));
  }

  private static String text(Order order) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      order.write(out);
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory", e);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  private static @Nullable Order order(LakeObject json, String name) throws IOException {
    return json.has(name)
        ? Order.read(
            new DataInputStream(
                new ByteArrayInputStream(Base64.getDecoder().decode(json.text(name)))))
        : null;
  }

  /**
   * The version that comes after this one, with the same changes, where buckets are written anew.
   */
  MirrorVersion followedBy(String run, Instant written, Map<Integer, BucketFiles> anew) {
    return new MirrorVersion(
        number + 1,
        run,
        written,
        contract,
        key,
        buckets,
        positions,
        truncated,
        newest,
        late,
        keyless,
        with(files, anew));
  }

  /** What the files of buckets become where some of them are written anew. */
  static SortedMap<Integer, BucketFiles> with(
      Map<Integer, BucketFiles> before, Map<Integer, BucketFiles> anew) {
    SortedMap<Integer, BucketFiles> files = new TreeMap<>(before);
    anew.forEach(
        (bucket, one) -> {
          if (one.equals(BucketFiles.NONE)) {
            files.remove(bucket);
          } else {
            files.put(bucket, one);
          }
        });
    return files;
  }
}
