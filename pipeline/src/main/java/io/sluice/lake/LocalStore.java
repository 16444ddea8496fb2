package io.sluice.lake;

import io.sluice.UserException;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A store in a directory. An object is written to a temporary file outside of any table, forced to
 * disk, and given its name by a hard link, which fails where the name is taken: readers see whole
 * files only, and of two writers one wins.
 */
final class LocalStore implements Store {
  /** Outside of every table; what is left here by a crash may be removed while nothing runs. */
  private static final String TEMPORARY = "_sluice/tmp";

  private final Path root;

  LocalStore(Path root) {
    this.root = root;
  }

  @Override
  public String root() {
    return root.toString();
  }

  @Override
  public List<Entry> list(String prefix) throws IOException {
    Path folder = path(prefix.substring(0, prefix.lastIndexOf('/') + 1));
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    // A directory is not read in any order, and not at one moment: two reads that find the same
    // had nothing change between them.
    List<Entry> entries = walk(folder, prefix);
    for (List<Entry> again = walk(folder, prefix);
        !again.equals(entries);
        again = walk(folder, prefix)) {
      entries = again;
    }
    return entries;
  }

  private List<Entry> walk(Path folder, String prefix) throws IOException {
    List<Entry> entries = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String key = key(file);
            if (attributes.isRegularFile()
                && key.startsWith(prefix)
                && !key.startsWith(TEMPORARY)) {
              entries.add(
                  new Entry(key, attributes.size(), attributes.lastModifiedTime().toInstant()));
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }
        });
    entries.sort(Comparator.comparing(Entry::key));
    return List.copyOf(entries);
  }

  @Override
  public List<String> folders(String prefix) throws IOException {
    try (Stream<Path> children = Files.list(path(prefix))) {
      return children
          .filter(Files::isDirectory)
          .map(c -> c.getFileName().toString())
          .sorted()
          .toList();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
  }

  @Override
  public byte[] read(String key, long offset, int length) throws IOException {
    try (SeekableByteChannel file = Files.newByteChannel(path(key))) {
      ByteBuffer bytes =
          ByteBuffer.allocate((int) Math.max(0, Math.min(length, file.size() - offset)));
      file.position(offset);
      while (bytes.hasRemaining()) {
        if (file.read(bytes) < 0) {
          throw new EOFException(key + " became shorter while it was read");
        }
      }
      return bytes.array();
    }
  }

  @Override
  public Optional<byte[]> read(String key) throws IOException {
    try {
      return Optional.of(Files.readAllBytes(path(key)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public Upload begin(String key, String token) throws IOException {
    Path temporary = temporary(token);
    Files.createDirectories(temporary.getParent());
    return new LocalUpload(temporary, path(key));
  }

  @Override
  public Owner owner(String key, String token) throws IOException {
    Path file = path(key);
    if (!Files.exists(file)) {
      return Owner.ABSENT;
    }
    Path temporary = temporary(token);
    return Files.exists(temporary) && Files.isSameFile(temporary, file) ? Owner.OURS : Owner.OTHERS;
  }

  @Override
  public void replace(String key, byte[] content) throws IOException {
    Path temporary = temporary(UUID.randomUUID().toString());
    Files.createDirectories(temporary.getParent());
    Files.write(temporary, content);
    force(temporary);
    Path file = path(key);
    Files.createDirectories(file.getParent());
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    force(java.util.Objects.requireNonNull(file.getParent()));
  }

  @Override
  public void delete(List<String> keys) throws IOException {
    for (String key : keys) {
      Files.deleteIfExists(path(key));
    }
  }

  @Override
  public void probe() throws IOException {
    String key = "_sluice/probe";
    try {
      create(key, new byte[] {'\n'}, UUID.randomUUID().toString());
      if (create(key, new byte[] {'\n'}, UUID.randomUUID().toString())) {
        throw new UserException(
            root
                + ": the file system let a hard link replace a file, so two writers could overwrite each other; use another");
      }
    } catch (UnsupportedOperationException e) {
      throw new UserException(
          root + ": the file system knows no hard links, which commits need; use another", e);
    } catch (IOException e) {
      throw new UserException(
          root + ": cannot write there: " + e + "; create it or change its owner", e);
    }
  }

  @Override
  public void close() {}

  private Path path(String key) {
    return root.resolve(key);
  }

  private Path temporary(String token) {
    return root.resolve(TEMPORARY).resolve(token);
  }

  private String key(Path file) {
    return root.relativize(file).toString().replace('\\', '/');
  }

  private static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static final class LocalUpload implements Upload {
    private final Path temporary;
    private final Path target;
    private final FileOutputStream file;
    private final OutputStream stream;
    private boolean prepared;
    private boolean keep;

    LocalUpload(Path temporary, Path target) throws IOException {
      this.temporary = temporary;
      this.target = target;
      // A try before may have left the name linked: writing into it would write into the committed
      // file.
      Files.deleteIfExists(temporary);
      this.file = new FileOutputStream(temporary.toFile());
      this.stream = new BufferedOutputStream(file, 1 << 16);
    }

    @Override
    public OutputStream stream() {
      return stream;
    }

    @Override
    public void prepare() throws IOException {
      if (!prepared) {
        stream.flush();
        file.getFD().sync();
        stream.close();
        prepared = true;
      }
    }

    @Override
    public Outcome commit(BooleanSupplier allowed) throws IOException {
      prepare();
      Files.createDirectories(target.getParent());
      if (!allowed.getAsBoolean()) {
        throw new IOException(target + ": too late to be written");
      }
      keep = true;
      try {
        Files.createLink(target, temporary);
      } catch (FileAlreadyExistsException e) {
        keep = false;
        return Outcome.EXISTS;
      }
      force(java.util.Objects.requireNonNull(target.getParent()));
      keep = false;
      return Outcome.COMMITTED;
    }

    @Override
    public void close() {
      try {
        stream.close();
        // While it is not known whether the link was made, the temporary name is the proof that it
        // is ours.
        if (!keep) {
          Files.deleteIfExists(temporary);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
