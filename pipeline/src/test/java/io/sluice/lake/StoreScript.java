package io.sluice.lake;

import io.sluice.contract.Table;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Wraps a store and decides by seed what becomes of each of its calls: an error before or after it
 * took effect, a conflict, a crash of the caller, an effect that comes only later. Between two
 * calls something else may happen.
 */
public final class StoreScript {
  /** The caller's process has ended. */
  public static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private enum Fault {
    NONE,
    /** Fails, and has done nothing. */
    ERROR_BEFORE,
    /** Fails, and has done it: the answer is lost. */
    ERROR_AFTER,
    /** 409. */
    CONFLICT,
    /** Fails, and is done some time later, if its condition holds then. */
    DONE_LATER,
    /** 412 for what was just written: the client had tried again by itself. */
    HIDDEN_RETRY,
    /** 404 NoSuchUpload: the lifecycle rule was faster. */
    EXPIRED_UPLOAD,
    CRASH_BEFORE,
    CRASH_AFTER
  }

  private interface Effect {
    void take() throws IOException;
  }

  /** What was sent and not answered, and until when it may take effect. */
  private record Late(long until, Effect effect) {}

  /** S3 takes a request for fifteen minutes after it was signed. */
  private static final long LONGEST_FLIGHT = Duration.ofMinutes(15).toMillis();

  /** A clock that stands still until it is moved. */
  public static final class ManualTime implements TimeSource {
    private long millis = Instant.parse("2026-01-05T00:00:00Z").toEpochMilli();

    @Override
    public long epochMillis() {
      return millis;
    }

    @Override
    public long monotonicNanos() {
      return millis * 1_000_000L;
    }
  }

  private final SplittableRandom random;
  private final Store inner;
  private final Store outer = new Scripted();
  private final boolean canBeLate;
  private final List<Late> late = new ArrayList<>();
  private BooleanSupplier happens = () -> false;
  private Runnable other = () -> {};
  private final ManualTime time;
  private boolean calm;

  private StoreScript(long seed, Store inner, boolean canBeLate, ManualTime time) {
    this.time = time;
    this.random = new SplittableRandom(seed * 31 + 7);
    this.inner = inner;
    this.canBeLate = canBeLate;
  }

  public static StoreScript inMemory(long seed) {
    ManualTime time = new ManualTime();
    return new StoreScript(seed, new MemoryStore(time), true, time);
  }

  /** A directory: the link call has an answer, so nothing takes effect later than it. */
  public static StoreScript local(long seed, Path directory) {
    return new StoreScript(seed, new LocalStore(directory), false, new ManualTime());
  }

  /** Any store that a test has opened. */
  public static StoreScript around(long seed, Store store) {
    return new StoreScript(seed, store, false, new ManualTime());
  }

  public Store store() {
    return outer;
  }

  /** The same objects, without faults. */
  public Store bare() {
    return inner;
  }

  public TimeSource time() {
    return time;
  }

  /** Time goes by; what cannot be under way any longer takes effect before. */
  public void pass(Duration duration) throws IOException {
    long now = time.millis + duration.toMillis();
    for (Late one : List.copyOf(late)) {
      if (one.until() < now && late.remove(one)) {
        one.effect().take();
      }
    }
    time.millis = now;
  }

  public void between(BooleanSupplier happens, Runnable other) {
    this.happens = happens;
    this.other = other;
  }

  /** A writer whose two clocks a test may stop one by one: for what it knows, and for uploads. */
  public static AppendLog log(
      Store store, Table table, LocalDate date, TimeSource time, TimeSource uploads) {
    return new AppendLog(store, table, date, 0, false, time, uploads);
  }

  /** Something else may happen, as between two calls. */
  public void meanwhile() {
    if (!calm && happens.getAsBoolean()) {
      other.run();
    }
  }

  /** From here on all goes well; what was still under way takes effect. */
  public void calm() throws IOException {
    calm = true;
    while (!late.isEmpty()) {
      settleOne();
    }
  }

  private void settleOne() throws IOException {
    late.remove(random.nextInt(late.size())).effect().take();
  }

