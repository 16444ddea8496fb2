package io.sluice.local;

import io.sluice.audit.AuditReport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** User actions that the demo itself sends to its topic. */
final class SentActions implements DemoEvents {
  private final DemoScenario scenario;
  private final DemoFormat format;
  private final String bootstrapServers;
  private final @Nullable EmbeddedRegistry registry;
  private final List<String> flags;

  /**
   * Starts the registry of a format that has one.
   *
   * @param directory that has the contract
   */
  SentActions(DemoScenario scenario, DemoFormat format, Path directory, String bootstrapServers)
      throws IOException {
    this.scenario = scenario;
    this.format = format;
    this.bootstrapServers = bootstrapServers;
    this.registry = format.startRegistry();
    this.flags = format.flags(registry, directory);
  }

  @Override
  public List<String> flags() {
    return flags;
  }

  @Override
  public void make(double rate, LongConsumer made) throws InterruptedException {
    EventProducer.send(
        Map.of("bootstrap.servers", bootstrapServers),
        format.topic(),
        DemoScenario.PARTITIONS,
        format.events(scenario.userActions(), registry),
        scenario.sent(bootstrapServers),
        scenario.events(),
        rate,
        made);
  }

  @Override
  public boolean compare(AuditReport report, PrintStream out) {
    return report.offsets() == scenario.events();
  }

  @Override
  public List<String> served() {
    return List.of();
  }

  @Override
  public void close() {
    if (registry != null) {
      registry.close();
    }
  }
}
