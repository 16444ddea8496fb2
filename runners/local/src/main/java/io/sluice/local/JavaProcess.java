package io.sluice.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A JVM of its own that can be killed, frozen and started again with the same command. It ends with
 * this one.
 */
public final class JavaProcess implements AutoCloseable {
  private final String name;
  private final Path log;
  private final List<String> jvmOptions;
  private final String mainClass;
  private final List<String> arguments;
  private List<Path> classPathPrefix = List.of();
  private List<Path> classPath = List.of();
  private @Nullable Path workingDirectory;
  private Map<String, String> environment = Map.of();
  private @Nullable Process process;

  public JavaProcess(
      String name,
      Path logDirectory,
      List<String> jvmOptions,
      String mainClass,
      List<String> arguments) {
    this.name = name;
    this.log = logDirectory.resolve(name + ".log");
    this.jvmOptions = List.copyOf(jvmOptions);
    this.mainClass = mainClass;
    this.arguments = List.copyOf(arguments);
  }

  /** Classes in these folders win over this process's own, from the next start on. */
  public void classPathPrefix(List<Path> folders) {
    classPathPrefix = List.copyOf(folders);
  }

  /**
   * Runs on these libraries in place of this process's own class path, in a folder, with variables
   * added to the environment; from the next start on.
   */
  public void installation(Path folder, List<Path> libraries, Map<String, String> variables) {
    workingDirectory = folder;
    classPath = List.copyOf(libraries);
    environment = Map.copyOf(variables);
  }

  public synchronized void start() {
    if (isAlive()) {
      return;
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=4",
            "-XX:+ExitOnOutOfMemoryError"));
    command.addAll(jvmOptions);
    command.add(Leash.class.getName());
    command.add(String.valueOf(ProcessHandle.current().pid()));
    command.add(mainClass);
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    // By the environment: the command line stays readable in a process list.
    builder.environment().put("CLASSPATH", classPath());
    builder.environment().put("SLUICE_LOG", "INFO");
    builder.environment().put("SLUICE_LOG_ALL", "WARN");
    builder.environment().putAll(environment);
    try {
      Files.createDirectories(log.getParent());
      if (workingDirectory != null) {
        builder.directory(workingDirectory.toFile());
      }
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException("starting " + name, e);
    }
  }

  private String classPath() {
    List<String> entries = new ArrayList<>();
    classPathPrefix.forEach(folder -> entries.add(folder.toString()));
    classPath.forEach(library -> entries.add(library.toString()));
    if (classPath.isEmpty()) {
      // Under Maven's test runner the JVM's own class path is one jar with a manifest.
      entries.add(
          System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    }
    return String.join(java.io.File.pathSeparator, entries);
  }

  public synchronized boolean isAlive() {
    return process != null && process.isAlive();
  }

  /**
   * Its id while it runs.
   *
   * @throws IllegalStateException where it was never started
   */
  public synchronized long pid() {
    if (process == null) {
      throw new IllegalStateException(name + " was not started");
    }
    return process.pid();
  }

  /** The peak of its resident memory so far, in bytes; 0 where the system does not tell. */
  public synchronized long peakMemory() {
    if (process == null) {
      return 0;
    }
    try {
      return Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }

  /** Kills it as {@code kill -9} does, and waits until it is gone. */
  public synchronized void kill() {
    Process running = process;
    if (running == null) {
      return;
    }
    running.destroyForcibly();
    try {
      if (!running.waitFor(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException(name + " does not die");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Waits until it ends by itself.
   *
   * @return its exit status
   * @throws IOException where it has not ended by then; it goes on
   */
  public int await(Duration patience) throws IOException, InterruptedException {
    Process running;
    synchronized (this) {
      running = process;
    }
    if (running == null || !running.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IOException(name + " has not ended; see " + log);
    }
    return running.exitValue();
  }

  /** Stops it in the middle of what it does, as {@code kill -STOP}. */
  public void freeze() {
    signal("-STOP");
  }

  public void thaw() {
    signal("-CONT");
  }

  private synchronized void signal(String signal) {
    if (process == null || !process.isAlive()) {
      return;
    }
    try {
      new ProcessBuilder("kill", signal, String.valueOf(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until something listens at a port of this machine. */
  public static void awaitPort(int port) throws InterruptedException {
    for (int i = 0; i < 1800; i++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        if (socket.isConnected()) {
          return;
        }
      } catch (IOException e) {
        TimeUnit.MILLISECONDS.sleep(100);
      }
    }
    throw new IllegalStateException("nothing listens at port " + port);
  }

  public Path log() {
    return log;
  }

  @Override
  public void close() {
    kill();
  }
}
