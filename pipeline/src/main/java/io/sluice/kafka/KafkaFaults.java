package io.sluice.kafka;

import io.sluice.UserException;
import java.nio.file.NoSuchFileException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;
import org.jspecify.annotations.Nullable;

/** What a failure of Kafka's client means, and which setting is to be looked at: one line. */
final class KafkaFaults {
  /** What to do where a topic does not end any more where it ended before. */
  static final String CUT_OFF_REMEDY =
      "Kafka gives its next records offsets that the lake has already: start the job anew without"
          + " its state, with another --sourceId, and with --startFrom=offsets:… for every"
          + " partition (docs/operations.md, \"A topic whose end was cut off\")";

  private static final String JAR =
      "put its jar on the class path, with SLUICE_CLASSPATH for ./sluice";

  private KafkaFaults() {}

  /** Which offsets are not there, and why: retention took them, or the end was cut off. */
  static String notThere(String topic, OffsetOutOfRangeException e, Map<Integer, Long> beginnings) {
    StringBuilder text = new StringBuilder("topic ").append(topic);
    offsets(topic, e)
        .forEach(
            (partition, offset) -> {
              long beginning = beginnings.getOrDefault(partition, 0L);
              text.append(", partition ").append(partition).append(": ");
              if (offset < beginning) {
                text.append("the offsets ")
                    .append(offset)
                    .append(" to ")
                    .append(beginning - 1)
                    .append(" were deleted by retention before they were read");
              } else {
                text.append("it has no offset ").append(offset).append(" any more: ");
                text.append(cutOff(divergence(e, topic, partition)));
              }
            });
    return text.toString();
  }

  /** Whether an end was cut off, and not only a beginning deleted. */
  static boolean isCutOff(
      String topic, OffsetOutOfRangeException e, Map<Integer, Long> beginnings) {
    return offsets(topic, e).entrySet().stream()
        .anyMatch(at -> at.getValue() >= beginnings.getOrDefault(at.getKey(), 0L));
  }

  /** The offsets of a topic that are not there, by partition. */
  private static TreeMap<Integer, Long> offsets(String topic, OffsetOutOfRangeException e) {
    TreeMap<Integer, Long> offsets = new TreeMap<>();
    e.offsetOutOfRangePartitions()
        .forEach(
            (partition, offset) -> {
              if (partition.topic().equals(topic)) {
                offsets.put(partition.partition(), offset);
              }
            });
    return offsets;
  }

  /** Where the log of now leaves the one that was read; null where Kafka does not say it. */
  private static @Nullable Long divergence(
      OffsetOutOfRangeException e, String topic, int partition) {
    if (!(e instanceof LogTruncationException cut)) {
      return null;
    }
    OffsetAndMetadata at = cut.divergentOffsets().get(new TopicPartition(topic, partition));
    return at == null ? null : at.offset();
  }

  /**
   * Why a partition ends before an offset that it had.
   *
   * @param at the first offset that was cut off; null where it is not known
   */
  static String cutOff(@Nullable Long at) {
    return "its end was cut off"
        + (at == null ? "" : " at offset " + at)
        + ", as by an unclean leader election, or the topic was created anew under the same"
        + " --sourceId";
  }

  /**
   * An error of the user's for whatever a client of these settings threw.
   *
   * @param what was asked, as {@code reading topic events}
   */
  static UserException of(KafkaSettings settings, String what, Throwable e) {
    return new UserException(
        "Kafka at " + settings.bootstrapServers() + ": " + what + ": " + text(settings, e), e);
  }

  private static String text(KafkaSettings settings, Throwable e) {
    Throwable denied = find(e, AuthorizationException.class::isInstance);
    if (denied != null) {
      return denied(denied);
    }
    if (find(e, UnsupportedSaslMechanismException.class::isInstance) != null) {
      return rootMessage(e) + "; check " + settings.named(SaslConfigs.SASL_MECHANISM);
    }
    if (find(e, InvalidTopicException.class::isInstance) != null) {
      return rootMessage(e)
          + "; a topic's name has at most 249 letters, digits, dots, _ and -, and nothing else";
    }
    Throwable sasl = find(e, SaslAuthenticationException.class::isInstance);
    if (sasl != null) {
      return "the broker does not accept user and password ("
          + line(sasl)
          + "); check "
          + settings.named(SaslConfigs.SASL_JAAS_CONFIG)
          + " and "
          + SaslConfigs.SASL_MECHANISM;
    }
    Throwable tls =
        find(e, t -> t instanceof SSLException || t instanceof SslAuthenticationException);
    if (tls != null) {
      return tls(settings, e);
    }
    return rootMessage(e)
        + "; check --bootstrapServers"
        + (settings.propertiesFile() == null ? "" : " and --kafkaConfigFile");
  }

