package io.sluice.plan;

import io.sluice.SluiceConfig;
import io.sluice.Wording;
import io.sluice.source.Sample;
import io.sluice.source.Source;
import io.sluice.source.SourceReader;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A look at a source: whether it can be read, a sample of it and what a day of it has. All tables
 * of the source have it in common.
 *
 * @param checks those that were tried
 * @param isReadable whether records could be read
 * @param sample null where the source could not be read
 * @param traffic null where it is not known
 */
record SourceLook(
    Checks checks, boolean isReadable, @Nullable Sample sample, @Nullable Traffic traffic) {

  /**
   * Looks at the source of a table.
   *
   * @param checks what was tried of the place where it is
   * @param notReached why the place could not be looked at; null where it could
   * @param sample how many records to read
   */
  static SourceLook at(
      SluiceConfig config,
      Checks checks,
      @Nullable String notReached,
      int sample,
      LongConsumer progress) {
    return new Looking(config, checks, sample, progress).look(notReached);
  }

  private static final class Looking {
    private final SluiceConfig config;
    private final Source source;
    private final Checks checks;
    private final int records;
    private final LongConsumer progress;
    private boolean readable;
    private @Nullable Sample sample;
    private @Nullable Traffic traffic;

    Looking(SluiceConfig config, Checks checks, int records, LongConsumer progress) {
      this.config = config;
      this.source = config.source();
      this.checks = checks;
      this.records = records;
      this.progress = progress;
    }

    SourceLook look(@Nullable String notReached) {
      if (notReached != null) {
        checks.skipped("topic", notReached);
        checks.skipped("read", notReached);
      } else {
        reader();
      }
      return new SourceLook(checks, readable, sample, traffic);
    }

    private void reader() {
      SourceReader[] opened = new SourceReader[1];
      boolean there =
          checks.check(
              "topic",
              "allow DESCRIBE on it",
              () -> {
                opened[0] = source.open();
                return source.name()
                    + ": "
                    + Wording.count(opened[0].partitions().size(), "partition")
                    + ", "
                    + opened[0].id();
              });
      try (SourceReader reader = opened[0]) {
        if (there) {
          startFrom(reader);
          readable = read(reader);
        } else {
          checks.skipped("read", "the topic could not be described");
        }
      }
    }

    private void startFrom(SourceReader reader) {
      if (!config.startFrom().asksTheLake()) {
        checks.check(
            "startFrom",
            "check --startFrom",
            () -> {
              config.startFrom().resolve(reader, (partition, from) -> from, Map.of());
              return "every partition has that offset";
            });
      }
    }

    private boolean read(SourceReader reader) {
      return checks.check(
          "read",
          "allow READ on the topic",
          () -> {
            reader.requireReadable();
            Sample read = Sample.read(source, Sample.Limits.of(records), progress);
            sample = read;
            traffic = Traffic.of(reader, read.records(), Instant.now()).orElse(null);
            return String.format(Locale.ROOT, "allowed; %,d offsets", read.offsets());
          });
    }
  }
}
