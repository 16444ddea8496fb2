package io.sluice.mirror;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.delta.KernelTable;
import io.sluice.lake.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/** A log of Delta in the mirror's folder. */
final class DeltaCurrent extends PublishedTable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LOG = NAME + "/_delta_log/";

  private final Store store;

  DeltaCurrent(Store store) {
    this.store = store;
  }

  @Override
  String name() {
    return "delta";
  }

  @Override
  PipelineOptions options() {
    return PipelineOptionsFactory.create();
  }

  KernelTable table() {
    return new KernelTable(store, NAME);
  }

  private static List<String> texts(List<Map<String, Object>> rows, boolean hasNote) {
    return rows.stream().map(row -> text(row::get, hasNote)).sorted().toList();
  }

  @Override
  List<String> rows(boolean hasNote) throws IOException {
    return texts(table().rows(), hasNote);
  }

  @Override
  List<String> rowsOf(long version) throws IOException {
    return texts(table().rows(moments().indexOf(version)), false);
  }

  @Override
  List<Long> moments() throws IOException {
    List<Long> moments = new ArrayList<>();
    for (Store.Entry entry : store.list(LOG)) {
      for (String line : new String(store.read(entry.key()).orElseThrow(), UTF_8).split("\n", -1)) {
        JsonNode version =
            JSON.readTree(line).path("commitInfo").path("operationParameters").path("version");
        if (version.isTextual()) {
          moments.add(Long.valueOf(version.asText()));
        }
      }
    }
    return moments;
  }

  @Override
  List<String> columns() {
    return table().schema().fieldNames();
  }

  /** As whoever puts an older copy of the log back. */
  @Override
  void rollBack(long version) throws IOException {
    int commit = moments().indexOf(version);
    List<String> later = new ArrayList<>();
    for (Store.Entry entry : store.list(LOG)) {
      if (entry.key().compareTo(LOG + String.format("%020d.json", commit)) > 0) {
        later.add(entry.key());
      }
    }
    store.delete(later);
  }

  /** By a gap in the log. */
  @Override
  void fail(boolean fails) throws IOException {
    String key = LOG + String.format("%020d.json", 50);
    if (fails) {
      store.replace(key, "{}".getBytes(UTF_8));
    } else {
      store.delete(List.of(key));
    }
  }
}
