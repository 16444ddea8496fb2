package io.sluice;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.source.SourceRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Records as the default contract has them, for benchmarks: the same ones each time. */
public final class SampleEvents {
  public static final Contract CONTRACT = ContractParser.userActions();
  private static final Instant START = Instant.parse("2026-05-01T00:00:00Z");
  private static final String[] NAMES = {"view", "view", "click", "add_to_cart", "purchase"};
  private static final String[] PRODUCTS = {
    "Wireless Mouse", "27\\\" Monitor", "Café Mug", "Webcam"
  };

  private SampleEvents() {}

  /** So many consecutive records of one partition, ten milliseconds apart. */
  public static List<SourceRecord> records(int count) {
    SplittableRandom random = new SplittableRandom(1);
    List<SourceRecord> records = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Instant time = START.plusMillis(i * 10L);
      String json =
          "{\"timestamp\":\""
              + time.plusMillis(1)
              + "\",\"event_name\":\""
              + NAMES[random.nextInt(NAMES.length)]
              + "\",\"user_identifiers\":{\"platform\":\"web\",\"id\":\"user_"
              + random.nextInt(100_000)
              + "\"},\"product_information\":{\"name\":\""
              + PRODUCTS[random.nextInt(PRODUCTS.length)]
              + "\",\"SKU\":\"SKU-"
              + (1000 + random.nextInt(40))
              + "\"}}";
      records.add(
          new SourceRecord(
              "cluster/topic/id",
              0,
              i,
              time.toEpochMilli(),
              null,
              json.getBytes(UTF_8),
              List.of()));
    }
    return records;
  }
}
