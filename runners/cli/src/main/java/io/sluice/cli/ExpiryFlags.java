package io.sluice.cli;

import io.sluice.UserException;
import io.sluice.audit.Audit;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** At which age rules of the buckets delete objects: what they have deleted is not damaged. */
final class ExpiryFlags {
  @Option(
      names = "--expireDays",
      paramLabel = "DAYS",
      description =
          "A rule of the lake's bucket deletes objects of this age: older files that are not there have expired, and are not damaged.")
  private @Nullable Integer lake;

  @Option(
      names = "--deadLettersExpireDays",
      paramLabel = "DAYS",
      description = "As --expireDays, of the dead letters' bucket.")
  private @Nullable Integer deadLetters;

  Audit.Expiry expiry() {
    return new Audit.Expiry(
        days("--expireDays", lake), days("--deadLettersExpireDays", deadLetters));
  }

  private static @Nullable Duration days(String flag, @Nullable Integer days) {
    if (days == null) {
      return null;
    }
    if (days < 1) {
      throw new UserException(flag + "=" + days + ": the days of the bucket's rule, 1 or more");
    }
    return Duration.ofDays(days);
  }
}
