package io.sluice.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The page of a lake with several tables: a row for each, what needs attention first. Of the report
 * of a table it keeps no more than it shows.
 */
public final class LakePage {
  private final Instant at;
  private final String version;
  private final String lake;
  private final List<TableSummary> tables = new ArrayList<>();
  private String withoutTable = "";

  /**
   * @param at when it is made
   * @param lake where the tables are
   */
  public LakePage(Instant at, String version, String lake) {
    this.at = at;
    this.version = version;
    this.lake = lake;
  }

  /**
   * Adds a table.
   *
   * @param page the address of its page as seen from this one; null where it has none
   */
  public void add(Report report, @Nullable String page) {
    tables.add(TableSummary.of(report, page));
  }

  /** Adds a table that could not be read. */
  public void addUnread(String table, String why) {
    tables.add(TableSummary.unread(table, why));
  }

  /**
   * Says of what the lake has no table.
   *
   * @param note a sentence without its full stop
   */
  public void noteWithoutTable(String note) {
    withoutTable = note;
  }

  /** What is to be said of all tables, in one sentence. */
  public String verdict() {
    return view().title();
  }

  /** The page. */
  public String html() {
    Map<String, String> scripts = new LinkedHashMap<>();
    scripts.put("script", Html.resource("page.js"));
    scripts.put("sorting", Html.resource("lake.js"));
    return Html.page("lake.html", Map.of("view", view(), "withoutTable", withoutTable), scripts);
  }

  private LakeView view() {
    return new LakeView(at, version, lake, tables);
  }
}