  private static String denied(Throwable e) {
    // The admin client's does not name the topic.
    String which =
        e instanceof TopicAuthorizationException topic && !topic.unauthorizedTopics().isEmpty()
            ? "the principal has no right to topic " + String.join(", ", topic.unauthorizedTopics())
            : "the principal lacks a right (" + line(e) + ")";
    return which
        + ": allow it READ and DESCRIBE on a topic that is read, WRITE and DESCRIBE on one that is"
        + " written";
  }

  /** What a TLS handshake failed for. */
  static String tls(KafkaSettings settings, Throwable e) {
    String all = messages(e);
    if (find(e, CertificateExpiredException.class::isInstance) != null) {
      return "the broker's certificate has expired: " + rootMessage(e);
    }
    if (find(e, CertPathBuilderException.class::isInstance) != null
        || all.contains("PKIX path")
        || all.contains("trustAnchors")) {
      return "the broker's certificate is of an authority that is not trusted; check "
          + settings.named(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG);
    }
    if (all.contains("No subject alternative")
        || all.contains("No name matching")
        || all.contains("doesn't match")) {
      return "the broker's certificate is for another host name ("
          + rootMessage(e)
          + "); name the broker as its certificate does, in --bootstrapServers and in the broker's"
          + " advertised.listeners";
    }
    if (all.contains("fatal alert: ")) {
      return "the broker refuses the TLS handshake ("
          + rootMessage(e)
          + "): most likely it wants a client's certificate; check "
          + settings.named(SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG)
          + " and ssl.keystore.password";
    }
    return rootMessage(e) + "; check the ssl.* settings" + file(settings);
  }

  /** What a client could not be made for: wrong values, files, passwords. */
  static UserException unusable(KafkaSettings settings, Map<String, Object> config, Throwable e) {
    String where =
        settings.propertiesFile() == null
            ? "Kafka's settings"
            : "--kafkaConfigFile " + settings.propertiesFile();
    String all = messages(e);
    Optional<String> named =
        config.entrySet().stream()
            .filter(setting -> setting.getKey().endsWith("store.location"))
            .filter(setting -> all.contains(String.valueOf(setting.getValue())))
            .map(Map.Entry::getKey)
            .findFirst();
    if (named.isPresent()) {
      String location = named.get();
      if (find(e, NoSuchFileException.class::isInstance) != null) {
        return new UserException(
            where + ": " + location + "=" + config.get(location) + ": there is no such file", e);
      }
      return new UserException(
          where
              + ": "
              + location
              + "="
              + config.get(location)
              + " cannot be read ("
              + rootMessage(e)
              + "); check "
              + location.replace("location", "password")
              + " and "
              + location.replace("location", "type"),
          e);
    }
    if (all.contains("Could not find a 'KafkaClient' entry")) {
      return new UserException(
          where + ": " + SaslConfigs.SASL_JAAS_CONFIG + " is missing; it names user and password",
          e);
    }
    if (all.contains("JAAS") || all.contains("LoginModule")) {
      return new UserException(
          where
              + ": "
              + SaslConfigs.SASL_JAAS_CONFIG
              + ": "
              + rootMessage(e)
              + (all.contains("No LoginModule found") ? "; check its name, and " + JAR : ""),
          e);
    }
    if (find(e, ClassNotFoundException.class::isInstance) != null
        || all.contains("could not be found")) {
      return new UserException(where + ": " + rootMessage(e) + "; " + JAR, e);
    }
    return new UserException(
        where + ": " + rootMessage(e) + "; check --bootstrapServers and --kafkaConfigFile", e);
  }

  /** Whether the cause of a failure is that the topic is not there. */
  static boolean isUnknownTopic(Throwable e) {
    return find(e, UnknownTopicOrPartitionException.class::isInstance) != null;
  }

  private static String file(KafkaSettings settings) {
    return settings.propertiesFile() == null
        ? ""
        : " in --kafkaConfigFile " + settings.propertiesFile();
  }

  private static @Nullable Throwable find(Throwable e, Predicate<Throwable> which) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      if (which.test(at)) {
        return at;
      }
    }
    return null;
  }

  private static String messages(Throwable e) {
    StringBuilder all = new StringBuilder();
    for (Throwable at = e; at != null; at = at.getCause()) {
      all.append(at).append('\n');
    }
    return all.toString();
  }

  /** The message of the first cause, in one line. */
  static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return line(root);
  }

  /** In one line, and without the dot at its end: what to do comes behind it. */
  private static String line(Throwable e) {
    return String.join(
            " ", (e.getMessage() == null ? e.toString() : e.getMessage()).lines().toList())
        .replaceFirst("[.\\s]+$", "");
  }
}
