package io.sluice.chaos;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How the events of a run are written. */
enum ChaosFormat {
  JSON {
    @Override
    EventWriter writer(World world, String topic) {
      return new JsonWriter();
    }

    @Override
    List<String> flags(World world) {
      return List.of();
    }
  },
  /** Behind Confluent's frame, by a schema that evolves. */
  AVRO {
    @Override
    EventWriter writer(World world, String topic) throws IOException, InterruptedException {
      return new AvroWriter(world.registryAddress(), topic);
    }

    @Override
    List<String> flags(World world) {
      return List.of("--schemaRegistry=" + world.registryAddress());
    }
  };

  /** What writes events to a topic. */
  abstract EventWriter writer(World world, String topic) throws IOException, InterruptedException;

  /** What a job needs to read them, beside the contract. */
  abstract List<String> flags(World world);

  /** A contract for events of this format, made of the one for JSON. */
  String contract(String json) {
    return json.replaceFirst("(?m)^(topic: .*)$", "$1\nformat: " + label());
  }

  /** As it is written on the command line and in a contract. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static String labels() {
    return Arrays.stream(values()).map(ChaosFormat::label).collect(Collectors.joining(", "));
  }
}
