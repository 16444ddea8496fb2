package io.sluice.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A {@link Report} as one HTML page that asks no network for anything. */
public final class Page {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Page() {}

  /** The page of the only table. */
  public static String of(Report report) {
    return of(report, null);
  }

  /**
   * The page of a table.
   *
   * @param lake the address of the lake's page, as seen from this one; null where there is none
   */
  public static String of(Report report, @Nullable String lake) {
    return of(report, lake, null);
  }

  /**
   * The same of the one table of a lake.
   *
   * @param withoutTable of what the lake has no table, as a sentence without its full stop; null
   *     for nothing
   */
  public static String of(Report report, @Nullable String lake, @Nullable String withoutTable) {
    PageView view = new PageView(report);
    Map<String, String> scripts = new LinkedHashMap<>();
    // Where the source's map is: developers' tools would ask for it.
    scripts.put(
        "library",
        Html.resource("chart.umd.min.js").replaceFirst("//# sourceMappingURL=\\S*\\s*$", ""));
    scripts.put("script", Html.resource("page.js"));
    return Html.page(
        "page.html",
        Map.of(
            "view",
            view,
            "charts",
            json(view),
            "all",
            lake == null ? "" : lake,
            "withoutTable",
            withoutTable == null ? "" : withoutTable),
        scripts);
  }

  /** The verdict in one sentence, as the page has it. */
  public static String verdict(Report report) {
    return new VerdictView(report).title();
  }

  /** Nothing in it can end the element that it stands in. */
  private static String json(PageView view) {
    try {
      return JSON.writeValueAsString(view.charts()).replace("<", "\\u003c");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts and numbers are always JSON", e);
    }
  }
}
