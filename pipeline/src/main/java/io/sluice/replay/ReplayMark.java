package io.sluice.replay;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.deadletter.DeadLetters;
import io.sluice.lake.DamagedObjectException;
import io.sluice.lake.Format;
import io.sluice.lake.LakeObject;
import io.sluice.lake.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.UUID;

/**
 * Says that a replay to the lake is under way, by an object {@code
 * _sluice/TABLE_dead_letters/replaying/TOKEN.json}.
 *
 * <p>Replays with the same contract and fixes may run at once: they give a letter the same date,
 * and so meet in its log. With others they may give it another date, where nothing would keep the
 * second from writing it again; so the later one is refused. Each writes its mark before it looks
 * for others, and both before it reads what the lake has: of two that overlap at least one sees the
 * other.
 */
public final class ReplayMark {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int FORMAT = 1;
  private static final LakeObject.Kind KIND =
      new LakeObject.Kind(
          "mark of a replay",
          FORMAT,
          "so nobody knows whether that replay has ended, nor by which contract and fixes it goes:"
              + " wait for it, or add --takeOver if it failed or was killed some time ago");

  private final Store store;
  private final String key;
  private final String rules;
  private final String started;

  private ReplayMark(Store store, String key, String rules) {
    this.store = store;
    this.key = key;
    this.rules = rules;
    this.started = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /**
   * Begins a replay.
   *
   * @param store of the dead letters
   * @param takeOver whether others that have not ended are known to be dead
   * @throws UserException where another, by other rules, has not ended
   */
  public static ReplayMark begin(Store store, Contract contract, Fixes fixes, boolean takeOver)
      throws IOException {
    String folder = "_sluice/" + DeadLetters.table(contract).name() + "/replaying/";
    ReplayMark mark =
        new ReplayMark(store, folder + UUID.randomUUID() + ".json", rules(contract, fixes));
    mark.write(false);
    try {
      for (Store.Entry file : store.list(folder)) {
        if (file.key().endsWith(".json") && !file.key().equals(mark.key)) {
          mark.check(file.key(), takeOver);
        }
      }
    } catch (IOException | RuntimeException e) {
      mark.write(true);
      throw e;
    }
    return mark;
  }

  /** What a mark says. */
  private record Said(String started, String rules, boolean ended) {}

  private void check(String other, boolean takeOver) throws IOException {
    Said said;
    try {
      said =
          LakeObject.read(
              store,
              other,
              KIND,
              json -> new Said(json.text("started"), json.text("rules"), json.flag("ended")));
    } catch (DamagedObjectException e) {
      if (!takeOver) {
        throw e;
      }
      said = new Said("", "", false);
    }
    if (said.ended() || said.rules().equals(rules)) {
      return;
    }
    if (!takeOver) {
      throw new UserException(
          "a replay with another contract or other fixes began at "
              + said.started()
              + " and has not ended: wait for it, or add --takeOver if it failed or was killed some time ago");
    }
    store.replace(other, content(said.started(), said.rules(), true));
  }

  private static String rules(Contract contract, Fixes fixes) {
    try {
      byte[] text = (contract + "\n" + fixes.sha256()).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private void write(boolean ended) throws IOException {
    store.replace(key, content(started, rules, ended));
  }

  private static byte[] content(String started, String rules, boolean ended) throws IOException {
    return JSON.writeValueAsBytes(
        Format.begin(FORMAT).put("started", started).put("rules", rules).put("ended", ended));
  }

  /**
   * Ends the replay. Not for one that a store's failure has ended: a write of its may still take
   * effect, of which nobody knows yet.
   */
  public void end() throws IOException {
    write(true);
  }
}
