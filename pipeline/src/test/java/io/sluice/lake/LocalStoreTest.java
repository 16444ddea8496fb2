package io.sluice.lake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A lake in a directory, where its disk and its rights are not as they should be. */
class LocalStoreTest {
  @TempDir Path directory;

  private static List<Path> temporaryFiles(Path root) throws IOException {
    try (Stream<Path> files = Files.list(root.resolve("_sluice/tmp"))) {
      return files.toList();
    }
  }

  /** Each walk finds one more: two that find the same would never come. */
  @Test
  void aListOfAFolderThatIsWrittenToEnds() throws Exception {
    Path folder = Files.createDirectories(directory.resolve("t/d"));
    for (int i = 0; i < 3_000; i++) {
      Files.createFile(folder.resolve("old-" + i));
    }
    AtomicBoolean done = new AtomicBoolean();
    Thread writer =
        new Thread(
            () -> {
              try {
                for (int i = 0; !done.get(); i++) {
                  Files.createFile(folder.resolve("new-" + i));
                  // Fewer than a walk takes, and yet one in each.
                  TimeUnit.MILLISECONDS.sleep(1);
                }
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    writer.start();
    try (Store store = new LocalStore(directory)) {
      long old =
          store.list("t/").stream().filter(entry -> entry.key().startsWith("t/d/old-")).count();
      assertEquals(3_000, old);
    } finally {
      done.set(true);
      writer.join();
    }
  }

  /** What a walk came too late for is looked for once more. */
  @Test
  void aListMeetsWhatTakesThePlaceOfWhatVanishes() throws Exception {
    Path folder = Files.createDirectories(directory.resolve("t"));
    Files.createFile(folder.resolve("file-0"));
    AtomicBoolean done = new AtomicBoolean();
    Thread renamer =
        new Thread(
            () -> {
              try {
                for (int i = 0; !done.get(); i++) {
                  Files.createFile(folder.resolve("file-" + (i + 1)));
                  Files.delete(folder.resolve("file-" + i));
                  // A rewrite takes longer than a list.
                  TimeUnit.MILLISECONDS.sleep(1);
                }
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    renamer.start();
    try (Store store = new LocalStore(directory)) {
      for (int i = 0; i < 100; i++) {
        assertFalse(store.list("t/").isEmpty());
      }
    } finally {
      done.set(true);
      renamer.join();
    }
  }

  @Test
  void itsClockIsThatOfItsFiles() throws IOException {
    try (Store store = new LocalStore(directory)) {
      store.replace("a", new byte[1]);
      Instant written = store.list("a").get(0).modified();
      Instant now = store.now();
      assertFalse(now.isBefore(written), now + " " + written);
      assertTrue(now.isBefore(written.plusSeconds(60)), now + " " + written);
      assertEquals(List.of(), temporaryFiles(directory));
    }
  }

  @Test
  void whatAKilledProcessLeftIsRemovedByALaterStart() throws IOException {
    try (Store store = new LocalStore(directory)) {
      Store.Upload killed = store.begin("a", "killed");
      Store.Upload slow = store.begin("b", "slow");
      Files.setLastModifiedTime(
          directory.resolve("_sluice/tmp/killed"),
          FileTime.from(Instant.now().minus(Duration.ofHours(25))));
      store.probe();
      assertEquals(List.of(directory.resolve("_sluice/tmp/slow")), temporaryFiles(directory));
      slow.close();
      killed.close();
    }
  }

  @Test
  void aFileInTheWayIsNamed() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    try (Store store = new LocalStore(file.resolve("lake"))) {
      StoreException e = assertThrows(StoreException.class, store::probe);
      assertTrue(
          e.getMessage()
              .matches(
                  file
                      + "/lake: writing _sluice/probe: Not a directory.*; a file is in the way:"
                      + " name a directory"),
          e.getMessage());
      assertThrows(StoreException.class, () -> store.list("t/"));
    }
  }

  @Test
  void whatTheSystemSaysBecomesWhatToDo() {
    for (IOException said :
        List.of(
            new AccessDeniedException("/lake/x"),
            new FileSystemException("/lake/x", null, "Permission denied"),
            new IOException("/lake/x (Permission denied)"))) {
      StoreException e =
          assertThrows(
              StoreException.class,
              () -> {
                throw LocalFailures.of("/lake", "reading x", said);
              });
      assertTrue(e.getMessage().startsWith("/lake: reading x: Permission denied"), e.getMessage());
      assertTrue(e.getMessage().contains("change its owner or its rights"), e.getMessage());
    }
    IOException passing =
        LocalFailures.of("/lake", "reading x", new IOException("Input/output error"));
    assertTrue(
        passing.getMessage().startsWith("/lake: reading x: Input/output error; the disk fails"),
        passing.getMessage());
    assertEquals(passing.getMessage(), passing.getCause().getMessage());
    assertTrue(passing.getCause() instanceof StoreException);
    assertEquals(passing, LocalFailures.of("/lake", "writing y", passing));
    IOException other = new IOException("what nobody knows");
    assertEquals(other, LocalFailures.of("/lake", "reading x", other));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Operation not permitted",
        "Operation not supported",
        "Function not implemented",
        "Invalid cross-device link"
      })
  void aFileSystemWithoutHardLinksIsCalledThat(String said) throws IOException {
    try (Store store =
        new LocalStore(
            directory,
            (name, file) -> {
              throw new FileSystemException(name.toString(), file.toString(), said);
            })) {
      for (Executable write :
          List.<Executable>of(store::probe, () -> store.create("t/a", new byte[1], "token"))) {
        String message = assertThrows(StoreException.class, write).getMessage();
        assertTrue(
            message.contains(": " + said + "; the file system makes no hard links"), message);
        assertFalse(message.contains("owner"), message);
      }
      assertEquals(List.of(), store.list(""));
      assertEquals(List.of(), temporaryFiles(directory));
    }
  }

  /** A file system of its own, of some hundred KiB. */
  private static final class SmallDisk implements AutoCloseable {
    final Path at;

    SmallDisk(Path at, String options) throws Exception {
      this.at = Files.createDirectories(at);
      assumeTrue(
          run("mount", "-t", "tmpfs", "-o", options, "tmpfs", at.toString()),
          "mounting a file system is not allowed here");
    }

    static boolean run(String... command) throws Exception {
      try {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        return process.waitFor() == 0;
      } catch (IOException e) {
        return false;
      }
    }

    @Override
    public void close() throws Exception {
      assertTrue(run("umount", at.toString()));
    }
  }

  @Test
  void aFullDiskIsCalledFullAndKeepsNoHalfFile() throws Exception {
    try (SmallDisk disk = new SmallDisk(directory.resolve("small"), "size=256k");
        Store store = new LocalStore(disk.at)) {
      store.probe();
      StoreException e =
          assertThrows(
              StoreException.class,
              () -> {
                try (Store.Upload upload = store.begin("t/file", "token")) {
                  upload.stream().write(new byte[1 << 20]);
                  upload.commit();
                }
              });
      assertTrue(
          e.getMessage().startsWith(disk.at + ": writing t/file: No space left on device"),
          e.getMessage());
      assertTrue(e.getMessage().endsWith("free some space, or name another directory"));
      assertThrows(StoreException.class, () -> store.replace("t/other", new byte[1 << 20]));
      assertEquals(List.of(), temporaryFiles(disk.at));
      assertEquals(List.of(), store.list("t/"));
      // There is room again, for half a file was kept of none.
      assertTrue(store.create("t/small", new byte[100_000], "small"));
    }
  }

  @Test
  void aNewLakeOnAFullDiskSaysSo() throws Exception {
    try (SmallDisk disk = new SmallDisk(directory.resolve("full"), "size=64k")) {
      try {
        Files.write(disk.at.resolve("filler"), new byte[1 << 20]);
      } catch (IOException e) {
        assertTrue(e.getMessage().contains("No space left"), e.getMessage());
      }
      try (Store store = new LocalStore(disk.at.resolve("lake"))) {
        StoreException e = assertThrows(StoreException.class, store::probe);
        assertTrue(e.getMessage().contains("the disk is full: free some space"), e.getMessage());
      }
    }
  }

  @Test
  void aReadOnlyDiskSaysSo() throws Exception {
    try (SmallDisk disk = new SmallDisk(directory.resolve("ro"), "size=64k,ro");
        Store store = new LocalStore(disk.at)) {
      assertEquals(List.of(), store.list("t/"));
      assertThrows(StoreException.class, store::now);
      assertTrue(store.nowToReaders().isAfter(Instant.EPOCH));
      StoreException e = assertThrows(StoreException.class, store::probe);
      assertTrue(
          e.getMessage().endsWith("mount it writable, or name another directory"), e.getMessage());
    }
  }
}
