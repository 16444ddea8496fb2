package io.sluice.source;

import io.sluice.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.jspecify.annotations.Nullable;

/**
 * How to reach Kafka. Security settings stay in a properties file that each worker reads when it
 * connects, so that no secret enters the job graph or a checkpoint, and a changed secret is seen by
 * the next connection.
 *
 * @param propertiesFile a file of Kafka client settings on each worker; null for none
 */
public record KafkaSettings(String bootstrapServers, @Nullable String propertiesFile)
    implements Serializable {

  /** The settings of a client, the file's included. */
  public Map<String, Object> load() {
    Map<String, Object> settings = new HashMap<>();
    if (propertiesFile != null) {
      Properties properties = new Properties();
      try (InputStream in = Files.newInputStream(Path.of(propertiesFile))) {
        properties.load(in);
      } catch (IOException | IllegalArgumentException e) {
        throw new UserException(
            "--kafkaConfigFile " + propertiesFile + ": cannot be read; name a Java properties file",
            e);
      }
      properties
          .stringPropertyNames()
          .forEach(key -> settings.put(key, properties.getProperty(key)));
    }
    settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    return settings;
  }
}
