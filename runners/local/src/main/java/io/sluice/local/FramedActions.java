package io.sluice.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.deadletter.Reason;
import io.sluice.local.ActionWriter.Action;
import io.sluice.local.ActionWriter.Shape;
import io.sluice.local.UserActions.Event;
import io.sluice.local.UserActions.Expected;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The events of {@link UserActions} behind Confluent's frame, by schemas that are registered: the
 * same rows, and as many broken events, in every way that there is a {@link Reason} for with a
 * frame.
 */
final class FramedActions implements LongFunction<Event> {
  private static final String SUBJECT = DemoFormat.TOPIC + "-value";
  private static final int HEADER = 5;

  /** No registry that began today has given it. */
  private static final int UNKNOWN_ID = 1_000_000;

  private static final byte[] NO_UTF8 = {'v', (byte) 0xC3, (byte) 0x28};

  private final LongFunction<Event> events;
  private final ActionWriter writer;
  private final Map<Shape, Integer> ids = new EnumMap<>(Shape.class);
  private final int idOfAnotherType;

  /** Registers the schemas; a registry that is empty gives them the same ids each time. */
  FramedActions(LongFunction<Event> events, ActionWriter writer, EmbeddedRegistry registry) {
    this.events = events;
    this.writer = writer;
    for (Shape shape : Shape.values()) {
      String subject = shape == Shape.AS_WANTED ? SUBJECT : "broken-" + SUBJECT;
      ids.put(shape, registry.register(subject, writer.type(), writer.schema(shape)));
    }
    this.idOfAnotherType = registry.register("pages-value", "JSON", "{\"type\": \"object\"}");
  }

  @Override
  public Event apply(long n) {
    Event event = events.apply(n);
    Expected row = event.row();
    if (row != null) {
      return with(event, framed(Shape.AS_WANTED, action(row)), null);
    }
    Reason reason = reason(event.rejected().orElseThrow());
    return with(event, broken(reason, event), reason);
  }

  private static Event with(Event event, byte @Nullable [] value, @Nullable Reason rejected) {
    return new Event(
        event.key(), event.recordTime(), value, Optional.ofNullable(rejected), event.row());
  }

  private static Action action(Expected row) {
    return new Action(
        row.eventTime(),
        row.name().getBytes(UTF_8),
        row.userId(),
        row.platform(),
        row.product(),
        row.sku());
  }

  /** What of JSON there is no such thing of, stands for what there is of a frame. */
  private static Reason reason(Reason ofJson) {
    return switch (ofJson) {
      case MALFORMED_JSON, TRAILING_DATA -> Reason.MALFORMED;
      case NOT_AN_OBJECT -> Reason.SCHEMA_NOT_FOUND;
      case DUPLICATE_KEY, TOO_DEEP -> Reason.UNUSABLE_SCHEMA;
      default -> ofJson;
    };
  }

  private byte @Nullable [] broken(Reason reason, Event event) {
    Action good =
        new Action(event.recordTime(), "view".getBytes(UTF_8), event.key(), null, null, null);
    byte[] framed = framed(Shape.AS_WANTED, good);
    return switch (reason) {
      case EMPTY -> null;
      case NOT_UTF8 -> framed(Shape.AS_WANTED, named(good, NO_UTF8));
      case MALFORMED -> Arrays.copyOf(framed, framed.length - 2);
      case SCHEMA_NOT_FOUND -> ByteBuffer.wrap(framed).putInt(1, UNKNOWN_ID).array();
      case UNUSABLE_SCHEMA -> ByteBuffer.wrap(framed).putInt(1, idOfAnotherType).array();
      case MISSING_FIELD -> framed(Shape.AS_WANTED, named(good, null));
      case WRONG_TYPE -> framed(Shape.NAME_IS_NUMBER, good);
      case BAD_EVENT_TIME -> framed(Shape.TIME_IS_TEXT, good);
      case FUTURE_EVENT_TIME ->
          framed(
              Shape.AS_WANTED,
              new Action(
                  event.recordTime().plus(Duration.ofDays(400)),
                  good.name(),
                  good.userId(),
                  null,
                  null,
                  null));
      case TOO_LARGE -> framed(Shape.AS_WANTED, named(good, new byte[1_100_000]));
      default -> throw new IllegalArgumentException("no event is broken so: " + reason);
    };
  }

  private static Action named(Action action, byte @Nullable [] name) {
    return new Action(action.time(), name, action.userId(), null, null, null);
  }

  private byte[] framed(Shape shape, Action action) {
    byte[] body = writer.write(shape, action);
    return ByteBuffer.allocate(HEADER + body.length)
        .put((byte) 0)
        .putInt(ids.getOrDefault(shape, 0))
        .put(body)
        .array();
  }
}
