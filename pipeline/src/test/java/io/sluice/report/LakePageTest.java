package io.sluice.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the lake's page says; {@link PageTest} looks at it. */
class LakePageTest {
  private static LakePage page() {
    return new LakePage(TestReports.AT, "1.2.3", "s3://lake/prefix");
  }

  private static LakePage add(LakePage page, Report report) {
    page.add(report, "./report-" + report.made().table() + ".html");
    return page;
  }

  private static List<String> texts(String html, String pattern) {
    List<String> texts = new ArrayList<>();
    Matcher matcher = Pattern.compile(pattern).matcher(html);
    while (matcher.find()) {
      texts.add(matcher.group(1));
    }
    return texts;
  }

  private static List<String> tables(LakePage page) {
    return texts(page.html(), "<th scope=\"row\"><a href=\"[^\"]*\">([^<]*)</a>");
  }

  private static List<String> states(LakePage page) {
    return texts(page.html(), "aria-hidden=\"true\">[^<]*</span> ([^<]*)</span>");
  }

  private static Report.Verdict lost(long offsets) {
    return new Report.Verdict(
        false, Report.Proof.KAFKA, offsets, 0, 0, 0, 0, List.of("part-1.parquet: no footer"));
  }

  @Test
  void whatNeedsAttentionStandsFirst() {
    LakePage page = page();
    add(page, TestReports.of("b_fine", TestReports.PROVED, 0, 10, 10));
    add(page, TestReports.of("a_empty", TestReports.PROVED, 0));
    add(page, TestReports.of("some_lost", lost(2), 0, 10));
    add(page, TestReports.of("many_dead", TestReports.PROVED, 21, 100));
    add(page, TestReports.of("more_lost", lost(2_000), 0, 10));
    add(page, TestReports.incomplete("incomplete", TestReports.PROVED, 0, 1, 10, 10, 10, 10));
    add(page, TestReports.of("a_fine", TestReports.PROVED, 0, 10));
    page.addUnread("no_table", "s3://lake/prefix has no table no_table: check --lake");
    String html = page.html();
    assertEquals(
        List.of("more_lost", "some_lost", "incomplete", "many_dead", "a_empty", "a_fine", "b_fine"),
        tables(page));
    assertEquals(
        List.of(
            "Not read", "Not proved", "Not proved", "Look", "Look", "Empty", "Proved", "Proved"),
        states(page));
    assertEquals(
        List.of(
            "s3://lake/prefix has no table no_table: check --lake",
            "2,000 offsets lost; 1 file damaged",
            "2 offsets lost; 1 file damaged",
            // That of yesterday has until six o'clock, and that of today a day more.
            "2 dates not complete, the oldest 2026-03-12",
            "17.4 % dead letters"),
        texts(html, "class=\"why\">([^<]*)<"));
    assertTrue(html.contains("<th scope=\"row\">no_table</th>"), "there is no page of it");
    assertEquals("2 of 8 tables are not proved, and 1 could not be read.", page.verdict());
    assertTrue(html.contains("<section class=\"verdict bad\""), html);
  }

  @Test
  void aFewDeadLettersAndDatesThatAreNotDueNeedNoLook() {
    LakePage page = page();
    add(page, TestReports.of("handful", TestReports.PROVED, 20, 1));
    add(page, TestReports.of("share", TestReports.PROVED, 50, 1_000));
    add(page, TestReports.incomplete("today", TestReports.PROVED, 0, 1, 10, 10));
    assertEquals(List.of("Proved", "Proved", "Proved"), states(page));
    assertEquals(
        "Every table is proved: every offset that is due is there, and each once.", page.verdict());
  }

