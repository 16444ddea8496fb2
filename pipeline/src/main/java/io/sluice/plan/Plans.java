package io.sluice.plan;

import io.sluice.SluiceConfig;
import io.sluice.Starts;
import io.sluice.contract.Contract;
import io.sluice.deadletter.DeadLetters;
import io.sluice.lake.LakeDescriptor;
import io.sluice.metrics.MetricsServer;
import io.sluice.schema.Schemas;
import io.sluice.source.Sample;
import io.sluice.source.Source;
import io.sluice.source.SourceReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/**
 * Makes the plans of the tables of a run. What several of them need is tried once: brokers, stores,
 * the registry, the topic of dead letters, the metrics' address; a topic that several tables share
 * is read once. What a run needs and does not find is a check that failed of each plan that needs
 * it, not an exception. Not safe for use by several threads.
 */
public final class Plans implements AutoCloseable {
  private final SluiceConfig config;
  private final PipelineOptions options;
  private final Plan.Question question;
  private final Map<List<String>, Place> places = new HashMap<>();
  private final Map<List<String>, SourceLook> looks = new HashMap<>();
  private final Map<List<String>, Integer> tablesToCome = new HashMap<>();
  private final StoreChecks lake;
  private final StoreChecks deadLetters;
  private @Nullable Schemas schemas;
  private @Nullable Checks letterTopic;
  private @Nullable Checks metrics;

  /**
   * Where sources are, looked at.
   *
   * @param notReached why nothing behind it can be looked at; null where it can
   */
  private record Place(Checks checks, @Nullable String notReached) {}

  /**
   * @param config of the run, with all of its contracts
   */
  public Plans(SluiceConfig config, PipelineOptions options, Plan.Question question) {
    this.config = config;
    this.options = options;
    this.question = question;
    this.lake = new StoreChecks("lake", config.lake(), options);
    this.deadLetters = new StoreChecks("deadLetters", config.deadLetters(), options);
    config.inputs().forEach(input -> tablesToCome.merge(key(input.source()), 1, Integer::sum));
  }

  private static List<String> key(Source source) {
    return List.of(source.address(), source.name());
  }

  /**
   * The tables of the run in the order in which they are to be asked for: those of one source after
   * each other, so that one sample is held at a time.
   */
  public List<SluiceConfig> inOrder() {
    Map<List<String>, List<SluiceConfig>> bySource = new LinkedHashMap<>();
    for (SluiceConfig one : config.each()) {
      bySource.computeIfAbsent(key(one.source()), source -> new ArrayList<>()).add(one);
    }
    return bySource.values().stream().flatMap(List::stream).toList();
  }

  /**
   * Makes the plan of a table.
   *
   * @param table one of the run's, each of which is asked for once
   * @param progress is told how many records of the sample were read
   */
  public Plan of(SluiceConfig table, LongConsumer progress) throws IOException {
    Contract contract = table.contract();
    Checks checks = new Checks();
    SourceLook look = look(table, progress);
    checks.addAll(look.checks());
    if (placeOf(table.source()).notReached() == null) {
      checks.addAll(letterTopic());
    }
    checks.note("group", "none is used, nor transactions: no right to them is needed");
    Optional<LakeDescriptor> there =
        lake.of(contract.lakeTable(), contract, checks, table.shards(), table.reshard());
    deadLetters.of(DeadLetters.table(contract), null, checks, table.shards(), table.reshard());
    if (there.isPresent() && look.isReadable() && table.startFrom().asksTheLake()) {
      startFromLake(table, checks);
    }
    checks.addAll(metrics());
    Sample sample = look.sample();
    Findings findings = findings(table, sample, checks);
    Sizing sizing =
        findings == null
            ? null
            : Sizing.of(
                    table,
                    question.parallelism(),
                    findings,
                    look.traffic(),
                    there.orElse(null),
                    question.gibPerDay())
                .orElse(null);
    return new Plan(
        table,
        checks.all(),
        sample == null ? null : Plan.Sampled.of(sample),
        findings,
        look.traffic(),
        sizing,
        there.orElse(null));
  }

  private @Nullable Findings findings(SluiceConfig table, @Nullable Sample sample, Checks checks)
      throws IOException {
    RegistryCheck check = new RegistryCheck(checks, table.decoding().schemas().address());
    if (sample == null || sample.records().isEmpty()) {
      check.skip();
      return null;
    }
    Schemas opened = schemas;
    if (opened == null) {
      opened = check.open(config);
      schemas = opened;
    }
    return opened != null && check.run(table, sample.records(), opened)
        ? Findings.of(
            sample.records(),
            table,
            before(table.contract()),
            showsValues(table.contract()),
            opened)
        : null;
  }

