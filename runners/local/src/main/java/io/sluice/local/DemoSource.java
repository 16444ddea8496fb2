package io.sluice.local;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/**
 * Where a demo's events come from, one for each {@code --format}. A module adds one by a line in
 * {@code META-INF/services/io.sluice.local.DemoSource}.
 */
public interface DemoSource {
  /** As a contract and {@code --format} name it. */
  String format();

  /** What runs beside Kafka and S3, for a sentence; empty where nothing does. */
  Optional<String> server();

  /** How many events there are where {@code --events} does not say. */
  long events();

  /** The topic that has them. */
  String topic();

  /**
   * Starts what makes the events, on what the directory holds of a demo that was begun before. The
   * topic is there.
   *
   * @param directory the demo's own; {@code kafka} and {@code s3} in it are taken
   * @throws io.sluice.UserException where a server cannot run on this machine
   */
  DemoEvents start(DemoScenario scenario, Path directory, String bootstrapServers) throws Exception;

  /** All that this class path has, those of this module first. */
  static List<DemoSource> all() {
    Stream<DemoSource> plugged =
        ServiceLoader.load(DemoSource.class).stream().map(ServiceLoader.Provider::get);
    return Stream.concat(Arrays.<DemoSource>stream(DemoFormat.values()), plugged).toList();
  }

  /** The one of a format; empty where this class path has none. */
  static Optional<DemoSource> of(String format) {
    return all().stream().filter(one -> one.format().equals(format)).findFirst();
  }

  /** The formats of all, for a sentence: {@code json, avro or protobuf}. */
  static String formats() {
    List<String> names = all().stream().map(DemoSource::format).toList();
    int last = names.size() - 1;
    return String.join(", ", names.subList(0, last)) + " or " + names.get(last);
  }
}