  private Fault next() throws IOException {
    if (calm) {
      return Fault.NONE;
    }
    if (!late.isEmpty() && random.nextInt(3) == 0) {
      settleOne();
    }
    if (happens.getAsBoolean()) {
      other.run();
    }
    Fault[] faults = Fault.values();
    Fault fault = random.nextInt(4) == 0 ? faults[random.nextInt(faults.length)] : Fault.NONE;
    return fault == Fault.DONE_LATER && !canBeLate ? Fault.ERROR_BEFORE : fault;
  }

  private interface Answer<T> {
    T get() throws IOException;
  }

  private <T> T call(Answer<T> answer) throws IOException {
    return switch (next()) {
      case NONE, CONFLICT, DONE_LATER, HIDDEN_RETRY, EXPIRED_UPLOAD -> answer.get();
      case ERROR_BEFORE -> throw new IOException("500");
      case CRASH_BEFORE -> throw new Crash();
      case ERROR_AFTER -> {
        answer.get();
        throw new IOException("connection reset");
      }
      case CRASH_AFTER -> {
        answer.get();
        throw new Crash();
      }
    };
  }

  private final class Scripted implements Store {
    @Override
    public String root() {
      return inner.root();
    }

    @Override
    public Instant now() throws IOException {
      return inner.now();
    }

    @Override
    public Instant nowToReaders() throws IOException {
      return inner.nowToReaders();
    }

    @Override
    public List<Entry> list(String prefix) throws IOException {
      List<Entry> before = call(() -> inner.list(prefix));
      if (calm || !happens.getAsBoolean()) {
        return before;
      }
      // It comes in two pages, and something happens between them.
      other.run();
      List<Entry> after = inner.list(prefix);
      if (before.isEmpty()) {
        return after;
      }
      String cut = before.get(random.nextInt(before.size())).key();
      return Stream.concat(
              before.stream().filter(entry -> entry.key().compareTo(cut) <= 0),
              after.stream().filter(entry -> entry.key().compareTo(cut) > 0))
          .toList();
    }

    @Override
    public List<String> folders(String prefix) throws IOException {
      return call(() -> inner.folders(prefix));
    }

    // Footers are read by several threads at once: a fault there would depend on timing, and no
    // seed could repeat it.
    @Override
    public byte[] read(String key, long offset, int length) throws IOException {
      return inner.read(key, offset, length);
    }

    @Override
    public Optional<byte[]> read(String key) throws IOException {
      return call(() -> inner.read(key));
    }

    @Override
    public Upload begin(String key, String token) throws IOException {
      Upload upload = call(() -> inner.begin(key, token));
      return new Upload() {
        private boolean underWay;

        @Override
        public OutputStream stream() {
          return upload.stream();
        }

        @Override
        public void prepare() throws IOException {
          call(
              () -> {
                upload.prepare();
                return "";
              });
        }

        @Override
        public Outcome commit(BooleanSupplier allowed) throws IOException {
          Fault fault = next();
          switch (fault) {
            case ERROR_BEFORE -> throw new IOException("503 SlowDown");
            case CRASH_BEFORE -> throw new Crash();
            case CONFLICT -> {
              return Outcome.CONFLICT;
            }
            case DONE_LATER -> {
              if (!allowed.getAsBoolean()) {
                throw new IOException("too late");
              }
              underWay = true;
              late.add(new Late(time.millis + LONGEST_FLIGHT, upload::commit));
              throw new IOException("time-out");
            }
            case EXPIRED_UPLOAD -> throw new IOException("404 NoSuchUpload");
            case NONE, ERROR_AFTER, CRASH_AFTER, HIDDEN_RETRY -> {}
          }
          Outcome outcome = upload.commit(allowed);
          // The object is visible before its writer has the answer.
          meanwhile();
          if (fault == Fault.HIDDEN_RETRY && outcome == Outcome.COMMITTED) {
            return Outcome.EXISTS;
          }
          if (fault == Fault.CRASH_AFTER) {
            throw new Crash();
          }
          if (fault == Fault.ERROR_AFTER) {
            // A store that does not know its own object again by what it left behind must still see
            // it: keep its temporary name.
            throw new IOException("connection reset");
          }
          return outcome;
        }

        @Override
        public void close() {
          if (!underWay) {
            upload.close();
          }
        }
      };
    }