  @Test
  void gapsAreALookWhereKafkaWasNotAsked() {
    Report.Verdict footers =
        new Report.Verdict(true, Report.Proof.FOOTERS, 0, 0, 0, 0, 0, List.of());
    Report.Verdict gap = new Report.Verdict(true, Report.Proof.FOOTERS, 3, 0, 0, 0, 0, List.of());
    LakePage page = page();
    add(page, TestReports.of("fine", footers, 0, 10));
    assertEquals("No table has an offset twice, or a gap between any two.", page.verdict());
    assertEquals(List.of("Fine"), states(page));
    assertFalse(page.html().contains("Waiting"), "only Kafka knows");
    add(page, TestReports.of("gap", gap, 0, 10));
    assertEquals("1 of 2 tables needs a look.", page.verdict());
    assertTrue(page.html().contains("3 offsets between others not there"));
  }

  @Test
  void sumsAreOfAllTables() {
    LakePage page = page();
    add(page, TestReports.of("one", TestReports.PROVED, 10, 1_000, 500));
    add(page, TestReports.of("two", TestReports.PROVED, 0, 490));
    page.addUnread("three", "away");
    String foot = page.html().replaceFirst("(?s).*<tfoot>(.*)</tfoot>.*", "$1");
    assertEquals("All 3 tables", texts(foot, "<th scope=\"row\">([^<]*)<").get(0));
    // Rows, dead letters, late rows, then files and size, and what waits.
    assertEquals(
        List.of("1,990", "10 ", "10", "", "", "9", "77.7 KiB", "0"),
        texts(foot, "<td class=\"n\">([^<]*)<"));
    assertEquals(List.of("0.50 %"), texts(foot, "class=\"share\">([^<]*)<"));
  }

  @Test
  void everythingIsText() {
    String evil = "<script>document.title='pwned'</script>\"'&";
    LakePage page = new LakePage(TestReports.AT, "1.2.3" + evil, "s3://lake/" + evil);
    page.add(TestReports.of("t" + evil, TestReports.PROVED, 0, 1), "./r" + evil + ".html");
    page.addUnread("u" + evil, evil);
    String html = page.html();
    assertEquals(2, html.split("<script>", -1).length - 1, "those of the page");
    assertFalse(html.contains(evil));
  }

  @Test
  void anEventOfAYearToComeDoesNotMoveThePicturesAway() {
    LakePage page = page();
    Report report = TestReports.of("one", TestReports.PROVED, 0, 10, 10);
    add(page, report);
    assertTrue(page.html().contains("14 dates to 2026-03-14"));
    assertTrue(page.html().contains("rows on 2 of 14 dates, at most 10 on one"));
    Report.Date last = report.dates().get(1);
    List<Report.Date> dates = new ArrayList<>(report.dates());
    dates.add(
        new Report.Date(
            last.date().plusYears(70),
            1,
            1,
            1,
            1,
            1,
            false,
            last.firstEvent(),
            last.lastEvent(),
            null,
            last.lastFile(),
            0,
            null,
            null,
            0,
            0,
            0,
            java.util.Map.of()));
    add(
        page,
        new Report(
            report.made(),
            report.verdict(),
            report.acknowledged(),
            report.totals(),
            dates,
            report.hours(),
            report.deadLetters(),
            report.partitions(),
            null,
            List.of(),
            List.of()));
    assertTrue(page.html().contains("14 dates to 2026-03-14"));
  }

  @Test
  void thePageOfManyTablesIsBounded() {
    LakePage page = page();
    long[] rows = new long[30];
    java.util.Arrays.fill(rows, 123_456_789L);
    for (int i = 0; i < 200; i++) {
      add(page, TestReports.of("a_table_of_a_rather_long_name_" + i, TestReports.PROVED, 0, rows));
    }
    assertTrue(page.html().length() < 400_000, page.html().length() + " bytes");
    assertEquals(200, tables(page).size());
    for (int i = 200; i < 600; i++) {
      add(page, TestReports.of("a_table_of_a_rather_long_name_" + i, TestReports.PROVED, 0, rows));
    }
    add(page, TestReports.of("z_lost", lost(1), 0, 1));
    assertEquals(500, tables(page).size());
    assertEquals("z_lost", tables(page).get(0));
    assertTrue(page.html().contains("101 more tables in the sums alone"));
    assertTrue(page.html().contains("All 601 tables"));
  }