  /** A value that one table masks is not shown by another one of the same records. */
  private boolean showsValues(Contract contract) {
    return config.inputs().stream()
        .map(SluiceConfig.Input::contract)
        .filter(one -> one.source().equals(contract.source()))
        .allMatch(Contract::showsValues);
  }

  /** The tables of this run whose contracts come before one and have its source. */
  private List<String> before(Contract contract) {
    List<String> tables = new ArrayList<>();
    for (SluiceConfig.Input input : config.inputs()) {
      if (input.contract().table().equals(contract.table())) {
        break;
      }
      if (input.contract().source().equals(contract.source())) {
        tables.add(input.contract().table());
      }
    }
    return tables;
  }

  /** What a source's tables have in common; a sample is held until the last of them has it. */
  private SourceLook look(SluiceConfig table, LongConsumer progress) {
    List<String> key = key(table.source());
    SourceLook look = looks.get(key);
    if (look == null) {
      Place place = placeOf(table.source());
      Checks checks = new Checks();
      checks.addAll(place.checks());
      look = SourceLook.at(table, checks, place.notReached(), question.sample(), progress);
    }
    if (tablesToCome.merge(key, -1, Integer::sum) > 0) {
      looks.put(key, look);
    } else {
      looks.remove(key);
    }
    return look;
  }

  private Place placeOf(Source source) {
    List<Source.Probe> probes = source.probes();
    List<String> key = new ArrayList<>(List.of(source.address()));
    probes.forEach(probe -> key.add(probe.name()));
    return places.computeIfAbsent(key, first -> place(probes));
  }

  private static Place place(List<Source.Probe> probes) {
    Checks checks = new Checks();
    String notReached = null;
    for (Source.Probe probe : probes) {
      if (notReached != null) {
        checks.skipped(probe.name(), notReached);
      } else if (!checks.check(probe.name(), probe.remedy(), probe.look()::get)) {
        notReached = probe.otherwise();
      }
    }
    return new Place(checks, notReached);
  }

  private Checks letterTopic() {
    Checks known = letterTopic;
    if (known == null) {
      known = new Checks();
      if (config.hasDeadLetterTopic()) {
        known.check(
            "deadLetterTopic", "allow DESCRIBE and WRITE on it", config::checkDeadLetterTopic);
      }
      letterTopic = known;
    }
    return known;
  }

  private Checks metrics() {
    Checks known = metrics;
    if (known == null) {
      known = new Checks();
      MetricsServer.Address address = config.metrics();
      if (address != null) {
        known.check("metricsAddress", "free a port, or give a range", () -> free(address));
      }
      metrics = known;
    }
    return known;
  }

  /** What a run that starts at the lake would skip, for Kafka does not have it any more. */
  private void startFromLake(SluiceConfig table, Checks checks) {
    Starts[] found = new Starts[1];
    if (checks.check(
        "startFrom",
        "check --startFrom",
        () -> {
          try (SourceReader reader = table.source().open()) {
            found[0] = Starts.find(table, reader, lake.store(), deadLetters.store());
          }
          return "the lake has "
              + (found[0].gone().isEmpty() ? "all" : "not all")
              + " that earlier runs were to read and Kafka has deleted";
        })) {
      found[0].warning(table.source().name()).ifPresent(text -> checks.note("gone", text));
    }
  }

  private static String free(MetricsServer.Address address) throws IOException {
    IOException taken = new IOException("no port");
    for (int port = address.firstPort(); port <= address.lastPort(); port++) {
      try (ServerSocket socket = new ServerSocket()) {
        socket.bind(new InetSocketAddress(address.host(), port));
        return address.host() + ":" + socket.getLocalPort() + " is free, on this machine";
      } catch (IOException e) {
        taken = e;
      }
    }
    throw new IOException(
        "--metricsAddress: no port of "
            + address.host()
            + ":"
            + address.firstPort()
            + "-"
            + address.lastPort()
            + " can be listened at: "
            + taken.getMessage(),
        taken);
  }

  @Override
  public void close() {
    lake.close();
    deadLetters.close();
    if (schemas != null) {
      schemas.close();
    }
  }
}
