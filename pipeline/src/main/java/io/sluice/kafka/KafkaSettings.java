package io.sluice.kafka;

import io.sluice.FileFaults;
import io.sluice.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.SaslConfigs;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How to reach Kafka. Security settings stay in a properties file that each worker reads when it
 * connects, so that no secret enters the job graph or a checkpoint, and a changed user or password
 * is seen by the next connection, see {@link FileCredentials}.
 *
 * <p>The one place that knows which settings a guarantee rests on: the file may not say otherwise.
 *
 * @param propertiesFile a file of Kafka client settings on each worker; null for none
 */
public record KafkaSettings(String bootstrapServers, @Nullable String propertiesFile)
    implements Serializable {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaSettings.class);

  private static final String READ_COMMITTED = "read_committed";
  private static final String BYTES_OUT =
      "org.apache.kafka.common.serialization.ByteArrayDeserializer";
  private static final String BYTES_IN =
      "org.apache.kafka.common.serialization.ByteArraySerializer";

  /**
   * A setting that a guarantee rests on.
   *
   * @param allowed the values that say what Sluice does anyway
   * @param why what would go wrong with another
   */
  private record Fixed(String name, List<String> allowed, String why) {}

  private static final List<Fixed> FIXED =
      List.of(
          new Fixed(
              ConsumerConfig.ISOLATION_LEVEL_CONFIG,
              List.of(READ_COMMITTED),
              "records of aborted transactions would become rows"),
          new Fixed(
              ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
              List.of("none"),
              "offsets that Kafka no longer has would be skipped in silence"),
          new Fixed(
              ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
              List.of("false"),
              "the lake knows what was read, and no offset is committed to Kafka"),
          new Fixed(
              ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
              List.of(BYTES_OUT),
              "keys are read as the bytes that they are"),
          new Fixed(
              ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
              List.of(BYTES_OUT),
              "values are read as the bytes that they are"),
          new Fixed(
              ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG,
              List.of(""),
              "records that an interceptor changes or drops would not be those of the topic"),
          new Fixed(
              ConsumerConfig.CHECK_CRCS_CONFIG,
              List.of("true"),
              "a record that was damaged on its way would become a row"),
          new Fixed(
              ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
              List.of("false"),
              "a topic that somebody deleted would come back, empty"),
          new Fixed(
              ConsumerConfig.GROUP_PROTOCOL_CONFIG,
              List.of("classic"),
              "Sluice assigns the partitions itself"),
          new Fixed(
              ProducerConfig.ACKS_CONFIG,
              List.of("all", "-1"),
              "a dead letter that was sent could be lost with one broker"),
          new Fixed(
              ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
              List.of("true"),
              "a request that is tried again would send its records twice"),
          new Fixed(
              ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
              List.of("1", "2", "3", "4", "5"),
              "more do not go with an idempotent producer"),
          new Fixed(
              ProducerConfig.TRANSACTIONAL_ID_CONFIG,
              List.of(),
              "Sluice names its transactions itself, so that a replay fences the one before it"),
          new Fixed(
              ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
              List.of(BYTES_IN),
              "keys are sent as the bytes that they are"),
          new Fixed(
              ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
              List.of(BYTES_IN),
              "values are sent as the bytes that they are"));

  /** Settings that have no effect here, and that files for other tools have. */
  private static final Set<String> IGNORED =
      Set.of(
          ConsumerConfig.GROUP_ID_CONFIG,
          ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
          ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG);

  private static final Set<String> WARNED = ConcurrentHashMap.newKeySet();

  /**
   * The settings of any client, the file's included, and without those of a group: Sluice joins
   * none.
   *
   * @throws UserException where the file cannot be read, or has another value for a setting that a
   *     guarantee rests on
   */
  public Map<String, Object> load() {
    Map<String, Object> settings = new HashMap<>();
    if (propertiesFile != null) {
      Properties properties = read(propertiesFile);
      for (Fixed fixed : FIXED) {
        String value = properties.getProperty(fixed.name());
        if (value != null && !fixed.allowed().contains(value.strip())) {
          throw new UserException(
              "--kafkaConfigFile "
                  + propertiesFile
                  + ": "
                  + fixed.name()
                  + "="
                  + value
                  + " is not possible: "
                  + fixed.why()
                  + "; remove it from the file");
        }
      }
      for (String name : properties.stringPropertyNames()) {
        if (IGNORED.contains(name)) {
          warn(name + " has no effect: Sluice joins no consumer group");
        } else {
          if (!isKnown(name)) {
            warn(name + " is not a setting of a Kafka client: is it misspelt?");
          }
          settings.put(name, properties.getProperty(name));
        }
      }
      FileCredentials.use(settings, propertiesFile);
    }
    settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    return settings;
  }

  /**
   * What the flags of a run say.
   *
   * @throws UserException where they name no broker
   */
  public static KafkaSettings of(KafkaOptions flags) {
    String servers = flags.getBootstrapServers();
    if (servers == null || servers.isBlank()) {
      throw new UserException("--bootstrapServers is missing");
    }
    return new KafkaSettings(servers, flags.getKafkaConfigFile());
  }

  private static UserException unreadable(String file, String why, Exception e) {
    return new UserException(
        "--kafkaConfigFile " + file + ": cannot be read: " + why + "; name a Java properties file",
        e);
  }

  private static Properties read(String file) {
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      properties.load(in);
    } catch (IOException e) {
      throw unreadable(file, FileFaults.why(e), e);
    } catch (IllegalArgumentException e) {
      throw unreadable(file, String.valueOf(e.getMessage()), e);
    }
    return properties;
  }

  private static boolean isKnown(String name) {
    return ConsumerConfig.configNames().contains(name)
        || ProducerConfig.configNames().contains(name)
        || AdminClientConfig.configNames().contains(name)
        // Providers of values, and what they are given, have names that the file makes up.
        || name.startsWith("config.providers");
  }

  private void warn(String what) {
    if (WARNED.add(propertiesFile + what)) {
      LOG.warn("--kafkaConfigFile {}: {}", propertiesFile, what);
    }
  }

  /**
   * The settings of a consumer of committed records that joins no group, commits no offset and
   * makes no topic.
   *
   * @param reset what it does at an offset that Kafka does not have: {@code none} fails, {@code
   *     earliest} goes on at the first one
   */
  public Map<String, Object> consumer(String reset) {
    Map<String, Object> settings = load();
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, READ_COMMITTED);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, reset);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.CHECK_CRCS_CONFIG, true);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    return settings;
  }

  /** The settings of a producer whose records are there once and stay. */
  public Map<String, Object> producer() {
    Map<String, Object> settings = load();
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    // delivery.timeout.ms says when it gives up.
    settings.put(ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE);
    return settings;
  }

  /** How a setting of the file is named in a message. */
  String named(String setting) {
    return setting
        + (propertiesFile == null
            ? " in a file of --kafkaConfigFile"
            : " in --kafkaConfigFile " + propertiesFile);
  }

  /** The protocol of the file, or Kafka's default. */
  static String protocol(Map<String, Object> settings) {
    return String.valueOf(
            settings.getOrDefault(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, "PLAINTEXT"))
        .toUpperCase(java.util.Locale.ROOT);
  }

  /** The SASL mechanism of the file, or Kafka's default. */
  static String mechanism(Map<String, Object> settings) {
    return String.valueOf(
        settings.getOrDefault(SaslConfigs.SASL_MECHANISM, SaslConfigs.DEFAULT_SASL_MECHANISM));
  }
}
