package io.sluice.cli;

import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.UserException;
import io.sluice.audit.Audit;
import io.sluice.audit.TableAudit;
import io.sluice.audit.TableReport;
import io.sluice.deadletter.DeadLetters;
import io.sluice.follow.Follower;
import io.sluice.follow.FollowerKind;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** {@code sluice audit --follower}: proves what follows a table, in the place of its own files. */
final class FollowerAudit {
  private final SluiceOptions options;
  private final FollowerKind kind;
  private final @Nullable String snapshot;

  /**
   * @param name of the kind
   * @param snapshot null for what is current
   * @throws UserException where there is no such kind, or its flags are not as it needs them
   */
  FollowerAudit(SluiceOptions options, String name, @Nullable String snapshot) {
    this.options = options;
    this.kind = FollowerKind.named("follower", name);
    this.snapshot = snapshot;
    kind.check(options);
  }

  /**
   * Judges what follows one table and its dead letters.
   *
   * @param patience how long to wait for what waits or is behind; null for not at all
   * @throws UserException where the follower's target does not answer
   */
  TableReport run(
      Audit audit,
      Audit.Request request,
      Store lake,
      Store deadLetters,
      SluiceConfig config,
      @Nullable Duration patience)
      throws IOException {
    LakeTable rows = LakeTable.open(lake, config.lake(), config.contract(), LakeTable.Access.READ);
    LakeTable letters =
        LakeTable.open(
            deadLetters,
            config.deadLetters(),
            DeadLetters.table(config.contract()),
            LakeTable.Access.READ);
    try (Follower ofRows = open(rows);
        Follower ofLetters = open(letters)) {
      TableAudit tables =
          new TableAudit(
              audit, lake, deadLetters, config.contract(), kind.name(), ofRows, ofLetters);
      return patience == null ? tables.run(request, snapshot) : tables.await(request, patience);
    }
  }

  private Follower open(LakeTable table) {
    try {
      return kind.open(table, options);
    } catch (IOException e) {
      throw new UserException(
          "follower "
              + kind.name()
              + " of "
              + table.table().name()
              + " cannot be asked: "
              + Mistakes.firstLine(e),
          e);
    }
  }
}
