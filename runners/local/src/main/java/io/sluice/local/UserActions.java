package io.sluice.local;

import io.sluice.deadletter.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Makes user-action events: the n-th event is the same whenever it is asked for. Record times run
 * evenly over the dates; event times are a little before them, for some much before (late) or a
 * little ahead. A share of the events is broken, in every way that there is a {@link Reason} for
 * with the default contract.
 */
public final class UserActions {
  private static final String[] NAMES = {
    "view", "view", "view", "click", "click", "add_to_cart", "purchase", "search"
  };
  private static final String[] PLATFORMS = {"web", "web", "ios", "android"};
  private static final String[] PRODUCTS = {
    "Wireless Mouse",
    "Mechanical Keyboard",
    "USB-C Hub",
    "27\\\" Monitor",
    "Laptop Stand",
    "Caf\u00e9 Mug",
    "Webcam",
    "Desk Mat"
  };

  /**
   * The ways to break an event; not the reasons, for the default contract allows any age and
   * ignores unknown fields.
   */
  private static final Reason[] BROKEN = {
    Reason.EMPTY,
    Reason.NOT_UTF8,
    Reason.MALFORMED_JSON,
    Reason.TRAILING_DATA,
    Reason.NOT_AN_OBJECT,
    Reason.DUPLICATE_KEY,
    Reason.TOO_DEEP,
    Reason.MISSING_FIELD,
    Reason.WRONG_TYPE,
    Reason.BAD_EVENT_TIME,
    Reason.FUTURE_EVENT_TIME
  };

  /** One in this many broken events is TOO_LARGE: they are a megabyte each. */
  private static final int TOO_LARGE_EVERY = 5_000;

  private static final Duration LATEST = Duration.ofHours(20);

  private final long events;
  private final LocalDate firstDate;
  private final int dates;
  private final double badPercent;

  /**
   * @param firstDate the first of {@code dates} dates
   */
  public UserActions(long events, LocalDate firstDate, int dates, double badPercent) {
    this.events = events;
    this.firstDate = firstDate;
    this.dates = dates;
    this.badPercent = badPercent;
  }

  /**
   * An event.
   *
   * @param recordTime its Kafka timestamp
   * @param value what is sent, null for a tombstone
   * @param rejected why the default contract does not accept it, if so
   * @param row what it is to become, where it is accepted
   */
  public record Event(
      String key,
      Instant recordTime,
      byte @Nullable [] value,
      Optional<Reason> rejected,
      @Nullable Expected row) {}

  /** The columns of an accepted event. */
  public record Expected(
      Instant eventTime,
      String name,
      String userId,
      @Nullable String platform,
      @Nullable String product,
      @Nullable String sku) {}

  public Event event(long n) {
    SplittableRandom random = random(n);
    Instant start = firstDate.atStartOfDay(ZoneOffset.UTC).toInstant();
    Instant end = firstDate.plusDays(dates).atStartOfDay(ZoneOffset.UTC).toInstant();
    long span = Duration.between(start, end).toMillis();
    Instant recordTime = start.plusMillis((long) ((n + 0.5) / events * span));
    Instant eventTime = recordTime.minusMillis(random.nextInt(2_000));
    int kind = random.nextInt(1000);
    if (kind < 20) {
      eventTime = recordTime.minusMillis(random.nextLong(LATEST.toMillis()));
    } else if (kind < 25) {
      eventTime = recordTime.plusMillis(random.nextLong(Duration.ofMinutes(30).toMillis()));
    }
    // Late and early ones stay within the dates, so that there are as many dates as were asked for.
    eventTime =
        eventTime.isBefore(start)
            ? start
            : eventTime.isBefore(end) ? eventTime : end.minusMillis(1);
    return event(random, recordTime, eventTime.truncatedTo(ChronoUnit.MILLIS));
  }

  /** The n-th event as it happens: now is the time of its record and of the event itself. */
  public Event event(long n, Instant now) {
    return event(random(n), now, now.truncatedTo(ChronoUnit.MILLIS));
  }

