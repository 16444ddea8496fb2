package io.sluice.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.contract.ContractParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How user actions are written that the demo sends itself. */
enum DemoFormat implements DemoSource {
  /** As the default contract has them. */
  JSON(null),
  /** Avro behind Confluent's frame, with its schemas in a registry. */
  AVRO(AvroActions::new),
  /** Protobuf, the same way. */
  PROTOBUF(ProtobufActions::new);

  static final String TOPIC = "user-actions";

  private static final long EVENTS = 1_000_000;

  private final @Nullable Supplier<ActionWriter> writer;

  DemoFormat(@Nullable Supplier<ActionWriter> writer) {
    this.writer = writer;
  }

  @Override
  public String format() {
    return name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Optional<String> server() {
    return writer == null ? Optional.empty() : Optional.of("a schema registry");
  }

  @Override
  public long events() {
    return EVENTS;
  }

  @Override
  public String topic() {
    return TOPIC;
  }

  @Override
  public DemoEvents start(DemoScenario scenario, Path directory, String bootstrapServers)
      throws IOException {
    return new SentActions(scenario, this, directory, bootstrapServers);
  }

  /** Where the schemas are; null where events need none. */
  @Nullable EmbeddedRegistry startRegistry() throws IOException {
    return writer == null ? null : EmbeddedRegistry.start();
  }

  /** The events in this format. */
  LongFunction<UserActions.Event> events(UserActions actions, @Nullable EmbeddedRegistry registry) {
    return writer == null || registry == null
        ? actions::event
        : new FramedActions(actions::event, writer.get(), registry);
  }

  /**
   * What a verb needs beside the topic to decode them; writes the contract.
   *
   * @param directory that has the contract
   */
  List<String> flags(@Nullable EmbeddedRegistry registry, Path directory) throws IOException {
    List<String> flags = new ArrayList<>();
    if (registry != null) {
      Path contract = directory.resolve("contract.yaml");
      Files.writeString(contract, contract());
      flags.add("--contract=" + contract);
      flags.add("--schemaRegistry=" + registry.address());
    }
    return flags;
  }

  /** The default contract for events of this format. */
  private String contract() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(ContractParser.class.getResourceAsStream("user-actions.yaml"))) {
      return new String(in.readAllBytes(), UTF_8)
          .replaceFirst("(?m)^(topic: .*)$", "$1\nformat: " + format());
    }
  }
}
