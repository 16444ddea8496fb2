package io.sluice.kubernetes;

import io.fabric8.kubernetes.api.model.Container;
import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.UserException;
import io.sluice.cli.Main;
import io.sluice.cli.PipelineFlags;
import io.sluice.cli.Verb;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.derive.DerivedKind;
import io.sluice.flink.FlinkJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** The arguments of job and CronJobs, as the job and the launcher read them. */
final class Flags {
  private static final String ICEBERG = "--icebergConfig=";

  /** What each verb has as the job has it: where things are, and how files are encrypted. */
  private static final Set<String> SHARED =
      Set.of(
          "bootstrapServers",
          "topic",
          "sourceId",
          "lake",
          "deadLetters",
          "contract",
          "kafkaConfigFile",
          "schemaRegistry",
          "schemaRegistryConfigFile",
          "awsRegion",
          "endpoint",
          "s3PathStyle",
          "SSEAlgorithm",
          "SSEKMSKeyId",
          "bucketKeyEnabled");

  private final Manifests manifests;
  private final List<Workload> workloads;
  private final List<String> problems = new ArrayList<>();

  private Flags(Manifests manifests, List<Workload> workloads) {
    this.manifests = manifests;
    this.workloads = workloads;
  }

  static List<String> problems(Manifests manifests, List<Workload> workloads) throws IOException {
    Flags flags = new Flags(manifests, workloads);
    flags.job();
    for (var cronJob : manifests.of("CronJob").toList()) {
      flags.cronJob(Workload.named(workloads, Manifests.name(cronJob)));
    }
    return flags.problems;
  }

  static List<String> ofJob(Manifests manifests) {
    return Manifests.strings(manifests.flinkDeployment().at("/spec/job/args"));
  }

  private void job() throws IOException {
    var job = manifests.flinkDeployment().at("/spec/job");
    SluiceOptions options = read("FlinkDeployment sluice: ", ofJob(manifests));
    if (options == null) {
      return;
    }
    Optional<String> tables = iceberg(ofJob(manifests));
    Workload taskManager = Workload.named(workloads, "taskmanager");
    for (String component : List.of("jobmanager", "taskmanager")) {
      Workload workload = Workload.named(workloads, component);
      files(workload, workload.spec().getContainers().get(0), options);
      tables.ifPresent(path -> tables(workload, workload.spec().getContainers().get(0), path));
    }
    SluiceConfig config = check("FlinkDeployment sluice: ", options);
    if (config == null) {
      return;
    }
    if (config.metrics() == null) {
      problems.add("FlinkDeployment sluice: --metricsAddress is missing, and the PodMonitor asks");
    } else {
      String address = options.getMetricsAddress();
      int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
      boolean declared =
          taskManager
              .containers()
              .flatMap(container -> container.getPorts().stream())
              .anyMatch(p -> "sluice-metrics".equals(p.getName()) && p.getContainerPort() == port);
      if (!declared || !address.startsWith("0.0.0.0:")) {
        problems.add("--metricsAddress=" + address + " is not 0.0.0.0 at the port sluice-metrics");
      }
    }
    FlinkPipelineOptions flink = options.as(FlinkPipelineOptions.class);
    if (flink.getParallelism() != job.path("parallelism").asInt()) {
      problems.add(
          "--parallelism="
              + flink.getParallelism()
              + " is not job.parallelism "
              + job.path("parallelism").asInt());
    }
    if (!flink.getCheckpointingMode().equals("EXACTLY_ONCE")
        || flink.getUnalignedCheckpointEnabled()) {
      problems.add("checkpoints are to be exactly-once and aligned");
    }
    if (flink.getStateBackend() != null) {
      problems.add("--stateBackend hides flinkConfiguration's state.backend.type");
    }
    memory(config, options);
  }

  /** docs/operations.md, Memory of a slot; the figures are those of {@code sluice size}. */
  private void memory(SluiceConfig config, SluiceOptions options) {
    Configuration configuration = FlinkOperator.configuration(manifests.flinkDeployment());
    long pane = config.write().fileBytes() >> 20;
    long pages = (long) Math.ceil(pane * 0.1 / 0.45);
    long slot = 64L + 32 + 3 * pane + pages + 3L * options.getS3PartMebibytes();
    long slots = FlinkOperator.slots(configuration);
    var memory = FlinkOperator.memory(configuration);
    long heap =
        (long) memory.getTaskHeapSize().getMebiBytes()
            + memory.getFlinkMemory().getFrameworkHeap().getMebiBytes();
    if (heap < 128 + slots * slot) {
      problems.add(
          "a TaskManager's heap of "
              + heap
              + " MiB is less than 128 + "
              + slots
              + " × "
              + slot
              + " MiB: raise taskManager.resource.memory");
    }
    if (memory.getManagedMemorySize().getMebiBytes() < 256 * slots) {
      problems.add("RocksDB is to have 256 MiB a slot: raise taskmanager.memory.managed.size");
    }
  }