  private static SplittableRandom random(long n) {
    return new SplittableRandom(n * 0x9E3779B97F4A7C15L + 1);
  }

  private Event event(SplittableRandom random, Instant recordTime, Instant eventTime) {
    String userId = "user_" + random.nextInt(100_000);
    boolean broken = random.nextDouble() * 100 < badPercent;
    if (broken) {
      Reason reason =
          random.nextInt(TOO_LARGE_EVERY) == 0
              ? Reason.TOO_LARGE
              : BROKEN[random.nextInt(BROKEN.length)];
      return new Event(
          userId,
          recordTime,
          broken(reason, recordTime, eventTime, userId),
          Optional.of(reason),
          null);
    }
    String name = NAMES[random.nextInt(NAMES.length)];
    int product = random.nextInt(PRODUCTS.length);
    boolean anonymousPlatform = random.nextInt(50) == 0;
    String platform = anonymousPlatform ? null : PLATFORMS[random.nextInt(PLATFORMS.length)];
    boolean withProduct = random.nextInt(20) != 0;
    String sku = "SKU-" + (1000 + product * 7 + random.nextInt(5));
    String json =
        "{\"timestamp\":\""
            + eventTime
            + "\",\"event_name\":\""
            + name
            + "\",\"user_identifiers\":{\"platform\":"
            + (platform == null ? "null" : "\"" + platform + "\"")
            + ",\"id\":\""
            + userId
            + "\"}"
            + (withProduct
                ? ",\"product_information\":{\"name\":\""
                    + PRODUCTS[product]
                    + "\",\"SKU\":\""
                    + sku
                    + "\"}}"
                : "}");
    Expected row =
        new Expected(
            eventTime,
            name,
            userId,
            platform,
            withProduct ? PRODUCTS[product].replace("\\\"", "\"") : null,
            withProduct ? sku : null);
    return new Event(userId, recordTime, utf8(json), Optional.empty(), row);
  }

  private static byte @Nullable [] broken(
      Reason reason, Instant recordTime, Instant eventTime, String userId) {
    String time = "\"timestamp\":\"" + eventTime + "\"";
    String rest = ",\"event_name\":\"view\",\"user_identifiers\":{\"id\":\"" + userId + "\"}";
    return switch (reason) {
      case EMPTY -> null;
      case NOT_UTF8 -> new byte[] {'{', '"', (byte) 0xC3, (byte) 0x28, '"', ':', '1', '}'};
      case MALFORMED_JSON -> utf8("{" + time + rest);
      case TRAILING_DATA -> utf8("{" + time + rest + "}{}");
      case NOT_AN_OBJECT -> utf8("[\"" + userId + "\"]");
      case DUPLICATE_KEY -> utf8("{" + time + rest + ",\"event_name\":\"click\"}");
      case TOO_LARGE -> utf8("{" + time + rest + ",\"blob\":\"" + "x".repeat(1_100_000) + "\"}");
      case TOO_DEEP ->
          utf8("{" + time + rest + ",\"deep\":" + "[".repeat(100) + "]".repeat(100) + "}");
      case MISSING_FIELD -> utf8("{" + time + ",\"event_name\":null}");
      case WRONG_TYPE -> utf8("{" + time + ",\"event_name\":7}");
      case BAD_EVENT_TIME -> utf8("{\"timestamp\":\"yesterday\"" + rest + "}");
      case FUTURE_EVENT_TIME ->
          utf8("{\"timestamp\":\"" + recordTime.plus(Duration.ofDays(400)) + "\"" + rest + "}");
      case STALE_EVENT_TIME, UNKNOWN_FIELD, UNROUTED, MASKED, TRANSFORM_REJECTED ->
          throw new IllegalArgumentException("the default contract accepts " + reason);
      case MALFORMED -> throw new IllegalArgumentException("of JSON it is MALFORMED_JSON");
      case SCHEMA_NOT_FOUND, UNUSABLE_SCHEMA, SCHEMA_VIOLATION ->
          throw new IllegalArgumentException("a record of JSON names no schema");
      case DECODER_FAILED -> throw new IllegalArgumentException("no record is known to do it");
    };
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
