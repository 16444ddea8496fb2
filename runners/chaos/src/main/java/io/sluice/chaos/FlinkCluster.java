package io.sluice.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.flink.RootCause;
import io.sluice.local.EmbeddedKafka;
import io.sluice.local.JavaProcess;
import io.sluice.local.Leash;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.commons.io.file.PathUtils;
import org.jspecify.annotations.Nullable;

/**
 * A standalone Flink cluster: ZooKeeper for the leader, a JobManager and two TaskManagers, each its
 * own process on loopback, checkpoints and high availability on disk. What dies is started again
 * after a moment, as Kubernetes would.
 */
public final class FlinkCluster implements AutoCloseable {
  static final int TASK_MANAGERS = 2;
  static final int SLOTS = 5;

  /** What a small TaskManager has: the guarantee of bounded memory is tried with no more. */
  static final int TASK_MANAGER_HEAP_MEBIBYTES = 512;

  /**
   * What the JobManager runs, and on what.
   *
   * @param entryPoint Flink's main class of the JobManager
   * @param arguments what it is given beside the configuration's folder
   * @param jobManagerHeapMebibytes its heap
   * @param settings of the configuration, over this cluster's own; addresses, ports and folders
   *     stay this cluster's
   * @param jvmOptions of JobManager and TaskManagers
   * @param installation Flink's folder and class path; null for this process's own class path,
   *     which has the job's classes too
   */
  public record Setup(
      String entryPoint,
      List<String> arguments,
      int jobManagerHeapMebibytes,
      Map<String, String> settings,
      List<String> jvmOptions,
      @Nullable Installation installation) {

    /** A cluster for jobs that come later, with our classes on its class path. */
    static Setup session(String taskManagerOption) {
      return new Setup(
          "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
          List.of(),
          300,
          Map.of(),
          List.of(taskManagerOption),
          null);
    }
  }

  /**
   * Flink as it is installed somewhere.
   *
   * @param home with the folders lib, plugins and usrlib
   * @param libraries all of its class path
   * @param environment variables that JobManager and TaskManagers have
   */
  public record Installation(Path home, List<Path> libraries, Map<String, String> environment) {}

  /** What has not come by then on a busy machine does not come. */
  static final Duration LONGEST_WAIT = Duration.ofMinutes(4);

  /** How long one that has lost its connection to ZooKeeper still leads. */
  static final Duration SESSION = Duration.ofSeconds(5);

  /** How long a process of Flink is waited for that does not answer. */
  static final Duration HEARTBEAT = Duration.ofSeconds(8);

  private static final int MOST_SAVEPOINTS = 3;
  private static final String NO_SASL = "-Dzookeeper.sasl.client=false";

  private final Path directory;
  private final JavaProcess zooKeeper;
  private final JavaProcess jobManager;
  private final List<JavaProcess> taskManagers = new ArrayList<>();
  private final Rest rest;
  private final int restPort;
  private final Thread supervisor;
  private volatile boolean closing;
  private final Map<String, Map<String, Long>> restarts = new TreeMap<>();
  private final Map<String, Long> drops = new TreeMap<>();

  public FlinkCluster(Path directory, Setup setup) throws IOException {
    this.directory = directory;
    Path logs = directory.resolve("logs");
    Path conf = Files.createDirectories(directory.resolve("conf"));
    Files.createDirectories(checkpointDisk());
    int zooKeeperPort = EmbeddedKafka.freePort();
    restPort = EmbeddedKafka.freePort();
    Files.writeString(
        conf.resolve("zoo.cfg"),
        "dataDir=%s\nclientPort=%d\nclientPortAddress=127.0.0.1\nadmin.enableServer=false\ntickTime=500\n"
            .formatted(directory.resolve("zookeeper"), zooKeeperPort));
    Files.writeString(conf.resolve("config.yaml"), settings(zooKeeperPort, setup.settings()));
    zooKeeper =
        new JavaProcess(
            "zookeeper",
            logs,
            List.of("-Xmx64m"),
            "org.apache.flink.runtime.zookeeper.FlinkZooKeeperQuorumPeer",
            List.of("--zkConfigFile", conf.resolve("zoo.cfg").toString(), "--peerId", "1"));
    List<String> jobManagerArguments = new ArrayList<>(List.of("--configDir", conf.toString()));
    jobManagerArguments.addAll(setup.arguments());
    jobManager =
        new JavaProcess(
            "jobmanager",
            logs,
            options(setup, setup.jobManagerHeapMebibytes()),
            setup.entryPoint(),
            jobManagerArguments);
    List<String> taskManagerOptions = options(setup, TASK_MANAGER_HEAP_MEBIBYTES);
    io.sluice.local.EmbeddedS3.CREDENTIALS.forEach(
        (name, value) -> taskManagerOptions.add("-D" + name + "=" + value));
    for (int i = 0; i < TASK_MANAGERS; i++) {
      taskManagers.add(
          new JavaProcess(
              "taskmanager-" + i,
              logs,
              taskManagerOptions,
              "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
              List.of("--configDir", conf.toString())));
    }
    Installation installation = setup.installation();
    if (installation != null) {
      install(installation);
    }
    rest = new Rest(URI.create("http://127.0.0.1:" + restPort));
    supervisor = new Thread(this::supervise, "supervisor");
    supervisor.setDaemon(true);
  }

