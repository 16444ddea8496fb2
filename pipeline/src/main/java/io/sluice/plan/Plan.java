package io.sluice.plan;

import io.sluice.SluiceConfig;
import io.sluice.Starts;
import io.sluice.Wording;
import io.sluice.deadletter.DeadLetters;
import io.sluice.lake.LakeDescriptor;
import io.sluice.lake.Store;
import io.sluice.metrics.MetricsServer;
import io.sluice.schema.Schemas;
import io.sluice.source.Sample;
import io.sluice.source.Source;
import io.sluice.source.SourceReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/**
 * What a run with some flags would meet and need, found out by reading a sample of the topic and by
 * trying the stores. Beside the probes in these, which are removed where that is allowed, nothing
 * is written.
 *
 * @param sample null where the topic could not be read
 * @param findings null where there is no record to look at
 * @param traffic null where it is not known
 * @param sizing null where it is not known
 * @param lake what the lake has of the table already, null where that is nothing
 */
public record Plan(
    SluiceConfig config,
    List<Check> checks,
    @Nullable Sample sample,
    @Nullable Findings findings,
    @Nullable Traffic traffic,
    @Nullable Sizing sizing,
    @Nullable LakeDescriptor lake) {

  /**
   * What is asked beside the flags of a run.
   *
   * @param parallelism of the run, null where the flag is not given
   * @param gibPerDay what to size for, null for what the topic has
   */
  public record Question(int sample, @Nullable Integer parallelism, @Nullable Double gibPerDay) {}

  /**
   * Makes a plan. What a run needs and does not find is a check that failed, not an exception.
   *
   * @param progress is told how many records of the sample were read
   */
  public static Plan make(
      SluiceConfig config, PipelineOptions options, Question question, LongConsumer progress)
      throws IOException {
    return new Maker(config, options, question, progress).make();
  }

  /** Whether a run could start: no check has failed. */
  public boolean canStart() {
    return failed().isEmpty();
  }

  /** The checks that failed. */
  public List<Check> failed() {
    return checks.stream().filter(check -> check.status() == Check.Status.FAILED).toList();
  }

  private static final class Maker {
    private final SluiceConfig config;
    private final PipelineOptions options;
    private final Question question;
    private final LongConsumer progress;
    private final Checks checks = new Checks();
    private boolean readable;

    /** Why the source could not be looked at; null where it could, so far. */
    private @Nullable String notReached;

    private @Nullable Sample sample;
    private @Nullable Traffic traffic;

    Maker(SluiceConfig config, PipelineOptions options, Question question, LongConsumer progress) {
      this.config = config;
      this.options = options;
      this.question = question;
      this.progress = progress;
    }

    Plan make() throws IOException {
      source();
      Optional<LakeDescriptor> lake =
          new StoreChecks(
                  checks,
                  "lake",
                  config.lake(),
                  config.contract().lakeTable(),
                  config.contract(),
                  options)
              .run(config.shards(), config.reshard());
      new StoreChecks(
              checks,
              "deadLetters",
              config.deadLetters(),
              DeadLetters.table(config.contract()),
              null,
              options)
          .run(config.shards(), config.reshard());
      if (lake.isPresent() && readable && config.startFrom().asksTheLake()) {
        lake();
      }
      MetricsServer.Address address = config.metrics();
      if (address != null) {
        checks.check("metricsAddress", "free a port, or give a range", () -> free(address));
      }
      Findings findings = findings();
      Sizing sizing =
          findings == null
              ? null
              : Sizing.of(
                      config,
                      question.parallelism(),
                      findings,
                      traffic,
                      lake.orElse(null),
                      question.gibPerDay())
                  .orElse(null);
      return new Plan(config, checks.all(), sample, findings, traffic, sizing, lake.orElse(null));
    }

    private @Nullable Findings findings() throws IOException {
      RegistryCheck registry = new RegistryCheck(checks, config.decoding().schemas().address());
      if (sample == null || sample.records().isEmpty()) {
        registry.skip();
        return null;
      }
      try (Schemas schemas = registry.open(config)) {
        return schemas != null && registry.run(config, sample.records(), schemas)
            ? Findings.of(sample.records(), config, schemas)
            : null;
      }
    }

    private void source() {
      for (Source.Probe probe : config.source().probes()) {
        if (notReached != null) {
          checks.skipped(probe.name(), notReached);
        } else if (!checks.check(probe.name(), probe.remedy(), probe.look()::get)) {
          notReached = probe.otherwise();
        }
      }
      if (notReached != null) {
        checks.skipped("topic", notReached);
        checks.skipped("read", notReached);
      } else {
        reader();
        if (config.hasDeadLetterTopic()) {
          checks.check(
              "deadLetterTopic", "allow DESCRIBE and WRITE on it", config::checkDeadLetterTopic);
        }
      }
      checks.note("group", "none is used, nor transactions: no right to them is needed");
    }

    private void reader() {
      SourceReader[] opened = new SourceReader[1];
      boolean there =
          checks.check(
              "topic",
              "allow DESCRIBE on it",
              () -> {
                opened[0] = config.source().open();
                return config.source().name()
                    + ": "
                    + Wording.count(opened[0].partitions().size(), "partition")
                    + ", "
                    + opened[0].id();
              });
      try (SourceReader reader = opened[0]) {
        if (there) {
          startFrom(reader);
          readable = read(reader);
        } else {
          checks.skipped("read", "the topic could not be described");
        }
      }
    }

    private void startFrom(SourceReader reader) {
      if (!config.startFrom().asksTheLake()) {
        checks.check(
            "startFrom",
            "check --startFrom",
            () -> {
              config.startFrom().resolve(reader, (partition, from) -> from, Map.of());
              return "every partition has that offset";
            });
      }
    }

    private boolean read(SourceReader reader) {
      return checks.check(
          "read",
          "allow READ on the topic",
          () -> {
            reader.requireReadable();
            Sample read =
                Sample.read(config.source(), Sample.Limits.of(question.sample()), progress);
            sample = read;
            traffic = Traffic.of(reader, read.records(), Instant.now()).orElse(null);
            return String.format(java.util.Locale.ROOT, "allowed; %,d offsets", read.offsets());
          });
    }

    /** What a run that starts at the lake would skip, for Kafka does not have it any more. */
    private void lake() {
      Starts[] found = new Starts[1];
      if (checks.check(
          "startFrom",
          "check --startFrom",
          () -> {
            try (SourceReader reader = config.source().open();
                Store lake = config.lake().open(options);
                Store deadLetters = config.deadLetters().open(options)) {
              found[0] = Starts.find(config, reader, lake, deadLetters);
            }
            return "the lake has "
                + (found[0].gone().isEmpty() ? "all" : "not all")
                + " that earlier runs were to read and Kafka has deleted";
          })) {
        found[0].warning(config.source().name()).ifPresent(text -> checks.note("gone", text));
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
  }
}
