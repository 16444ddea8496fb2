package io.sluice.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.convert.Rejection;
import io.sluice.record.RowValues;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

/** Documents whose names have the same hash in the library that the exact decoder reads with. */
class CollidingNamesTest {
  /**
   * The library's table of names is one for all documents of a decoder: once enough of them
   * collide, it gives up on a document that it would read were it the first.
   */
  @Test
  void whatCameBeforeDoesNotMatter() throws Rejection {
    Contract contract =
        ContractParser.parse(
            """
            table: names
            topic: names
            event_time: t
            max_bytes: 10000000
            columns:
              - {name: t, type: timestamp, required: true}
            """,
            "names.yaml");
    ExactDecoder warm = decoder(contract);
    RowValues rows = new RowValues(contract.columns());
    List<String> colliding = collidingNames(600);
    for (int i = 0; i < colliding.size(); i += 100) {
      byte[] document = withNames(colliding.subList(i, i + 100));
      Row fresh = rows.row(decoder(contract).decode(document), "s", 3, 42, -1);
      assertEquals(fresh, rows.row(warm.decode(document), "s", 3, 42, -1));
    }
  }

  private static ExactDecoder decoder(Contract contract) {
    return new ExactDecoder(contract, path -> {});
  }

  private static byte[] withNames(List<String> names) {
    StringBuilder json = new StringBuilder("{\"t\":\"2026-01-02T00:00:00Z\"");
    names.forEach(name -> json.append(",\"").append(name).append("\":1"));
    return json.append('}').toString().getBytes(UTF_8);
  }

  /** The library adds up what it makes of each four bytes behind the twelfth, in any order. */
  private static List<String> collidingNames(int count) {
    List<String> names = new ArrayList<>();
    List<String> parts = List.of("aaaa", "bbbb", "cccc", "dddd", "eeee", "ffff");
    permute(new ArrayList<>(), new ArrayList<>(parts), names);
    return names.subList(0, count);
  }

  private static void permute(List<String> begun, List<String> left, List<String> names) {
    if (left.isEmpty()) {
      names.add("twelve_bytes" + String.join("", begun));
    }
    for (String part : List.copyOf(left)) {
      List<String> more = new ArrayList<>(begun);
      more.add(part);
      List<String> rest = new ArrayList<>(left);
      rest.remove(part);
      permute(more, rest, names);
    }
  }
}
