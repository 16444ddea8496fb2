package io.sluice.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Properties;
import org.apache.beam.sdk.metrics.MetricsEnvironment;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Layout;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.properties.PropertiesConfigurationFactory;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.Test;

/** Each line of the job's log is one JSON object, whatever was logged. */
class LogLayoutTest {
  @Test
  void quotesNewlinesAndStackTracesStayInTheirLine() throws Exception {
    String file =
        Manifests.YAML
            .readTree(Manifests.HERE.resolve("base/flinkdeployment.yaml").toFile())
            .at("/spec/logConfiguration/log4j-console.properties")
            .asText();
    Properties properties = new Properties();
    properties.load(new StringReader(file));
    assertEquals("INFO", properties.getProperty("rootLogger.level"));

    try (LoggerContext context = new LoggerContext("test")) {
      var configuration =
          new PropertiesConfigurationFactory()
              .getConfiguration(
                  context,
                  new ConfigurationSource(
                      new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8))));
      configuration.initialize();
      assertEquals(
          Level.OFF, configuration.getLoggerConfig(MetricsEnvironment.class.getName()).getLevel());
      Layout<?> layout = configuration.getAppender("Console").getLayout();
      Exception thrown = new IllegalStateException("a \"quoted\"\n\tmessage \\ é");
      String line =
          new String(
              layout.toByteArray(
                  Log4jLogEvent.newBuilder()
                      .setLoggerName("io.sluice.Some\"Logger")
                      .setLevel(Level.WARN)
                      .setThreadName("Source: \"a\" (1/2)")
                      .setTimeMillis(1_700_000_000_123L)
                      .setMessage(new SimpleMessage("she said \"no\"\nand\tleft \\ {} é"))
                      .setThrown(thrown)
                      .build()),
              StandardCharsets.UTF_8);

      assertTrue(line.endsWith("\n") && line.indexOf('\n') == line.length() - 1, line);
      JsonNode json = new ObjectMapper().readTree(line);
      assertEquals(Instant.ofEpochMilli(1_700_000_000_123L).toString(), json.get("time").asText());
      assertEquals("WARN", json.get("level").asText());
      assertEquals("io.sluice.Some\"Logger", json.get("logger").asText());
      assertEquals("Source: \"a\" (1/2)", json.get("thread").asText());
      assertEquals("she said \"no\"\nand\tleft \\ {} é", json.get("message").asText());
      assertTrue(json.get("exception").asText().strip().startsWith(thrown.toString()), line);
      assertTrue(json.get("exception").asText().contains("\n\tat "), line);
    }
  }
}
