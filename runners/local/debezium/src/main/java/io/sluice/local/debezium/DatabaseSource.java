package io.sluice.local.debezium;

import io.sluice.local.DemoEvents;
import io.sluice.local.DemoScenario;
import io.sluice.local.DemoSource;
import java.nio.file.Path;
import java.util.Optional;

/** Changes of a table of a PostgreSQL in this machine, as Debezium writes them. */
public final class DatabaseSource implements DemoSource {
  /** The connector is slower than a producer: this takes it some ten seconds. */
  private static final long EVENTS = 100_000;

  @Override
  public String format() {
    return "debezium";
  }

  @Override
  public Optional<String> server() {
    return Optional.of("a PostgreSQL with Debezium");
  }

  @Override
  public long events() {
    return EVENTS;
  }

  @Override
  public String topic() {
    return Capture.TOPIC;
  }

  @Override
  public DemoEvents start(DemoScenario scenario, Path directory, String bootstrapServers)
      throws Exception {
    return DatabaseEvents.start(scenario, directory, bootstrapServers);
  }
}
