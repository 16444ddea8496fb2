package io.sluice.lake;

import java.io.EOFException;
import java.io.IOException;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.jspecify.annotations.Nullable;

/**
 * A store's object for Parquet's reader. The end of the file comes in one request, which is all
 * that a footer needs.
 */
public final class StoreInputFile implements InputFile {
  private static final int CHUNK = 128 << 10;

  private final Store store;
  private final Store.Entry entry;

  /** Why the store did not give bytes that were asked of it. */
  private volatile @Nullable Exception failure;

  public StoreInputFile(Store store, Store.Entry entry) {
    this.store = store;
    this.entry = entry;
  }

  @Override
  public long getLength() {
    return entry.size();
  }

  @Override
  public Stream newStream() {
    return new Stream(new Chunks());
  }

  /**
   * Throws what the store said where it has not given bytes: that something could not be read of
   * them says nothing of the file then.
   */
  public void throwFailure() throws IOException {
    Exception why = failure;
    if (why instanceof IOException said) {
      throw said;
    }
    if (why instanceof RuntimeException said) {
      throw said;
    }
  }

  /** As Parquet's errors name it. */
  @Override
  public String toString() {
    return entry.key();
  }

  /** Bytes with a position that can be moved. */
  public static final class Stream extends DelegatingSeekableInputStream {
    private final Chunks chunks;

    private Stream(Chunks chunks) {
      super(chunks);
      this.chunks = chunks;
    }

    @Override
    public long getPos() {
      return chunks.position;
    }

    @Override
    public void seek(long position) {
      chunks.position = position;
    }
  }

  private final class Chunks extends java.io.InputStream {
    private byte[] chunk = new byte[0];
    private long start;
    private long position;

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (position >= entry.size()) {
        return -1;
      }
      if (position < start || position >= start + chunk.length) {
        fill(length);
      }
      int from = (int) (position - start);
      int count = Math.min(length, chunk.length - from);
      System.arraycopy(chunk, from, bytes, offset, count);
      position += count;
      return count;
    }

    private void fill(int wanted) throws IOException {
      int size = Math.max(wanted, CHUNK);
      // Near the end: from there backwards, for the footer is read from its last bytes to its
      // first.
      long from =
          position + size > entry.size()
              ? Math.max(0, Math.min(position, entry.size() - size))
              : position;
      try {
        chunk = store.read(entry.key(), from, size);
      } catch (IOException | RuntimeException e) {
        failure = e;
        throw e;
      }
      start = from;
      if (position >= start + chunk.length) {
        throw new EOFException(
            entry.key() + " is shorter than its listed " + entry.size() + " bytes");
      }
    }
  }
}
