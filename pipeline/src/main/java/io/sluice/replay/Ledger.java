package io.sluice.replay;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.contract.Contract;
import io.sluice.deadletter.DeadLetters;
import io.sluice.deadletter.Reason;
import io.sluice.lake.DamagedObjectException;
import io.sluice.lake.Format;
import io.sluice.lake.LakeObject;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What replays did: one small object, never changed, for each date of letters that a replay has
 * finished, {@code _sluice/TABLE_dead_letters/replays/TOKEN.json}. It says how often a letter was
 * tried in vain, and decides nothing else: what is in the lake the lake knows.
 */
final class Ledger {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
  private static final int FORMAT = 1;
  private static final LakeObject.Kind KIND =
      new LakeObject.Kind(
          "ledger of a replay",
          FORMAT,
          "it is left out, so letters of which it says that they were tried in vain may be tried"
              + " more often than --maxAttempts; restore it from a backup, or delete it");

  /**
   * What became of the letters of one reason.
   *
   * @param skipped of which the contract wants no row
   */
  record Counts(long tried, long recovered, long already, long skipped, long failed) {}

  /**
   * One date that one replay has finished.
   *
   * @param date of the letters
   * @param fixSha256 empty where no fixes were used
   * @param failed the positions that were tried in vain
   */
  record Entry(
      Instant time,
      LocalDate date,
      String contractVersion,
      String fixSha256,
      String target,
      Map<Reason, Counts> reasons,
      Positions failed) {}

  private final Store store;
  private final String folder;

  /**
   * @param store of the dead letters
   */
  Ledger(Store store, Contract contract) {
    this.store = store;
    this.folder = "_sluice/" + DeadLetters.table(contract).name() + "/replays/";
  }

  void write(Entry entry) throws IOException {
    ObjectNode json = Format.begin(FORMAT).put("time", entry.time().toString());
    json.put("date", entry.date().toString());
    json.put("contract_version", entry.contractVersion()).put("fix_sha256", entry.fixSha256());
    json.put("target", entry.target());
    ObjectNode reasons = json.putObject("reasons");
    entry
        .reasons()
        .forEach(
            (reason, counts) ->
                reasons
                    .putObject(reason.name())
                    .put("tried", counts.tried())
                    .put("recovered", counts.recovered())
                    .put("already", counts.already())
                    .put("skipped", counts.skipped())
                    .put("failed", counts.failed()));
    ObjectNode failed = json.putObject("failed");
    entry
        .failed()
        .encode()
        .forEach(
            (partition, text) ->
                failed
                    .withObjectProperty(partition.source())
                    .put(String.valueOf(partition.number()), text));
    String token = UUID.randomUUID().toString();
    if (!store.create(folder + token + ".json", JSON.writeValueAsBytes(json), token)) {
      throw new IOException(store.root() + "/" + folder + token + ".json: is there already");
    }
  }

  /**
   * The attempts that all replays so far have written down. One that is damaged is left out, with a
   * warning.
   */
  Attempts attempts() throws IOException {
    Attempts attempts = new Attempts();
    for (Store.Entry file : store.list(folder)) {
      if (!file.key().endsWith(".json")) {
        continue;
      }
      try {
        attempts.add(LakeObject.read(store, file.key(), KIND, json -> json.positions("failed")));
      } catch (DamagedObjectException e) {
        // It would only keep letters from being tried that were tried often enough.
        LOG.warn("{}", e.getMessage());
      }
    }
    return attempts;
  }
}
