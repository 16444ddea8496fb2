package io.sluice.mirror;

import io.sluice.erase.EraseRecord;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One version after another, as a pipeline of batch: the changes of new files go to their buckets,
 * each bucket that has some is written anew, and one step switches to all of it. Nothing that is
 * done twice by a runner changes what comes of it.
 *
 * @param stores where the lake is
 * @param files those that have new changes
 * @param buckets how many there are
 * @param before the files of the version before
 * @param all whether each bucket is written anew
 * @param next the version to switch to, as far as it is known: with the files of before
 */
record MirrorPipeline(
    Stores stores,
    BucketMerge.Settings settings,
    List<String> files,
    int buckets,
    Map<Integer, BucketFiles> before,
    boolean all,
    Next next)
    implements Serializable {
  private static final Logger LOG = LoggerFactory.getLogger(MirrorPipeline.class);

  /** One key for all results. */
  private static final int SWITCH = 0;

  private static final byte STATE = 1;
  private static final byte TRUNCATE = 2;
  private static final byte TOUCH = 3;

  /** So many keys of a file are put together before they go to their buckets. */
  private static final int MOST_HELD = 20_000;

  /** The same of the bytes of their rows and keys. */
  private static final int MOST_HELD_BYTES = 16 << 20;

  /**
   * What is known of the next version before it is made.
   *
   * @param json of {@link MirrorVersion}
   * @param started by the store's clock
   * @param erasures where there is no version before: what the records of erasures said before the
   *     files were listed
   */
  record Next(long number, byte[] json, Instant started, SortedMap<String, String> erasures)
      implements Serializable {
    Next {
      erasures = new TreeMap<>(erasures);
    }

    /**
     * Whether rows may have been erased since, and no version says so: an erasure that finds one
     * makes the next itself, and a run that was to make that begins anew.
     */
    boolean isOutdated(Store store, String table) throws IOException {
      return number == 1 && !EraseRecord.digests(store, table).equals(erasures);
    }
  }

  /** What came of a step; null parts say nothing. */
  record Result(int bucket, BucketMerge.@Nullable Merged merged, long keyless)
      implements Serializable {}

  void build(Pipeline pipeline) {
    List<KV<Integer, byte[]>> touched = touched();
    KvCoder<Integer, byte[]> coder = KvCoder.of(VarIntCoder.of(), ByteArrayCoder.of());
    PCollection<KV<Integer, byte[]>> changes =
        pipeline
            .apply("List new files", Create.of(files).withCoder(StringUtf8Coder.of()))
            .apply("Spread files", Reshuffle.viaRandomKey())
            .apply("Read changes", ParDo.of(new ReadChanges(this)))
            .setCoder(coder);
    PCollection<KV<Integer, byte[]>> touches =
        pipeline.apply("Touch buckets", Create.of(touched).withCoder(coder));
    PCollection<KV<Integer, Result>> merged =
        PCollectionList.of(changes)
            .and(touches)
            .apply("Join", Flatten.pCollections())
            .apply("Group by bucket", GroupByKey.create())
            .apply("Write buckets", ParDo.of(new WriteBuckets(this)))
            .setCoder(KvCoder.of(VarIntCoder.of(), SerializableCoder.of(Result.class)));
    // A version is switched to where no bucket has changed, too: its positions have.
    PCollection<KV<Integer, Result>> begin =
        pipeline.apply(
            "Begin",
            Create.of(List.of(KV.of(SWITCH, new Result(-1, null, 0))))
                .withCoder(KvCoder.of(VarIntCoder.of(), SerializableCoder.of(Result.class))));
    PCollectionList.of(merged)
        .and(begin)
        .apply("Join results", Flatten.pCollections())
        .apply("Group results", GroupByKey.create())
        .apply("Switch", ParDo.of(new Switch(this)));
  }

  /** What has buckets written anew that have no changes. */
  List<KV<Integer, byte[]>> touched() {
    List<KV<Integer, byte[]>> touched = new ArrayList<>();
    if (all) {
      for (int bucket = 0; bucket < buckets; bucket++) {
        touched.add(KV.of(bucket, new byte[] {TOUCH}));
      }
    }
    return touched;
  }

  /** A file as one line. */
  static String line(Store.Entry file) {
    return file.size() + " " + file.key();
  }

  private static Store.Entry file(String line) {
    int space = line.indexOf(' ');
    return new Store.Entry(
        line.substring(space + 1), Long.parseLong(line.substring(0, space)), Instant.EPOCH);
  }

  private static byte[] tagged(byte tag, byte[] bytes) {
    byte[] tagged = new byte[bytes.length + 1];
    tagged[0] = tag;
    System.arraycopy(bytes, 0, tagged, 1, bytes.length);
    return tagged;
  }

  /** What has a store open. */
  abstract static class InStore<A, B> extends DoFn<A, B> {
    private static final long serialVersionUID = 1L;

    final MirrorPipeline mirror;
    private transient @Nullable Store store;

    InStore(MirrorPipeline mirror) {
      this.mirror = mirror;
    }

    /** Opens it. */
    @Setup
    public void open(PipelineOptions options) {
      store = mirror.stores.open(options);
    }

    Store store() {
      return Objects.requireNonNull(store, "opened");
    }

    /** Closes it. */
    @Teardown
    public void close() {
      if (store != null) {
        store.close();
      }
    }
  }

  /** Reads the changes of a file, each key's as one. */
  static final class ReadChanges extends InStore<String, KV<Integer, byte[]>> {
    private static final long serialVersionUID = 1L;

    ReadChanges(MirrorPipeline mirror) {
      super(mirror);
    }

    /** Reads one. */
    @ProcessElement
    public void read(@Element String line, OutputReceiver<KV<Integer, byte[]>> out)
        throws IOException {
      read(store(), mirror, line, out::output);
    }

    static void read(
        Store store, MirrorPipeline mirror, String line, Consumer<KV<Integer, byte[]>> out)
        throws IOException {
      MirrorTable table = mirror.settings.table();
      ChangeReader reader = new ChangeReader(table);
      MessageType schema = table.schema();
      Map<KeyBytes, KeyState> held = new HashMap<>();
      long[] keyless = {0};
      long[] bytes = {0};
      MirrorFile.read(
          store,
          file(line),
          schema,
          row -> {
            if (reader.isTruncate(row)) {
              byte[] truncate = tagged(TRUNCATE, bytes(reader.order(row)));
              for (int bucket = 0; bucket < mirror.buckets; bucket++) {
                out.accept(KV.of(bucket, truncate));
              }
              return;
            }
            KeyState change = reader.change(row);
            if (change == null) {
              keyless[0]++;
              return;
            }
            KeyBytes key = new KeyBytes(change.key());
            KeyState before = held.get(key);
            KeyState now =
                before == null
                    ? change
                    : KeyState.merge(
                        before,
                        change,
                        (to, from, columns) -> ChangeReader.fill(schema, to, from, columns));
            held.put(key, now);
            bytes[0] += size(now) - (before == null ? 0 : size(before));
            if (held.size() >= MOST_HELD || bytes[0] >= MOST_HELD_BYTES) {
              give(mirror, held, out);
              bytes[0] = 0;
            }
          });
      give(mirror, held, out);
      if (keyless[0] > 0) {
        out.accept(
            KV.of(
                0, tagged(TOUCH, String.valueOf(keyless[0]).getBytes(StandardCharsets.US_ASCII))));
      }
    }

    private static long size(KeyState state) {
      return state.key().length + (long) state.row().length;
    }

    private static void give(
        MirrorPipeline mirror, Map<KeyBytes, KeyState> held, Consumer<KV<Integer, byte[]>> out) {
      for (KeyState change : held.values()) {
        out.accept(
            KV.of(KeyBytes.bucket(change.key(), mirror.buckets), tagged(STATE, change.encode())));
      }
      held.clear();
    }

    private static byte[] bytes(Order order) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      order.write(new DataOutputStream(bytes));
      return bytes.toByteArray();
    }
  }

  /** Writes a bucket anew. */
  static final class WriteBuckets
      extends InStore<KV<Integer, Iterable<byte[]>>, KV<Integer, Result>> {
    private static final long serialVersionUID = 1L;

    WriteBuckets(MirrorPipeline mirror) {
      super(mirror);
    }

    /** Writes one. */
    @ProcessElement
    public void write(
        @Element KV<Integer, Iterable<byte[]>> changes, OutputReceiver<KV<Integer, Result>> out)
        throws IOException {
      out.output(KV.of(SWITCH, write(store(), mirror, changes.getKey(), changes.getValue())));
    }

    static Result write(Store store, MirrorPipeline mirror, int bucket, Iterable<byte[]> changes)
        throws IOException {
      BucketMerge merge =
          new BucketMerge(
              store, mirror.settings, bucket, mirror.before.getOrDefault(bucket, BucketFiles.NONE));
      long keyless = 0;
      for (byte[] change : changes) {
        byte[] content = Arrays.copyOfRange(change, 1, change.length);
        switch (change[0]) {
          case STATE -> merge.add(KeyState.decode(content));
          case TRUNCATE ->
              merge.truncate(Order.read(new DataInputStream(new ByteArrayInputStream(content))));
          default ->
              keyless +=
                  content.length == 0
                      ? 0
                      : Long.parseLong(new String(content, StandardCharsets.US_ASCII));
        }
      }
      return new Result(bucket, merge.write(), keyless);
    }
  }

  /** Switches to the next version. */
  static final class Switch extends InStore<KV<Integer, Iterable<Result>>, Void> {
    private static final long serialVersionUID = 1L;

    Switch(MirrorPipeline mirror) {
      super(mirror);
    }

    /** Does it once; another run may have been faster, and rows may be erased since. */
    @ProcessElement
    public void to(@Element KV<Integer, Iterable<Result>> results) throws IOException {
      to(store(), mirror, results.getValue());
    }

    static void to(Store store, MirrorPipeline mirror, Iterable<Result> results)
        throws IOException {
      MirrorVersion next =
          MirrorVersion.of(
              store, mirror.settings.folder(), mirror.next.number(), mirror.next.json());
      Map<Integer, BucketFiles> anew = new HashMap<>();
      Order truncated = next.truncated();
      long newest = next.newest();
      long late = next.late();
      long keyless = next.keyless();
      for (Result result : results) {
        BucketMerge.Merged merged = result.merged();
        keyless += result.keyless();
        if (merged != null) {
          anew.put(result.bucket(), merged.files());
          late += merged.late();
          newest = Math.max(newest, merged.newest());
          Order last = merged.truncated();
          truncated =
              truncated == null || last != null && last.compare(truncated) > 0 ? last : truncated;
        }
      }
      Instant now = store.now();
      if (now.isAfter(mirror.next.started().plus(Versions.LONGEST_RUN))) {
        throw new IOException(
            "the run took longer than "
                + Versions.LONGEST_RUN.toHours()
                + " hours, so it switches to nothing: raise the parallelism, or have more buckets"
                + " (--from-scratch --buckets)");
      }
      // Here, too, for the launcher may be gone.
      if (mirror.next.isOutdated(store, mirror.settings.table().table().name())) {
        LOG.info("rows were erased while they were read; switching to nothing");
        return;
      }
      new Versions(store, mirror.settings.folder())
          .create(
              new MirrorVersion(
                  next.number(),
                  next.run(),
                  now,
                  next.contract(),
                  next.key(),
                  next.buckets(),
                  next.positions(),
                  truncated,
                  newest,
                  late,
                  keyless,
                  MirrorVersion.with(mirror.before, anew)));
    }
  }
}