  private void cronJob(Workload workload) throws IOException {
    Container container = workload.spec().getContainers().get(0);
    String title = "CronJob " + workload.name() + ": ";
    if (!container.getCommand().equals(List.of("sluice"))) {
      problems.add(title + "its command is " + container.getCommand() + ", not sluice");
      return;
    }
    ParseResult verb;
    try {
      CommandLine line = new CommandLine(Main.class);
      ServiceLoader.load(Verb.class).forEach(line::addSubcommand);
      verb = line.parseArgs(container.getArgs().toArray(new String[0])).subcommand();
    } catch (CommandLine.ParameterException e) {
      problems.add(title + e.getMessage());
      return;
    }
    if (verb == null) {
      problems.add(title + "it names no verb");
      return;
    }
    List<String> flags = PipelineFlags.given(verb);
    SluiceOptions options = read(title, flags);
    if (options == null) {
      return;
    }
    files(workload, container, options);
    iceberg(flags).ifPresent(path -> tables(workload, container, path));
    SluiceConfig config = check(title, options);
    if (config != null && verb.hasMatchedOption("--out")) {
      // What terraform/modules/identity lets the maintainer replace.
      String page = config.lake().root() + "/_sluice/" + config.contract().table() + "/report.html";
      String out = verb.matchedOptionValue("--out", "");
      if (!out.equals(page)) {
        problems.add(title + "--out=" + out + " is not " + page + ", which its role may write");
      }
    }
    boolean isSuspended = manifests.get("CronJob", workload.name()).at("/spec/suspend").asBoolean();
    String name = verb.commandSpec().name();
    DerivedKind derived = DerivedKind.all().get(name);
    if (config != null && derived != null && !isSuspended && !derived.isOf(config.contract())) {
      problems.add(
          title
              + "no "
              + name
              + " can be made of table "
              + config.contract().table()
              + " by its contract, of format "
              + config.contract().format().name());
    }
    Set<String> job = new HashSet<>(ofJob(manifests));
    for (String flag : flags) {
      if (!job.contains(flag)) {
        problems.add(title + flag + " is not what the job has");
      }
    }
    for (String flag : job) {
      String shared = flag.replaceFirst("^--", "").replaceFirst("=.*", "");
      if (SHARED.contains(shared) && !flags.contains(flag)) {
        problems.add(title + "has not " + flag + ", which the job has");
      }
    }
  }

  private @org.jspecify.annotations.Nullable SluiceOptions read(String title, List<String> flags)
      throws IOException {
    try {
      return FlinkJob.options(withMountedCatalog(flags));
    } catch (UserException e) {
      problems.add(title + e.getMessage());
      return null;
    }
  }

  private @org.jspecify.annotations.Nullable SluiceConfig check(String title, SluiceOptions options)
      throws IOException {
    Path contract = Files.createTempFile("contract", ".yaml");
    try {
      Files.writeString(contract, contract(manifests));
      options.setContract(List.of(contract.toString()));
      return SluiceConfig.from(options);
    } catch (UserException e) {
      problems.add(title + e.getMessage());
      return null;
    } finally {
      Files.delete(contract);
    }
  }

  /** The contract that is mounted. */
  static String contract(Manifests manifests) {
    return manifests
        .find("ConfigMap", "sluice-contract")
        .flatMap(map -> Manifests.text(map, "contract.yaml"))
        .orElse("");
  }

  static Contract parsed(Manifests manifests) throws IOException {
    Path contract = Files.createTempFile("contract", ".yaml");
    try {
      Files.writeString(contract, contract(manifests));
      return ContractParser.read(contract);
    } finally {
      Files.delete(contract);
    }
  }

  /** The flags with what is mounted as the catalog's file, which is looked at before a run. */
  private List<String> withMountedCatalog(List<String> flags) throws IOException {
    Optional<String> path = iceberg(flags);
    if (path.isEmpty()) {
      return flags;
    }
    Path mounted = Files.createTempFile("iceberg", ".properties");
    mounted.toFile().deleteOnExit();
    Files.writeString(
        mounted,
        manifests
            .find("Secret", "sluice-iceberg")
            .flatMap(secret -> Manifests.text(secret, Path.of(path.get()).getFileName().toString()))
            .orElse(""));
    return flags.stream().map(flag -> flag.startsWith(ICEBERG) ? ICEBERG + mounted : flag).toList();
  }

  private static Optional<String> iceberg(List<String> flags) {
    return flags.stream()
        .filter(flag -> flag.startsWith(ICEBERG))
        .map(flag -> flag.substring(ICEBERG.length()))
        .findFirst();
  }

  private void tables(Workload workload, Container container, String path) {
    file(workload, container, "--icebergConfig", path, "Secret");
  }

  private void files(Workload workload, Container container, SluiceOptions options) {
    List<String> contracts = options.getContract();
    if (contracts == null) {
      file(workload, container, "--contract", null, "ConfigMap");
    } else {
      contracts.forEach(one -> file(workload, container, "--contract", one, "ConfigMap"));
    }
    file(workload, container, "--kafkaConfigFile", options.getKafkaConfigFile(), "Secret");
    String registry = options.getSchemaRegistryConfigFile();
    if (registry != null) {
      file(workload, container, "--schemaRegistryConfigFile", registry, "Secret");
    }
  }

  private void file(Workload workload, Container container, String flag, String path, String kind) {
    Optional<Workload.Source> source =
        path == null ? Optional.empty() : workload.source(container, path);
    if (source.isEmpty() || !source.get().kind().equals(kind)) {
      problems.add(
          "pod of "
              + workload.name()
              + ": "
              + flag
              + "="
              + path
              + " is not mounted from a "
              + kind);
    }
  }
}
