package io.sluice.lake;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The objects below a root, by key. Keys use {@code /}; a list is as fresh as the last write that
 * was answered.
 *
 * <p>A conditional write succeeds only where its key had no object. When its answer is lost, {@link
 * #owner} tells what became of it.
 */
public interface Store extends AutoCloseable {
  /** How often a write is tried that comes to nothing. */
  int MOST_TRIES = 10;

  /**
   * An object that is there.
   *
   * @param modified when it was written, by the store's clock: of a file that went up in parts when
   *     the first of them was begun
   */
  record Entry(String key, long size, Instant modified) {}

  /** What a conditional write was told. */
  enum Outcome {
    COMMITTED,
    /** The key had an object: perhaps ours, from a try whose answer was lost. */
    EXISTS,
    /** Another write to the key was under way; nothing is known of it. */
    CONFLICT
  }

  /** Whose object stands at a key. */
  enum Owner {
    OURS,
    OTHERS,
    ABSENT
  }

  /**
   * A conditional write in progress. Closing it without {@link #commit} leaves nothing under its
   * key.
   */
  interface Upload extends AutoCloseable {
    OutputStream stream();

    /**
     * Sends all that was written, as far as it can be without being visible: what {@link #commit}
     * leaves to do is small. Nothing may be written after it.
     */
    void prepare() throws IOException;

    /**
     * Makes the object visible, whole, unless its key has one.
     *
     * @param allowed asked right before each request that could make it visible, a repeated one
     *     too: where it says no, none is sent
     * @throws IOException where it is not known whether it took effect, or it was not allowed
     */
    Outcome commit(BooleanSupplier allowed) throws IOException;

    default Outcome commit() throws IOException {
      return commit(() -> true);
    }

    @Override
    void close();
  }

  /** Where this store is, as the user wrote it. */
  String root();

  /**
   * The time by the clock that writes {@link Entry#modified}: by it an object is never younger than
   * it seems, whatever the clock of this host says.
   */
  Instant now() throws IOException;

  /**
   * The same as near as can be told without writing anything, for whoever only looks, and may have
   * no right to more.
   */
  Instant nowToReaders() throws IOException;

  /**
   * Every object whose key starts with a prefix, ordered by key. It need not be of one moment, but
   * goes through the keys in order: where an object was deleted after one with a greater key had
   * been written, at least one of the two is in it.
   */
  List<Entry> list(String prefix) throws IOException;

  /** The names of the folders right below a prefix that ends in {@code /}, or is empty. */
  List<String> folders(String prefix) throws IOException;

  /**
   * Bytes of an object; fewer where it ends before.
   *
   * @throws NoSuchFileException where it is not there
   */
  byte[] read(String key, long offset, int length) throws IOException;

  /** An object as a whole, if it is there. */
  Optional<byte[]> read(String key) throws IOException;

  /**
   * Begins a conditional write.
   *
   * @param token tells this write from all others
   */
  Upload begin(String key, String token) throws IOException;

  /** Whether the object at a key was written with a token. */
  Owner owner(String key, String token) throws IOException;

  /** Writes an object whatever was there. */
  void replace(String key, byte[] content) throws IOException;

  /**
   * Writes an object whatever was there, and says what it is where the store keeps that.
   *
   * @param contentType as of HTTP, so that a browser shows what it would otherwise save
   */
  default void replace(String key, byte[] content, String contentType) throws IOException {
    replace(key, content);
  }

  /**
   * Deletes objects; one that is not there is left alone.
   *
   * @throws IOException where not all of them are known to be deleted
   */
  void delete(List<String> keys) throws IOException;

  /** Whether a store keeps what was deleted or written over. */
  enum Versions {
    /** It is gone. */
    NONE,
    /** It stays, as an earlier version of the object. */
    KEPT,
    /** The store does not say, or not to this user. */
    NOT_SAID
  }

  /** Whether the store keeps what was deleted. */
  default Versions versions() throws IOException {
    return Versions.NONE;
  }

  /**
   * Makes sure that the store honours the conditions of conditional writes.
   *
   * @throws io.sluice.UserException where it does not, or is not there
   */
  void probe() throws IOException;

  /** A small conditional write, with its answer found out. */
  default boolean create(String key, byte[] content, String token) throws IOException {
    IOException failure = null;
    for (int attempt = 0; attempt < MOST_TRIES; attempt++) {
      try (Upload upload = begin(key, token)) {
        upload.stream().write(content);
        if (upload.commit() == Outcome.COMMITTED) {
          return true;
        }
      } catch (IOException e) {
        failure = e;
      }
      Owner owner = owner(key, token);
      if (owner != Owner.ABSENT) {
        return owner == Owner.OURS;
      }
      Backoff.sleep(attempt);
    }
    throw new IOException(
        root()
            + "/"
            + key
            + ": not written after "
            + MOST_TRIES
            + " tries: "
            + (failure == null
                ? "the name is taken and nothing stands there; see what the store says of it"
                : failure.getMessage()),
        failure);
  }

  @Override
  void close();
}
