package io.sluice.mirror;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/** The table {@code order_changes_current} as a reader of its format finds it, who is not ours. */
abstract class PublishedTable {
  static final String NAME = "order_changes_current";

  /** By which {@code --publish} knows it. */
  abstract String name();

  abstract PipelineOptions options();

  /** Those of a run. */
  MirrorFollowers followers() {
    return followers(name());
  }

  MirrorFollowers followers(String... names) {
    return new MirrorFollowers(List.of(names), options());
  }

  /** What readers find now, as {@link Workload#table} has it. */
  abstract List<String> rows(boolean hasNote) throws IOException;

  /** What readers find who ask for the moment at which it had a version of the mirror. */
  abstract List<String> rowsOf(long version) throws IOException;

  /** The versions of the mirror that its moments name, in their order. */
  abstract List<Long> moments() throws IOException;

  abstract List<String> columns() throws IOException;

  /** Has readers find what the table was at a version of the mirror. */
  abstract void rollBack(long version) throws IOException;

  /** Whether whoever asks it from now on is answered with a failure. */
  abstract void fail(boolean fails) throws IOException;

  static String text(Function<String, @Nullable Object> row, boolean hasNote) {
    List<String> values = new ArrayList<>();
    for (String column : List.of("shop", "id", "total", "large")) {
      values.add(String.valueOf(row.apply(column)));
    }
    values.add(hasNote ? String.valueOf(row.apply("note")) : "null");
    return String.join("|", values);
  }
}
