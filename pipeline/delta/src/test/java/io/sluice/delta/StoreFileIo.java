package io.sluice.delta;

import io.delta.kernel.defaults.engine.fileio.FileIO;
import io.delta.kernel.defaults.engine.fileio.InputFile;
import io.delta.kernel.defaults.engine.fileio.OutputFile;
import io.delta.kernel.defaults.engine.fileio.SeekableInputStream;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import io.sluice.lake.Store;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The objects of a store for Delta's kernel, below {@code /lake/}. Nothing is written. */
final class StoreFileIo implements FileIO {
  static final String ROOT = "/lake/";

  private final Store store;

  StoreFileIo(Store store) {
    this.store = store;
  }

  private static String key(String path) {
    String plain = path.replaceFirst("^file:/+", "/");
    if (!plain.startsWith(ROOT)) {
      throw new AssertionError("outside of the lake: " + path);
    }
    return plain.substring(ROOT.length());
  }

  private static FileStatus status(Store.Entry entry) {
    return FileStatus.of(ROOT + entry.key(), entry.size(), entry.modified().toEpochMilli());
  }

  @Override
  public CloseableIterator<FileStatus> listFrom(String path) throws IOException {
    String from = key(path);
    String folder = from.substring(0, from.lastIndexOf('/') + 1);
    List<Store.Entry> entries = store.list(folder);
    if (entries.isEmpty()) {
      throw new FileNotFoundException(path);
    }
    return Utils.toCloseableIterator(
        entries.stream()
            .filter(
                entry ->
                    entry.key().compareTo(from) >= 0
                        && entry.key().indexOf('/', folder.length()) < 0)
            .map(StoreFileIo::status)
            .iterator());
  }

  @Override
  public FileStatus getFileStatus(String path) throws IOException {
    String key = key(path);
    return store.list(key).stream()
        .filter(entry -> entry.key().equals(key))
        .map(StoreFileIo::status)
        .findFirst()
        .orElseThrow(() -> new FileNotFoundException(path));
  }

  @Override
  public String resolvePath(String path) {
    return path;
  }

  @Override
  public InputFile newInputFile(String path, long size) {
    return new InputFile() {
      @Override
      public long length() throws IOException {
        return size > 0 ? size : getFileStatus(path).getSize();
      }

      @Override
      public String path() {
        return path;
      }

      @Override
      public SeekableInputStream newStream() throws IOException {
        return new Content(
            store.read(key(path)).orElseThrow(() -> new FileNotFoundException(path)));
      }
    };
  }

  /** An object that was read as a whole. */
  private static final class Content extends SeekableInputStream {
    private final byte[] content;
    private int position;

    Content(byte[] content) {
      this.content = content;
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public void seek(long to) {
      position = (int) to;
    }

    @Override
    public int read() {
      return position < content.length ? content[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      if (position >= content.length) {
        return length == 0 ? 0 : -1;
      }
      int count = Math.min(length, content.length - position);
      System.arraycopy(content, position, bytes, offset, count);
      position += count;
      return count;
    }

    @Override
    public void readFully(byte[] bytes, int offset, int length) throws IOException {
      if (length > content.length - position) {
        throw new EOFException();
      }
      System.arraycopy(content, position, bytes, offset, length);
      position += length;
    }
  }

  @Override
  public OutputFile newOutputFile(String path) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean mkdirs(String path) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean delete(String path) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void copyFileAtomically(String from, String to, boolean overwrite) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<String> getConf(String key) {
    return Optional.empty();
  }
}
