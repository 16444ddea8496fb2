package io.sluice.lake;

import io.sluice.FileFaults;
import io.sluice.UserException;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A store in a directory. An object is written to a temporary file outside of any table, forced to
 * disk, and given its name by a hard link, which fails where the name is taken: readers see whole
 * files only, and of two writers one wins.
 */
final class LocalStore implements Store {
  /** Outside of every table; what a crash leaves here is removed by a later start. */
  private static final String TEMPORARY = "_sluice/tmp";

  private static final int MOST_WALKS = 20;

  /** No upload is written to, nor committed, after so long. */
  private static final Duration ABANDONED = Duration.ofDays(1);

  /** Gives a file a second name, which must be free. */
  interface Link {
    void create(Path name, Path file) throws IOException;
  }

  private final Path root;
  private final Link link;

  LocalStore(Path root) {
    this(root, Files::createLink);
  }

  LocalStore(Path root, Link link) {
    this.root = root;
    this.link = link;
  }

  @Override
  public String root() {
    return root.toString();
  }

  /** That of the file system, which is another host's where the directory is mounted from one. */
  @Override
  public Instant now() throws IOException {
    return doing(
        "writing to see its clock",
        () -> {
          Path touched = temporary("now-" + UUID.randomUUID());
          makeFolder(touched);
          Files.createFile(touched);
          try {
            return Files.getLastModifiedTime(touched).toInstant();
          } finally {
            Files.deleteIfExists(touched);
          }
        });
  }

  /** That of this host: the file system tells its own only to who writes. */
  @Override
  public Instant nowToReaders() {
    return Instant.now();
  }

  @Override
  public List<Entry> list(String prefix) throws IOException {
    Path folder = path(prefix.substring(0, prefix.lastIndexOf('/') + 1));
    return doing(
        "listing " + prefix,
        () -> {
          // A directory is not read in any order, and not at one moment. What was there during the
          // whole of a walk is in it: so where all that one found is there in the next, nothing
          // that the next came too late for was deleted meanwhile. What was added does not matter.
          Set<String> before = Set.of();
          for (int walks = 0; walks < MOST_WALKS; walks++) {
            List<Entry> entries = walk(folder, prefix);
            Set<String> keys = entries.stream().map(Entry::key).collect(Collectors.toSet());
            if (walks > 0 && keys.containsAll(before)) {
              return entries;
            }
            before = keys;
          }
          throw new IOException(
              root
                  + ": listing "
                  + prefix
                  + ": files vanished during each of "
                  + MOST_WALKS
                  + " tries; let nothing but sluice delete files there");
        });
  }

  private List<Entry> walk(Path folder, String prefix) throws IOException {
    List<Entry> entries = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path file, BasicFileAttributes attributes) {
            return key(file).equals(TEMPORARY)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String key = key(file);
            if (attributes.isRegularFile() && key.startsWith(prefix)) {
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
    return doing(
        "listing " + prefix,
        () -> {
          try (Stream<Path> children = Files.list(path(prefix))) {
            return children
                .filter(Files::isDirectory)
                .map(c -> c.getFileName().toString())
                .sorted()
                .toList();
          } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
          } catch (UncheckedIOException e) {
            throw e.getCause();
          }
        });
  }

  @Override
  public byte[] read(String key, long offset, int length) throws IOException {
    return doing(
        "reading " + key,
        () -> {
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
        });
  }

  @Override
  public Optional<byte[]> read(String key) throws IOException {
    return doing(
        "reading " + key,
        () -> {
          try {
            return Optional.of(Files.readAllBytes(path(key)));
          } catch (NoSuchFileException e) {
            return Optional.empty();
          }
        });
  }

  @Override
  public Upload begin(String key, String token) throws IOException {
    return doing(
        "writing " + key,
        () -> {
          Path temporary = temporary(token);
          makeFolder(temporary);
          return new LocalUpload(key, temporary, path(key));
        });
  }

  @Override
  public Owner owner(String key, String token) throws IOException {
    return doing(
        "asking for " + key,
        () -> {
          Path file = path(key);
          if (!Files.exists(file)) {
            return Owner.ABSENT;
          }
          Path temporary = temporary(token);
          return Files.exists(temporary) && Files.isSameFile(temporary, file)
              ? Owner.OURS
              : Owner.OTHERS;
        });
  }

