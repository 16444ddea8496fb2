package io.sluice.convert;

/** A list: each element goes to {@link #element}, one after the other. */
public interface Elements {
  /** Begins a list; what calls {@link Converter#list} has done so. */
  void begin();

  /**
   * Where the next element goes; to be asked before each, though it may be the same converter each
   * time.
   */
  Converter element();

  /** What was last asked for is no element after all, and nothing was put there. */
  default void none() {}

  void end() throws Rejection;
}