  @Test
  void aTableLinksBackAndOneAloneDoesNot() {
    Report report = TestReports.of("one", TestReports.PROVED, 0, 10);
    assertTrue(
        Page.of(report, "./report.html").contains("<a href=\"./report.html\">All tables</a> / "));
    assertFalse(Page.of(report).contains("All tables"));
  }

  /** They are in nothing that was proved, and the mark of the page does not speak of them. */
  @Test
  void whatHasNoTableIsNotedOnThePageOfTheLakeAndOfItsOneTable() {
    Report report = TestReports.of("one", TestReports.PROVED, 0, 10);
    LakePage page = page();
    add(page, report);
    assertFalse(page.html().contains("Note: "), "nothing is to be noted");
    assertFalse(Page.of(report, "./report.html").contains("Note: "), "nothing is to be noted");
    String note = "1 topic fits /a<b.*/ and has no table: a<b1; a start begins it";
    String escaped =
        "<p>Note: 1 topic fits /a&lt;b.*/ and has no table: a&lt;b1; a start begins it.</p>";
    page.noteWithoutTable(note);
    assertTrue(page.html().contains(escaped), page.html());
    assertTrue(page.html().contains("<section class=\"verdict good\""));
    String alone = Page.of(report, null, note);
    assertTrue(alone.contains(escaped), alone);
    assertTrue(alone.contains("<section class=\"verdict good\""));
  }

  @Test
  void aTableThatMakesNoRowsIsNotFine() {
    List<String> reasons = List.of("no record meets its when", "its transform skips each record");
    LakePage page = page();
    add(page, TestReports.of("a_fine", TestReports.PROVED, 0, 10));
    add(
        page,
        TestReports.without(
            TestReports.of("few", TestReports.PROVED, 0, 0),
            new Report.NoRows(999, false, false, reasons)));
    assertEquals(List.of("No rows", "Proved"), states(page));
    assertEquals(
        "Every table is proved: every offset that is due is there, and each once.", page.verdict());
    add(
        page,
        TestReports.without(
            TestReports.of("many", TestReports.PROVED, 0, 0),
            new Report.NoRows(12_000, false, true, reasons)));
    add(
        page,
        TestReports.without(
            TestReports.of("stopped", TestReports.PROVED, 0, 10),
            new Report.NoRows(12_000, true, true, reasons)));
    add(
        page,
        TestReports.without(
            TestReports.of("lost", lost(1), 0, 0), new Report.NoRows(7, false, false, reasons)));
    assertEquals(List.of("Not proved", "Look", "Look", "No rows", "Proved"), states(page));
    assertEquals(
        List.of(
            "1 offset lost; 1 file damaged; no record is a row: all 7 are skipped: no record meets"
                + " its when, or its transform skips each record: sluice plan says which",
            "no record is a row: all 12,000 are skipped: no record meets its when, or its transform"
                + " skips each record: sluice plan says which",
            "no record of this version of the contract is a row: all 12,000 are skipped: no record"
                + " meets its when, or its transform skips each record: sluice plan says which",
            "no record is a row: all 999 are skipped: no record meets its when, or its transform"
                + " skips each record: sluice plan says which"),
        texts(page.html(), "class=\"why\">([^<]*)<"));
  }

  @Test
  void thePageOfATableThatMakesNoRowsSaysWhyThatMayBe() {
    Report report = TestReports.of("few", TestReports.PROVED, 0, 0);
    assertTrue(Page.of(report).contains("<section class=\"verdict good\""));
    Report without =
        TestReports.without(
            report, new Report.NoRows(999, false, false, List.of("it is <misspelt>")));
    String html = Page.of(without);
    assertTrue(html.contains("<section class=\"verdict warn\""));
    assertTrue(html.contains("<li>it is &lt;misspelt&gt;</li>"));
    assertTrue(html.contains("<code>sluice plan</code>, with the flags of the run"));
    assertEquals(
        "Every offset is there, and each once, and no record is a row: all 999 are skipped: sluice"
            + " plan says why.",
        Page.verdict(without));
  }
}
