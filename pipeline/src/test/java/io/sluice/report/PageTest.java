package io.sluice.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.source.SourceRecord;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page in a real browser. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("slow")
class PageTest {
  private static final String EVIL =
      "<script>document.title='pwned'</script><img src=x onerror=\"document.title='pwned'\">";
  private static final LocalDate DATE = LocalDate.parse("2026-03-10");
  private static final String[] CHARTS = {
    "rows", "hours", "files", "bytes", "freshness", "late", "letters", "versions"
  };

  @TempDir static Path directory;
  private Browser browser;

  @BeforeAll
  void startTheBrowserAndMakeThePages() throws Exception {
    Optional<Path> chromium = Browser.find();
    if (chromium.isEmpty()) {
      String message =
          "no chromium in the path, so the page is not looked at; install Debian's chromium";
      assertNotEquals("required", System.getenv("SLUICE_TOOLS"), message);
      Assumptions.abort(message);
    }
    full(Files.createDirectory(directory.resolve("full"))).page();
    new TestLake(Files.createDirectory(directory.resolve("empty"))).page();
    year(Files.createDirectory(directory.resolve("year"))).page();
    Files.writeString(
        Files.createDirectory(directory.resolve("lake")).resolve("report.html"), lake().html());
    browser = Browser.start(chromium.get());
  }

  @AfterAll
  void stopTheBrowser() throws Exception {
    if (browser != null) {
      browser.close();
    }
  }