    @Override
    public Owner owner(String key, String token) throws IOException {
      return call(() -> inner.owner(key, token));
    }

    @Override
    public void replace(String key, byte[] content) throws IOException {
      inner.replace(key, content);
    }

    @Override
    public void delete(List<String> keys) throws IOException {
      if (keys.isEmpty()) {
        return;
      }
      int some = random.nextInt(keys.size() + 1);
      switch (next()) {
        case NONE, CONFLICT, HIDDEN_RETRY, EXPIRED_UPLOAD -> inner.delete(keys);
        case ERROR_BEFORE -> throw new IOException("500");
        case CRASH_BEFORE -> throw new Crash();
        case DONE_LATER -> {
          late.add(new Late(time.millis + LONGEST_FLIGHT, () -> inner.delete(keys)));
          throw new IOException("time-out");
        }
        case ERROR_AFTER -> {
          inner.delete(keys.subList(0, some));
          throw new IOException("InternalError for some");
        }
        case CRASH_AFTER -> {
          inner.delete(keys.subList(0, some));
          throw new Crash();
        }
      }
    }

    @Override
    public void probe() throws IOException {
      inner.probe();
    }

    @Override
    public void close() {
      inner.close();
    }
  }

  /** Conditional writes as S3 documents them, in memory. */
  private static final class MemoryStore implements Store {
    private record Stored(byte[] content, String token, Instant modified) {}

    private final TimeSource time;

    private final ConcurrentSkipListMap<String, Stored> objects = new ConcurrentSkipListMap<>();

    MemoryStore(TimeSource time) {
      this.time = time;
    }

    @Override
    public String root() {
      return "memory";
    }

    @Override
    public Instant now() {
      return Instant.ofEpochMilli(time.epochMillis());
    }

    @Override
    public Instant nowToReaders() {
      return now();
    }

    @Override
    public List<Entry> list(String prefix) {
      return objects.entrySet().stream()
          .filter(e -> e.getKey().startsWith(prefix))
          .map(e -> new Entry(e.getKey(), e.getValue().content().length, e.getValue().modified()))
          .toList();
    }

    @Override
    public List<String> folders(String prefix) {
      return objects.keySet().stream()
          .filter(key -> key.startsWith(prefix) && key.indexOf('/', prefix.length()) > 0)
          .map(key -> key.substring(prefix.length(), key.indexOf('/', prefix.length())))
          .distinct()
          .toList();
    }

    @Override
    public byte[] read(String key, long offset, int length) throws IOException {
      Stored stored = objects.get(key);
      if (stored == null) {
        throw new NoSuchFileException(key);
      }
      int end = (int) Math.min(stored.content().length, offset + length);
      return Arrays.copyOfRange(stored.content(), (int) offset, end);
    }

    @Override
    public Optional<byte[]> read(String key) {
      return Optional.ofNullable(objects.get(key)).map(Stored::content);
    }

    @Override
    public Upload begin(String key, String token) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      // What goes up in parts is as old as the beginning of its upload.
      Instant begun = now();
      return new Upload() {
        @Override
        public OutputStream stream() {
          return bytes;
        }

        @Override
        public void prepare() {}

        @Override
        public Outcome commit(BooleanSupplier allowed) throws IOException {
          if (!allowed.getAsBoolean()) {
            throw new IOException("too late");
          }
          Stored before = objects.putIfAbsent(key, new Stored(bytes.toByteArray(), token, begun));
          return before == null ? Outcome.COMMITTED : Outcome.EXISTS;
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public Owner owner(String key, String token) {
      Stored stored = objects.get(key);
      if (stored == null) {
        return Owner.ABSENT;
      }
      return stored.token().equals(token) ? Owner.OURS : Owner.OTHERS;
    }

    @Override
    public void replace(String key, byte[] content) {
      objects.put(key, new Stored(content, "", now()));
    }

    @Override
    public void delete(List<String> keys) {
      objects.keySet().removeAll(keys);
    }

    @Override
    public void probe() {}

    @Override
    public void close() {}
  }
}
