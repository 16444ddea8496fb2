package io.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.SluiceFlags;
import io.sluice.SluiceOptions;
import io.sluice.UserException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3PageTest {
  private static final SluiceOptions OPTIONS =
      SluiceFlags.read(List.of("--lake=s3://lake/prefix", "--SSEAlgorithm=aws:kms"));

  @Test
  void aPageLiesWhereItIsNamedAndIsEncryptedAsTheLake() {
    S3Page page = S3Page.of("s3://pages/a/b/report.html", OPTIONS);
    assertEquals("s3://pages/a/b", page.folder().root());
    assertEquals("report.html", page.name());
    assertEquals("aws:kms", page.folder().s3().sseAlgorithm());
    assertEquals("s3://pages", S3Page.of("s3://pages/report.html", OPTIONS).folder().root());
  }

  @Test
  void aFileIsNotInS3() {
    assertTrue(S3Page.isNamed("s3://bucket/report.html"));
    assertFalse(S3Page.isNamed("report.html"));
    assertFalse(S3Page.isNamed("/s3://bucket/report.html"));
  }

  /** What is there is replaced: never a file, a manifest, a descriptor. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3://bucket",
        "s3://bucket.html",
        "s3://bucket/",
        "s3://bucket/.html",
        "s3://bucket/reports/",
        "s3://lake/_sluice/user_actions.json",
        "s3://lake/user_actions/event_date=2026-01-31/_SUCCESS",
        "s3://lake/user_actions/event_date=2026-01-31/part-00000-00000001.parquet"
      })
  void whatIsNoPageIsNotReplaced(String out) {
    UserException e = assertThrows(UserException.class, () -> S3Page.of(out, OPTIONS));
    assertTrue(e.getMessage().startsWith("--out=" + out + ": name a page"), e.getMessage());
  }

  @Test
  void aBucketsNameIsChecked() {
    assertThrows(UserException.class, () -> S3Page.of("s3://B_/report.html", OPTIONS));
  }
}