  @Override
  public void replace(String key, byte[] content) throws IOException {
    doing(
        "writing " + key,
        () -> {
          Path temporary = temporary(UUID.randomUUID().toString());
          makeFolder(temporary);
          try {
            Files.write(temporary, content);
            force(temporary);
            Path file = path(key);
            makeFolder(file);
            Files.move(
                temporary,
                file,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
            force(Objects.requireNonNull(file.getParent()));
          } finally {
            Files.deleteIfExists(temporary);
          }
          return "";
        });
  }

  @Override
  public void delete(List<String> keys) throws IOException {
    for (String key : keys) {
      doing("deleting " + key, () -> Files.deleteIfExists(path(key)));
    }
  }

  @Override
  public void probe() throws IOException {
    sweep();
    String key = "_sluice/probe";
    try {
      create(key, new byte[] {'\n'}, UUID.randomUUID().toString());
      if (create(key, new byte[] {'\n'}, UUID.randomUUID().toString())) {
        throw new UserException(
            root
                + ": the file system let a hard link replace a file, so two writers could overwrite each other; use another");
      }
    } catch (IOException e) {
      LocalFailures.throwIfNamed(e);
      throw new UserException(
          root + ": cannot write there: " + FileFaults.why(e) + "; create it or change its owner",
          e);
    }
  }

  /**
   * Deletes temporary files that a killed process has left: nobody has written to them for so long
   * that nobody will.
   */
  private void sweep() throws IOException {
    Path folder = root.resolve(TEMPORARY);
    if (!Files.isDirectory(folder)) {
      return;
    }
    doing(
        "deleting what is left in " + TEMPORARY,
        () -> {
          List<Path> files;
          try (Stream<Path> all = Files.list(folder)) {
            files = all.toList();
          } catch (UncheckedIOException e) {
            throw e.getCause();
          }
          if (files.isEmpty()) {
            return "";
          }
          Instant old = now().minus(ABANDONED);
          for (Path file : files) {
            try {
              if (Files.getLastModifiedTime(file).toInstant().isBefore(old)) {
                Files.deleteIfExists(file);
              }
            } catch (NoSuchFileException e) {
              // Its writer was faster.
              continue;
            }
          }
          return "";
        });
  }

  private interface Deed<T> {
    T run() throws IOException;
  }

  private <T> T doing(String what, Deed<T> deed) throws IOException {
    try {
      return deed.run();
    } catch (IOException e) {
      throw LocalFailures.of(root(), what, e);
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

  /**
   * The folder of a file. Where a file system makes none at all, that no folder is there is no
   * reason.
   */
  private static void makeFolder(Path file) throws IOException {
    Path folder = Objects.requireNonNull(file.getParent());
    try {
      Files.createDirectories(folder);
    } catch (NoSuchFileException e) {
      FileSystemException refused =
          new FileSystemException(folder.toString(), null, LocalFailures.NO_FOLDER);
      refused.initCause(e);
      throw refused;
    }
  }

  private static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private final class LocalUpload implements Upload {
    private final String key;
    private final Path temporary;
    private final Path target;
    private final FileOutputStream file;
    private final OutputStream stream;
    private boolean prepared;
    private boolean keep;

    LocalUpload(String key, Path temporary, Path target) throws IOException {
      this.key = key;
      this.temporary = temporary;
      this.target = target;
      // A try before may have left the name linked: writing into it would write into the committed
      // file.
      Files.deleteIfExists(temporary);
      this.file = new FileOutputStream(temporary.toFile());
      this.stream =
          new BufferedOutputStream(
              new FilterOutputStream(file) {
                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                  doing(
                      "writing " + key,
                      () -> {
                        file.write(bytes, offset, length);
                        return "";
                      });
                }
              },
              1 << 16);
    }

    @Override
    public OutputStream stream() {
      return stream;
    }

    @Override
    public void prepare() throws IOException {
      if (!prepared) {
        doing(
            "writing " + key,
            () -> {
              stream.flush();
              file.getFD().sync();
              file.close();
              return "";
            });
        prepared = true;
      }
    }

    @Override
    public Outcome commit(BooleanSupplier allowed) throws IOException {
      prepare();
      try {
        return doing("writing " + key, () -> link(allowed));
      } catch (StoreException e) {
        // Then no link was made.
        keep = false;
        throw e;
      }
    }

    private Outcome link(BooleanSupplier allowed) throws IOException {
      makeFolder(target);
      if (!allowed.getAsBoolean()) {
        throw new IOException(target + ": too late to be written");
      }
      keep = true;
      try {
        link.create(target, temporary);
      } catch (FileAlreadyExistsException e) {
        keep = false;
        return Outcome.EXISTS;
      } catch (IOException | UnsupportedOperationException e) {
        LocalFailures.throwIfNoLinks(root(), key, e);
        throw e;
      }
      force(Objects.requireNonNull(target.getParent()));
      keep = false;
      return Outcome.COMMITTED;
    }

    @Override
    public void close() {
      try {
        // What it has gathered goes nowhere: on a full disk there would be no room for it.
        file.close();
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
