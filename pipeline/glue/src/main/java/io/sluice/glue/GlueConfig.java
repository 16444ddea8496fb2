package io.sluice.glue;

import io.sluice.UserException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.beam.sdk.io.aws2.common.ClientBuilderFactory;
import org.apache.beam.sdk.io.aws2.options.AwsOptions;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.GlueClientBuilder;

/**
 * Where the catalog is, and what tables are called there.
 *
 * @param database in lower case, as Glue has names
 * @param table with {@code {table}} for the lake's name
 * @param catalogId null for the caller's own
 * @param endpoint null for the region's
 */
record GlueConfig(
    String database, String table, @Nullable String catalogId, @Nullable URI endpoint) {
  private static final String PLACE = "{table}";

  /** What Athena and Spectrum take without quotes. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9_]{1,255}");

  private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}(:[A-Za-z0-9_./:-]+)?");

  private static final int TRIES = 10;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  /** Glue's limits are by the account and the second, and others ask, too. */
  private static final Duration LONGEST_THROTTLED = Duration.ofSeconds(30);

  private static final Duration ONE_TRY = Duration.ofSeconds(30);
  private static final Duration ALL_TRIES = Duration.ofMinutes(3);

  /**
   * What the flags say.
   *
   * @throws UserException where one is missing or wrong
   */
  static GlueConfig of(PipelineOptions options) {
    GlueOptions glue = options.as(GlueOptions.class);
    String database = glue.getGlueDatabase();
    if (database == null || database.isBlank()) {
      throw new UserException(
          "--publish=glue needs --glueDatabase=NAME: the database of Glue's Data Catalog that is to"
              + " have the tables");
    }
    return new GlueConfig(
        name("--glueDatabase=" + database, database),
        pattern(glue.getGlueTable()),
        account(glue.getGlueCatalogId()),
        endpoint(glue.getGlueEndpoint()));
  }

  private static String name(String what, String name) {
    String folded = name.toLowerCase(Locale.ROOT);
    if (!NAME.matcher(folded).matches()) {
      throw new UserException(
          what + ": Athena takes letters, digits and _ in a name; write one of these");
    }
    return folded;
  }

  private static String pattern(String pattern) {
    String what = "--glueTable=" + pattern;
    if (!pattern.contains(PLACE)) {
      throw new UserException(
          what
              + ": has no "
              + PLACE
              + " in it, which stands for the lake's table: two tables, as rows and dead letters,"
              + " would have one name");
    }
    name(what, pattern.replace(PLACE, "t"));
    return pattern;
  }

  private static @Nullable String account(@Nullable String id) {
    if (id != null && !ACCOUNT.matcher(id).matches()) {
      throw new UserException(
          "--glueCatalogId=" + id + ": is no account's number of 12 digits; write that");
    }
    return id;
  }

  private static @Nullable URI endpoint(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      URI endpoint = new URI(text);
      if (("http".equalsIgnoreCase(endpoint.getScheme())
              || "https".equalsIgnoreCase(endpoint.getScheme()))
          && endpoint.getHost() != null) {
        return endpoint;
      }
    } catch (URISyntaxException e) {
      // It is no address, which is said below.
    }
    throw new UserException(
        "--glueEndpoint=" + text + ": is no place; write https://host or http://host:port");
  }

  /**
   * What the table of a lake's is called.
   *
   * @throws UserException where Athena takes no such name
   */
  String tableName(String lakeTable) {
    String name = table.replace(PLACE, lakeTable);
    return name("--glueTable=" + table + " gives " + name, name);
  }

  /**
   * Opens a client, with region, credentials, proxy and HTTP settings of the run's AWS flags. A
   * call that is throttled is tried again, later each time.
   *
   * @throws UserException where there is no region
   */
  GlueClient open(PipelineOptions options) {
    AwsOptions aws = options.as(AwsOptions.class);
    try {
      GlueClientBuilder builder =
          ClientBuilderFactory.getFactory(aws).create(GlueClient.builder(), aws);
      builder.overrideConfiguration(
          builder.overrideConfiguration().toBuilder()
              .retryStrategy(
                  AwsRetryStrategy.standardRetryStrategy().toBuilder()
                      .maxAttempts(TRIES)
                      .circuitBreakerEnabled(false)
                      .backoffStrategy(
                          BackoffStrategy.exponentialDelay(FIRST_PAUSE.dividedBy(2), LONGEST_PAUSE))
                      .throttlingBackoffStrategy(
                          BackoffStrategy.exponentialDelay(FIRST_PAUSE, LONGEST_THROTTLED))
                      .build())
              .apiCallAttemptTimeout(ONE_TRY)
              .apiCallTimeout(ALL_TRIES)
              .build());
      // --endpoint is of S3, or of what stands for it.
      return builder.endpointOverride(endpoint).build();
    } catch (SdkException e) {
      throw new UserException(
          "Glue: " + Failures.why(e) + "; set --awsRegion, AWS_REGION or a profile", e);
    }
  }
}
