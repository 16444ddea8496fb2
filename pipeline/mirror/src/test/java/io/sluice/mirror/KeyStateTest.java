package io.sluice.mirror;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is known of a key does not depend on the way in which its changes are put together. */
class KeyStateTest {
  private static final byte[] KEY = {1};

  /** Rows of two letters here, of which either may be missing. */
  private static byte[] fill(byte[] to, byte[] from, Iterable<String> columns) {
    byte[] filled = to.clone();
    columns.forEach(column -> filled[Integer.parseInt(column)] = from[Integer.parseInt(column)]);
    return filled;
  }

  private static KeyState state(long lsn, boolean isDeleted, String row) {
    SortedMap<String, KeyState.Fill> missing = new TreeMap<>();
    for (int i = 0; i < row.length(); i++) {
      if (row.charAt(i) == '?') {
        missing.put(String.valueOf(i), KeyState.Fill.NONE);
      }
    }
    return new KeyState(
        KEY,
        new Order(Order.Log.WAL, "", lsn, -1, "", false, lsn, -1, -1, -1),
        isDeleted,
        row.getBytes(StandardCharsets.US_ASCII),
        missing);
  }

  /** The row that the changes leave, taken in the order of their LSNs; null where it is deleted. */
  private static @Nullable String expected(List<KeyState> changes) {
    String row = null;
    for (KeyState change : changes) {
      if (change.isDeleted()) {
        row = null;
        continue;
      }
      StringBuilder next = new StringBuilder(new String(change.row(), StandardCharsets.US_ASCII));
      for (int i = 0; i < next.length(); i++) {
        if (next.charAt(i) == '?' && row != null) {
          next.setCharAt(i, row.charAt(i));
        }
      }
      row = next.toString();
    }
    return row;
  }

  private static KeyState combined(List<KeyState> states, Random random) {
    if (states.size() == 1) {
      return KeyState.decode(states.get(0).encode());
    }
    int middle = 1 + random.nextInt(states.size() - 1);
    return KeyState.merge(
        combined(states.subList(0, middle), random),
        combined(states.subList(middle, states.size()), random),
        KeyStateTest::fill);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void anyOrderAndAnyGroupingGivesTheSame(long seed) {
    Random random = new Random(seed);
    for (int n = 0; n < 3000; n++) {
      List<KeyState> changes = new ArrayList<>();
      int count = 1 + random.nextInt(7);
      boolean isThere = false;
      for (int lsn = 0; lsn < count; lsn++) {
        boolean isDeleted = isThere && random.nextInt(4) == 0;
        String row =
            isThere && !isDeleted
                ? letter(random, true) + letter(random, true)
                : letter(random, false) + letter(random, false);
        changes.add(state(lsn, isDeleted, row));
        isThere = !isDeleted;
      }
      List<KeyState> sent = new ArrayList<>(changes);
      for (int i = random.nextInt(4); i > 0; i--) {
        sent.add(changes.get(random.nextInt(count)));
      }
      Collections.shuffle(sent, random);
      KeyState known = combined(sent, random);
      String row = known.isDeleted() ? null : new String(known.row(), StandardCharsets.US_ASCII);
      assertEquals(expected(changes), row, () -> "seed " + seed + ", changes " + sent.size());
    }
  }

  private static String letter(Random random, boolean mayBeMissing) {
    int letter = random.nextInt(mayBeMissing ? 8 : 5);
    return letter > 4 ? "?" : String.valueOf((char) ('a' + letter));
  }

  @Test
  void aRowThatIsNewWithItsKeyHasNoValuesOfTheRowBefore() {
    KeyState older = state(1, false, "ab");
    KeyState moved = state(3, false, "c?");
    moved =
        new KeyState(
            KEY,
            moved.order(),
            false,
            moved.row(),
            new TreeMap<>(Map.of("1", new KeyState.Fill(moved.order(), false))));
    KeyState update = state(5, false, "d?");
    for (KeyState known :
        List.of(
            combine(combine(update, older), combine(state(2, true, ".."), moved)),
            combine(moved, combine(older, update)),
            combine(combine(moved, update), older))) {
      assertEquals(1, known.unknown());
      assertEquals(moved.order(), known.missing().get("1").order());
    }
    assertEquals(1, combine(combine(update, older), state(2, true, "..")).unknown());
  }

  private static KeyState combine(KeyState one, KeyState other) {
    return KeyState.merge(one, other, KeyStateTest::fill);
  }

  @Test
  void itsBytesHaveAllOfIt() {
    KeyState known =
        KeyState.merge(state(5, false, "a?"), state(3, false, "?b"), KeyStateTest::fill);
    KeyState read = KeyState.decode(known.encode());
    assertArrayEquals("ab".getBytes(StandardCharsets.US_ASCII), read.row());
    assertEquals(known.missing(), read.missing());
    assertEquals(known.order(), read.order());
  }

  /** Which file a row is in must never change: these numbers are those of the first version. */
  @Test
  void aKeyStaysInItsBucket() {
    assertEquals(
        List.of(726, 740, 4144),
        List.of(
            KeyBytes.bucket(new byte[] {}, 1000),
            KeyBytes.bucket(new byte[] {1}, 1000),
            KeyBytes.bucket("key".getBytes(StandardCharsets.US_ASCII), 8192)));
  }
}
