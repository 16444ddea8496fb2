package io.sluice.benchmark;

import java.util.Locale;

/** What a soak looks at every few seconds. */
enum Gauge {
  /** The least since the sample before: what a collection leaves is what is really held. */
  HEAP_BYTES("heap after collections, MB", 1e-6, true),
  RESIDENT_BYTES("resident memory, MB", 1e-6, true),
  CPU_SECONDS("CPU so far, s", 1, false),
  CHECKPOINT_MILLIS("checkpoint, ms", 1, true),
  CHECKPOINT_BYTES("checkpoint, MB", 1e-6, true),
  LAG_RECORDS("lag, records", 1, true),
  FRESHNESS_SECONDS("freshness, s", 1, true),
  APPEND_MILLIS("append of a file, ms", 1, true),
  SENT_RECORDS("records sent", 1, false),
  READ_RECORDS("records read", 1, false),
  FILE_ROWS("rows in files", 1, false);

  private final String title;
  private final double scale;
  private final boolean flat;

  Gauge(String title, double scale, boolean flat) {
    this.title = title;
    this.scale = scale;
    this.flat = flat;
  }

  /** For people, with the unit. */
  String title() {
    return title;
  }

  /** For programs, in its base unit. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** By which the base unit becomes the title's. */
  double scale() {
    return scale;
  }

  /** Whether it is to stay as it is; the others count. */
  boolean isToBeFlat() {
    return flat;
  }
}
