package io.sluice.sizing;

/**
 * The memory of a TaskManager, in MiB, part by part. What Flink takes for itself is by its
 * defaults.
 *
 * @param slots of one TaskManager
 * @param taskManagers how many
 * @param kafka of a slot: two fetches of {@code fetch.max.bytes}
 * @param gather of a slot: blocks that a bundle builds
 * @param pane of a slot: the blocks of the file that it writes, their columns joined, and the
 *     blocks of the one that waits for it
 * @param pages of a slot: the file's compressed pages
 * @param upload of a slot: one part that fills and two on their way
 * @param state of a TaskManager on the heap, half as much again for objects; 0 with RocksDB
 * @param managed of a TaskManager: RocksDB's caches and buffers
 */
public record Memory(
    int slots,
    int taskManagers,
    long kafka,
    long gather,
    long pane,
    long pages,
    long upload,
    long state,
    long managed) {
  private static final long FETCH = 32;
  private static final long GATHER = 32;
  private static final long ROCKSDB_SLOT = 256;
  private static final long MOST_STATE_ON_HEAP = 1024;
  private static final double HEAP_OF_STATE = 1.5;
  private static final long FRAMEWORK = 128;
  private static final long METASPACE = 256;

  /**
   * @param peakState bytes that wait in all of the job, at most
   */
  static Memory of(Load load, Settings settings, double peakState) {
    int slots = Advice.slots(settings.parallelism());
    int taskManagers = (settings.parallelism() + slots - 1) / slots;
    long state = (long) Math.ceil(peakState * HEAP_OF_STATE / taskManagers / (1 << 20));
    boolean onDisk = state > MOST_STATE_ON_HEAP;
    return new Memory(
        slots,
        taskManagers,
        2 * FETCH,
        GATHER,
        3L * settings.fileMebibytes(),
        (long) Math.ceil(settings.fileMebibytes() * load.parquetRatio() / load.blockRatio()),
        3L * settings.s3PartMebibytes(),
        onDisk ? 0 : state,
        onDisk ? ROCKSDB_SLOT * slots : 0);
  }

  public String stateBackend() {
    return managed > 0 ? "rocksdb" : "hashmap";
  }

  long slot() {
    return kafka + gather + pane + pages + upload;
  }

  long heap() {
    return FRAMEWORK + slots * slot() + state;
  }

  /** Buffers between tasks: a tenth of Flink's memory, from 64 MiB to 1 GiB. */
  long network() {
    return Math.round(Math.max(64, Math.min(1024, (heap() + FRAMEWORK + managed) / 9.0)));
  }

  /** What {@code taskmanager.memory.process.size} has to be. */
  public long process() {
    long flink = heap() + FRAMEWORK + managed + network();
    long overhead = Math.round(Math.max(192, Math.min(1024, (flink + METASPACE) / 9.0)));
    return flink + METASPACE + overhead;
  }
}
