package io.sluice.local;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Writes user actions in the language of a schema. */
interface ActionWriter {
  /** Which schema of the same event. */
  enum Shape {
    /** As the default contract wants it. */
    AS_WANTED,
    /** The name is a number, 7. */
    NAME_IS_NUMBER,
    /** The time is a text, {@code yesterday}. */
    TIME_IS_TEXT
  }

  /**
   * An action.
   *
   * @param name in UTF-8, or what is none; null for none
   */
  record Action(
      Instant time,
      byte @Nullable [] name,
      String userId,
      @Nullable String platform,
      @Nullable String product,
      @Nullable String sku) {}

  /** As a registry calls the language. */
  String type();

  String schema(Shape shape);

  /** What stands behind the frame. */
  byte[] write(Shape shape, Action action);
}