  /**
   * Every section has something to show: late rows, two contracts, gaps, duplicates, all escaped.
   */
  private static TestLake full(Path directory) throws Exception {
    Instant start = DATE.atStartOfDay(ZoneOffset.UTC).toInstant();
    TestLake lake = new TestLake(directory);
    for (int part = 0; part < 12; part++) {
      List<SourceRecord> records = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        long offset = part * 100L + i;
        Instant time = start.plus(Duration.ofMinutes(3 * offset));
        if (offset != 777) {
          records.add(
              i % 20 == 3
                  ? TestLake.record(0, offset, time, i == 3 ? "{" + EVIL : "[\"" + EVIL + "\"]")
                  : TestLake.event(0, offset, time));
        }
      }
      lake.append(records);
      if (part == 2) {
        lake.complete(DATE);
      }
    }
    lake.complete(DATE.plusDays(1)).copy(lake.files(DATE).get(0));
    String newer =
        """
        version: "2.b"
        table: user_actions
        topic: user-actions
        event_time: event_datetime
        columns:
          - {name: event_datetime, path: timestamp, type: timestamp, required: true}
        """;
    return new TestLake(directory, io.sluice.contract.ContractParser.parse(newer, "newer"))
        .append(List.of(TestLake.event(1, 0, start)));
  }

  /**
   * Tables in each state, one of which has a name and a reason that no contract and no store has.
   */
  private static LakePage lake() {
    LakePage lake = new LakePage(TestReports.AT, "1.2.3", "s3://lake/" + EVIL);
    Report.Verdict lost = new Report.Verdict(false, Report.Proof.KAFKA, 7, 0, 0, 0, 0, List.of());
    for (int i = 0; i < 200; i++) {
      Report report =
          switch (i) {
            case 3 -> TestReports.of("lost", lost, 0, 100, 10);
            case 4 -> TestReports.of("empty", TestReports.PROVED, 0);
            case 5 -> TestReports.of("dead", TestReports.PROVED, 1_000, 1);
            default -> TestReports.of("table_" + i, TestReports.PROVED, i, 10_000 + i, 10, 300);
          };
      lake.add(report, "./report-" + report.made().table() + ".html");
    }
    lake.addUnread("evil" + EVIL, EVIL);
    return lake;
  }

  private static TestLake year(Path directory) throws Exception {
    TestLake lake = new TestLake(directory);
    List<SourceRecord> records = new ArrayList<>();
    for (int day = 0; day < 400; day++) {
      records.add(
          TestLake.event(0, day, DATE.plusDays(day).atStartOfDay(ZoneOffset.UTC).toInstant()));
    }
    return lake.append(records);
  }

  private Path page(String name) {
    return directory.resolve(name).resolve("report.html");
  }

  @ParameterizedTest
  @ValueSource(strings = {"full", "empty", "year", "lake"})
  void thePageAsksNoNetworkAndItsConsoleIsSilent(String name) throws Exception {
    browser.open(page(name));
    browser.evaluate("document.getElementById('theme').click()");
    // A link with data in it is no request to anybody.
    List<String> asked =
        browser.requests().stream().filter(address -> !address.startsWith("data:")).toList();
    assertEquals(List.of(page(name).toUri().toString()), asked);
    assertEquals(List.of(), browser.errors());
  }

  @Test
  void whatFollowsHasItsSnapshotAndItsAge() {
    Report report = TestReports.of("t", TestReports.PROVED, 0, 5);
    assertFalse(Page.of(report).contains("Followers"), "none was asked for");
    Instant now = report.made().at();
    String page =
        Page.of(
            report.with(
                List.of(
                    new Report.Following(
                        "iceberg", "t", "4711", now.minusSeconds(90), 7, 2, 1, 1, null),
                    Report.Following.unknown("delta", "t", "is <away>"))));
    assertTrue(page.contains("Followers"));
    assertTrue(page.contains("1 could not be asked. 1 of 2 is behind: "), page);
    assertTrue(page.contains("4711"));
    assertTrue(page.contains(Texts.duration(Duration.ofSeconds(90)) + " ago"));
    assertTrue(page.contains("is &lt;away&gt;"));
  }

  @Test
  void thePolicyRefusesWhatThePageDoesNotHave() throws Exception {
    browser.open(page("full"));
    browser.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.alien = 1'}))");
    browser.evaluate(
        "new Promise(done => document.body.append(Object.assign(new Image(), {src: 'http://127.0.0.1:9/x.png', onerror: done, onload: done})))");
    assertTrue(browser.evaluate("window.alien === undefined").asBoolean());
    assertTrue(
        browser.errors().stream().anyMatch(e -> e.contains("Content Security Policy")),
        browser.errors().toString());
  }

  @Test
  void everyChartIsDrawnAndHasItsTable() throws Exception {
    browser.size(1280, 900, false);
    browser.open(page("full"));
    for (String chart : CHARTS) {
      JsonNode colours =
          browser.evaluate(
              """
              (() => {
                const canvas = document.getElementById('%s');
                const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
                const bars = getComputedStyle(document.documentElement).getPropertyValue('--s0').trim();
                const [r, g, b] = [1, 3, 5].map(i => parseInt(bars.slice(i, i + 2), 16));
                let marks = 0;
                for (let i = 0; i < data.length; i += 4) {
                  if (data[i] === r && data[i + 1] === g && data[i + 2] === b && data[i + 3] === 255) marks++;
                }
                const figure = canvas.closest('figure');
                return [marks, figure.querySelectorAll('tbody tr').length, canvas.getAttribute('aria-label').length];
              })()
              """
                  .formatted(chart));
      assertTrue(colours.path(0).asInt() > 50, chart + " has bars: " + colours);
      assertTrue(colours.path(1).asInt() > 0, chart + " has a table: " + colours);
      assertTrue(colours.path(2).asInt() > 10, chart + " has a label: " + colours);
    }
    assertEquals(
        List.of(2, 1, 1),
        List.of(
            browser.evaluate("document.querySelectorAll('svg.strip').length").asInt(),
            browser.evaluate("document.querySelectorAll('.s-missing').length").asInt(),
            browser
                .evaluate("document.querySelectorAll('.s-duplicate').length > 0 ? 1 : 0")
                .asInt()));
    assertEquals(
        "missing: 777",
        browser.evaluate("document.querySelector('.s-missing title').textContent").asText());
  }

  @ParameterizedTest
  @ValueSource(strings = {"full", "empty", "year", "lake"})
  void aPhoneNeedsNotScrollSidewards(String name) throws Exception {
    for (int width : new int[] {320, 360, 1280}) {
      browser.size(width, 640, width < 500);
      browser.open(page(name));
      browser.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)");
      assertEquals(width, browser.evaluate("innerWidth").asInt(), name);
      assertEquals(
          browser.evaluate("document.documentElement.clientWidth").asInt(),
          browser.evaluate("document.documentElement.scrollWidth").asInt(),
          name + " " + width);
    }
  }

  @Test
  void darkIsDarkByPreferenceAndByTheSwitch() throws Exception {
    String paper = "getComputedStyle(document.body).backgroundColor";
    browser.dark(false);
    browser.open(page("full"));
    browser.evaluate("localStorage.clear()");
    browser.open(page("full"));
    assertEquals("rgb(251, 251, 249)", browser.evaluate(paper).asText());
    browser.dark(true);
    assertEquals("rgb(20, 24, 29)", browser.evaluate(paper).asText());
    browser.evaluate("document.getElementById('theme').click()");
    assertEquals("rgb(251, 251, 249)", browser.evaluate(paper).asText());
    assertEquals(
        "light", browser.evaluate("document.getElementById('theme-name').textContent").asText());
    browser.dark(false);
    browser.evaluate("document.getElementById('theme').click()");
    assertEquals("rgb(20, 24, 29)", browser.evaluate(paper).asText());
    browser.open(page("full"));
    assertEquals("rgb(20, 24, 29)", browser.evaluate(paper).asText(), "it is kept");
    browser.evaluate("localStorage.clear()");
  }

  @Test
  void whatIsInAValueStaysText() throws Exception {
    browser.open(page("full"));
    assertEquals("user_actions – Sluice report", browser.evaluate("document.title").asText());
    assertEquals(0, browser.evaluate("document.images.length").asInt());
    assertEquals(3, browser.evaluate("document.scripts.length").asInt());
    String values =
        browser
            .evaluate("[...document.querySelectorAll('pre')].map(p => p.textContent).join(' ')")
            .asText();
    assertTrue(values.contains(EVIL), values);
    assertTrue(
        browser
            .evaluate("document.getElementById('versions-of').nextElementSibling.textContent")
            .asText()
            .contains("version 2.b"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"full", "empty", "year", "lake"})
  void axeFindsNothingWrong(String name) throws Exception {
    String axe = axe();
    for (boolean dark : new boolean[] {false, true}) {
      for (int width : new int[] {360, 1280}) {
        browser.size(width, 900, width < 500);
        browser.dark(dark);
        browser.open(page(name));
        browser.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)");
        browser.evaluate(axe + "; 0");
        JsonNode violations =
            browser.evaluate(
                "axe.run().then(r => [r.passes.length, r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html + ' ' + n.failureSummary).slice(0, 3).join(' | '))])");
        assertTrue(violations.path(0).asInt() > 10, "rules were run");
        assertEquals("[]", violations.path(1).toString(), name + (dark ? " dark " : " ") + width);
      }
    }
    browser.dark(false);
  }

  @Test
  void theLakesTablesAreLinkedSortedAndFound() throws Exception {
    browser.size(1280, 900, false);
    browser.open(page("lake"));
    String first =
        "document.querySelector('#tables tbody tr:not([hidden]) th').textContent.slice(0, 9)";
    String click =
        "[...document.querySelectorAll('#tables thead th')].find(h => h.textContent === '%s').firstChild.click();";
    assertEquals("evil<scri", browser.evaluate(first).asText());
    assertEquals(0, browser.evaluate("document.images.length").asInt());
    assertEquals(
        page("lake").resolveSibling("report-lost.html").toUri().toString(),
        browser.evaluate("document.querySelector('#tables tbody a').href").asText());
    assertEquals("dead", browser.evaluate(click.formatted("Dead letters") + first).asText());
    assertEquals("table_199", browser.evaluate(click.formatted("Rows") + first).asText());
    assertEquals(
        "descending",
        browser
            .evaluate("document.querySelector('[aria-sort]').getAttribute('aria-sort')")
            .asText());
    assertEquals("evil<scri", browser.evaluate(click.formatted("Rows") + first).asText());
    assertEquals("evil<scri", browser.evaluate(click.formatted("State") + first).asText());
    String find =
        "(() => { const words = document.getElementById('words'); words.value = '%s';"
            + " words.dispatchEvent(new Event('input')); })();";
    assertEquals("table_17", browser.evaluate(find.formatted("TABLE_17") + first).asText());
    assertEquals(
        "11 of 201", browser.evaluate("document.getElementById('found').textContent").asText());
    assertEquals("lost", browser.evaluate(find.formatted("not proved") + first).asText());
    assertEquals("evil<scri", browser.evaluate(find.formatted("") + first).asText());
  }

  @Test
  void aPageIsSmall() throws Exception {
    assertTrue(Files.size(page("year")) < 400_000, Files.size(page("year")) + " bytes");
    assertTrue(Files.size(page("lake")) < 400_000, Files.size(page("lake")) + " bytes");
    assertTrue(Files.size(page("full")) < 400_000, Files.size(page("full")) + " bytes");
  }

  private static String axe() throws Exception {
    String root = "/META-INF/maven/org.webjars.npm/axe-core/pom.properties";
    Properties pom = new Properties();
    try (InputStream in = PageTest.class.getResourceAsStream(root)) {
      pom.load(in);
    }
    String script =
        "/META-INF/resources/webjars/axe-core/" + pom.getProperty("version") + "/axe.min.js";
    try (InputStream in = PageTest.class.getResourceAsStream(script)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
