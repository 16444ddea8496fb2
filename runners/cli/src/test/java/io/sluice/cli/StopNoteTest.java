package io.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class StopNoteTest {
  @Test
  void whatBecomesOfTheWorkDependsOnWhereTheJobIsAndWhereItStarts() {
    assertTrue(StopNote.text(true, "lake").contains("is read again by the next start"));
    assertTrue(StopNote.text(true, "latest").contains("is not read by a start without state"));
    assertTrue(StopNote.text(false, "lake").contains("the job runs on in its cluster"));
  }
}
