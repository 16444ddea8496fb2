package io.sluice.derive;

import io.sluice.UserException;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The looks at what is made of one table, beside the thread of the step that asks for them: a store
 * that is slow holds up no bundle and no checkpoint. One at a time.
 */
final class DerivedWork implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DerivedWork.class);

  private final LakeTable table;
  private final PipelineOptions options;
  private final List<DerivedLook> looks;
  private final Set<LocalDate> published = ConcurrentHashMap.newKeySet();
  private @Nullable Thread thread;
  private volatile String lastSaid = "";

  DerivedWork(LakeTable table, PipelineOptions options) {
    this.table = table;
    this.options = options;
    this.looks =
        DerivedKind.all().values().stream()
            .map(kind -> new DerivedLook(kind, table.table()))
            .toList();
  }

  /** A date has a new manifest. */
  void published(LocalDate date) {
    published.add(date);
  }

  /** Begins a look, unless one goes on. */
  void begin() {
    if (thread != null && thread.isAlive()) {
      return;
    }
    Thread worker = new Thread(this::look, "sluice-derived-" + table.table().name());
    worker.setDaemon(true);
    thread = worker;
    worker.start();
  }

  private void look() {
    Set<LocalDate> dates = new TreeSet<>(published);
    published.removeAll(dates);
    try (Store store = table.stores().open(options)) {
      for (DerivedLook look : looks) {
        look.look(store, dates);
      }
      lastSaid = "";
    } catch (IOException | RuntimeException | LinkageError e) {
      published.addAll(dates);
      failed(e);
    }
  }

  /** Says so once, until something else is the matter. */
  private void failed(Throwable e) {
    String text = String.valueOf(e.getMessage());
    if (!text.equals(lastSaid)) {
      lastSaid = text;
      boolean isNamed = e instanceof IOException || e instanceof UserException;
      LOG.warn(
          "what is made of {} could not be looked at: {}; its metrics stay as they were, and it is"
              + " tried again",
          table.table().name(),
          isNamed ? text : e.toString(),
          isNamed ? null : e);
    }
  }

  /** Waits for the look that goes on, if one does. */
  void join() throws InterruptedException {
    if (thread != null) {
      thread.join();
    }
  }

  @Override
  public void close() {
    if (thread != null) {
      thread.interrupt();
    }
    looks.forEach(DerivedLook::close);
  }
}