  private static List<String> options(Setup setup, int heapMebibytes) {
    List<String> options = new ArrayList<>();
    options.add("-Xmx" + heapMebibytes + "m");
    options.add(NO_SASL);
    options.addAll(setup.jvmOptions());
    return options;
  }

  private void install(Installation installation) throws IOException {
    Path leash = Files.createDirectories(directory.resolve("leash"));
    Leash.copyTo(leash);
    List<Path> classPath = new ArrayList<>(installation.libraries());
    classPath.add(leash);
    Map<String, String> environment = new TreeMap<>(installation.environment());
    environment.put("FLINK_LIB_DIR", installation.home().resolve("lib").toString());
    environment.put("FLINK_PLUGINS_DIR", installation.home().resolve("plugins").toString());
    List<JavaProcess> all = new ArrayList<>(taskManagers);
    all.add(jobManager);
    all.add(zooKeeper);
    all.forEach(process -> process.installation(installation.home(), classPath, environment));
  }

  private String settings(int zooKeeperPort, Map<String, String> others) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("state.backend.type", "rocksdb");
    settings.put("execution.checkpointing.incremental", true);
    settings.put("execution.checkpointing.dir", checkpoints().toUri());
    settings.put("execution.checkpointing.savepoint-dir", directory.resolve("savepoints").toUri());
    settings.put("high-availability.storageDir", directory.resolve("ha").toUri());
    settings.put("taskmanager.numberOfTaskSlots", SLOTS);
    settings.put("restart-strategy.type", "fixed-delay");
    settings.put("restart-strategy.fixed-delay.attempts", Integer.MAX_VALUE);
    settings.put("restart-strategy.fixed-delay.delay", "1 s");
    settings.putAll(others);
    settings.put("jobmanager.rpc.address", "127.0.0.1");
    settings.put("jobmanager.bind-host", "127.0.0.1");
    settings.put("rest.address", "127.0.0.1");
    settings.put("rest.bind-address", "127.0.0.1");
    settings.put("rest.port", restPort);
    settings.put("taskmanager.host", "127.0.0.1");
    settings.put("taskmanager.bind-host", "127.0.0.1");
    settings.put("taskmanager.cpu.cores", SLOTS);
    settings.put("taskmanager.memory.task.heap.size", TASK_MANAGER_HEAP_MEBIBYTES - 128 + "m");
    settings.put("taskmanager.memory.task.off-heap.size", "64m");
    settings.put("taskmanager.memory.managed.size", "192m");
    settings.put("taskmanager.memory.network.min", "64m");
    settings.put("taskmanager.memory.network.max", "64m");
    settings.put("taskmanager.memory.framework.heap.size", "128m");
    settings.put("taskmanager.memory.framework.off-heap.size", "128m");
    settings.put("taskmanager.memory.jvm-metaspace.size", "256m");
    settings.put("taskmanager.memory.jvm-overhead.min", "64m");
    settings.put("taskmanager.memory.jvm-overhead.max", "64m");
    settings.put("high-availability.type", "zookeeper");
    settings.put("high-availability.zookeeper.quorum", "127.0.0.1:" + zooKeeperPort);
    settings.put("high-availability.zookeeper.client.session-timeout", SESSION.toMillis());
    settings.put("high-availability.zookeeper.client.connection-timeout", SESSION.toMillis());
    // Hadoop's is looked for by default, and the least of Hadoop that Parquet needs has none.
    settings.put(
        "security.module.factory.classes",
        "org.apache.flink.runtime.security.modules.JaasModuleFactory");
    settings.put(
        "security.context.factory.classes",
        "org.apache.flink.runtime.security.contexts.NoOpSecurityContextFactory");
    settings.put("io.tmp.dirs", directory.resolve("tmp"));
    settings.put("metrics.fetcher.update-interval", 1000);
    settings.put("heartbeat.interval", 2000);
    settings.put("heartbeat.timeout", HEARTBEAT.toMillis());
    settings.put("slot.request.timeout", 600_000);
    return settings.entrySet().stream()
        .map(
            setting ->
                setting.getKey() + ": '" + setting.getValue().toString().replace("'", "''") + "'\n")
        .collect(Collectors.joining());
  }

  /** Where a file system of their own may be mounted for the checkpoints. */
  Path checkpointDisk() {
    return directory.resolve("checkpoint-disk");
  }

  Path checkpoints() {
    return checkpointDisk().resolve("checkpoints");
  }

  String master() {
    return "127.0.0.1:" + restPort;
  }

  /** Starts all of it and waits for the TaskManagers. */
  public void start() throws InterruptedException {
    zooKeeper.start();
    jobManager.start();
    taskManagers.forEach(JavaProcess::start);
    supervisor.start();
    awaitTaskManagers();
  }

  void awaitTaskManagers() throws InterruptedException {
    await(
        "the TaskManagers",
        () -> rest.get("/overview").path("taskmanagers").asInt() >= TASK_MANAGERS);
  }

  /** A question to the cluster that may fail while parts of it are down. */
  public interface Question {
    boolean holds() throws IOException;
  }

  /** Waits until the answer to a question is yes. */
  public void await(String what, Question question) throws InterruptedException {
    new Wait(LONGEST_WAIT, Duration.ofMillis(250), rest::lastAnswer, this::hint)
        .until(what, question);
  }

  private String hint() {
    List<Path> logs = new ArrayList<>();
    taskManagers.forEach(taskManager -> logs.add(taskManager.log()));
    logs.add(jobManager.log());
    String timeOuts = TimeOuts.in(logs);
    return (timeOuts.isEmpty() ? "" : timeOuts + "; ") + "see " + jobManager.log();
  }

  private void supervise() {
    Map<JavaProcess, Integer> dead = new LinkedHashMap<>();
    List<JavaProcess> all = new ArrayList<>(taskManagers);
    all.add(jobManager);
    all.add(zooKeeper);
    for (long second = 0; !closing; second++) {
      for (JavaProcess process : all) {
        if (process.isAlive()) {
          dead.remove(process);
        } else if (dead.merge(process, 1, Integer::sum) > 1) {
          process.start();
        }
      }
      if (second % 3 == 0) {
        readMetrics();
      }
      try {
        TimeUnit.SECONDS.sleep(1);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  synchronized void readMetrics() {
    try {
      for (JsonNode job : rest.get("/jobs/overview").path("jobs")) {
        if (!job.path("state").asText().equals("RUNNING")) {
          continue;
        }
        String id = job.path("jid").asText();
        // A new JobManager starts the job at another time, and counts from 0 again.
        String life = id + "/" + rest.get("/jobs/" + id).path("start-time").asText();
        for (JsonNode metric : rest.get("/jobs/" + id + "/metrics?get=numRestarts")) {
          restarts
              .computeIfAbsent(id, i -> new TreeMap<>())
              .merge(life, metric.path("value").asLong(), Math::max);
        }
        readDrops(id);
      }
    } catch (IOException e) {
      // The JobManager is down: the next time.
    }
  }

  /** Beam counts each element that it drops under a name of its own, where metrics are on. */
  private void readDrops(String job) throws IOException {
    for (JsonNode vertex : rest.get("/jobs/" + job).path("vertices")) {
      String metrics =
          "/jobs/" + job + "/vertices/" + vertex.path("id").asText() + "/subtasks/metrics";
      for (JsonNode metric : rest.get(metrics)) {
        String name = metric.path("id").asText();
        if (name.toLowerCase(java.util.Locale.ROOT).contains("dropped")) {
          String query =
              "?agg=sum&get="
                  + java.net.URLEncoder.encode(name, java.nio.charset.StandardCharsets.UTF_8);
          for (JsonNode value : rest.get(metrics + query)) {
            drops.merge(job + "/" + name, value.path("sum").asLong(), Math::max);
          }
        }
      }
    }
  }

  /** How often jobs were started again by Flink itself. */
  synchronized long restarts() {
    return restarts.values().stream()
        .mapToLong(
            lives -> lives.size() - 1 + lives.values().stream().mapToLong(Long::longValue).sum())
        .sum();
  }

  /** Elements that Beam says it dropped as late, of all jobs so far. */
  synchronized long dropped() {
    return drops.values().stream().mapToLong(Long::longValue).sum();
  }

  void killTaskManager(int which) {
    taskManagers.get(which).kill();
  }

  void killTaskManagers() {
    taskManagers.forEach(JavaProcess::kill);
  }

  public void killJobManager() {
    jobManager.kill();
  }

  /** The JobManager's process, which is another one after each start. */
  public long jobManagerPid() {
    return jobManager.pid();
  }

  /** What the JobManager has written so far, by all of its processes. */
  public Path jobManagerLog() {
    return jobManager.log();
  }

  /** Classes in these folders win over the real ones, in TaskManagers from their next start on. */
  void patches(List<Path> folders) {
    taskManagers.forEach(taskManager -> taskManager.classPathPrefix(folders));
  }

  /** Starts the TaskManagers anew. */
  void restartTaskManagers() throws InterruptedException {
    killTaskManagers();
    // The old ones are counted until their heartbeat is missed.
    TimeUnit.SECONDS.sleep(HEARTBEAT.toSeconds() + 1);
    awaitTaskManagers();
  }

  long peakTaskManagerMemory() {
    return taskManagers.stream().mapToLong(JavaProcess::peakMemory).max().orElse(0);
  }

  /** The id of a job by its name, which is unique here. */
  public String job(String name) throws IOException {
    for (JsonNode job : rest.get("/jobs/overview").path("jobs")) {
      if (job.path("name").asText().equals(name)) {
        return job.path("jid").asText();
      }
    }
    throw new IOException("no job " + name);
  }

  /** A job's state, or that of a part of it that does not run yet. */
  public String state(String job) throws IOException {
    JsonNode vertices = rest.get("/jobs/" + job);
    String state = vertices.path("state").asText();
    if (!state.equals("RUNNING")) {
      return state;
    }
    for (JsonNode vertex : vertices.path("vertices")) {
      if (!List.of("RUNNING", "FINISHED").contains(vertex.path("status").asText())) {
        return vertex.path("status").asText();
      }
    }
    return state;
  }

  /** Why a job has failed last, in one line; empty where it has not failed. */
  public String failure(String job) throws IOException {
    List<String> failures = failures(job, 0);
    return failures.isEmpty() ? "" : failures.get(0);
  }

  /**
   * Why a job has failed since a time, newest first, each as {@code sluice run} says it. Flink's
   * root-exception has the last one only.
   */
  List<String> failures(String job, long sinceMillis) throws IOException {
    List<String> causes = new ArrayList<>();
    for (JsonNode failure :
        rest.get("/jobs/" + job + "/exceptions").at("/exceptionHistory/entries")) {
      if (failure.path("timestamp").asLong() >= sinceMillis) {
        causes.add(RootCause.of(failure.path("stacktrace").asText()));
      }
    }
    return causes;
  }

  /**
   * Takes a savepoint.
   *
   * @param stop whether the job ends with it
   * @return where it is
   */
  String savepoint(String job, boolean stop) throws IOException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        return trySavepoint(job, stop);
      } catch (IOException e) {
        // A job that runs may have tasks that do not yet: an operator would try again.
        if (attempt == MOST_SAVEPOINTS) {
          throw e;
        }
        TimeUnit.SECONDS.sleep(2);
      }
    }
  }

  private String trySavepoint(String job, boolean stop) throws IOException, InterruptedException {
    String trigger =
        rest.post(
                "/jobs/" + job + (stop ? "/stop" : "/savepoints"),
                stop ? "{\"drain\":false}" : "{\"cancel-job\":false}")
            .path("request-id")
            .asText();
    for (int i = 0; i < 240; i++) {
      JsonNode answer = rest.get("/jobs/" + job + "/savepoints/" + trigger);
      if (answer.path("status").path("id").asText().equals("COMPLETED")) {
        JsonNode location = answer.path("operation").path("location");
        if (location.isMissingNode()) {
          throw new IOException(
              "savepoint: "
                  + answer.path("operation").path("failure-cause").path("class").asText());
        }
        return location.asText();
      }
      TimeUnit.MILLISECONDS.sleep(250);
    }
    throw new IOException("no savepoint in a minute, and seen last: " + rest.lastAnswer());
  }

  /** Cancels a job and waits until it has ended. */
  void cancel(String job) throws InterruptedException {
    await(
        "an end of job " + job,
        () -> {
          String state = rest.get("/jobs/" + job).path("state").asText();
          if (List.of("CANCELED", "FAILED", "FINISHED").contains(state)) {
            // Where the JobManager died in between it stays, and in the end the disk is full.
            Path left = checkpoints().resolve(job);
            if (Files.exists(left)) {
              PathUtils.deleteDirectory(left);
            }
            return true;
          }
          if (!state.equals("CANCELLING")) {
            rest.patch("/jobs/" + job);
          }
          return false;
        });
  }

  @Override
  public void close() {
    closing = true;
    supervisor.interrupt();
    try {
      supervisor.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    taskManagers.forEach(JavaProcess::close);
    jobManager.close();
    zooKeeper.close();
  }
}
