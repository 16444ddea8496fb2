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

  /** A contract of a hundred columns, with a list of structs, a date, a decimal and a double. */
  public static final Contract WIDE = ContractParser.parse(wide(), "wide.yaml");

  private static String wide() {
    StringBuilder yaml =
        new StringBuilder(
            """
            table: wide
            topic: wide
            event_time: at
            columns:
              - {name: at, type: timestamp, required: true}
              - {name: id, type: string, required: true, dictionary: false}
              - {name: day, type: date}
              - {name: total, type: "decimal(18,2)"}
              - {name: score, type: double}
              - {name: tags, type: {list: string}}
              - {name: address, type: {struct: [{name: city, type: string}, {name: zip, type: string}, {name: lat, type: double}]}}
              - {name: items, type: {list: {struct: [{name: sku, type: string, required: true}, {name: price, type: "decimal(9,2)"}, {name: n, type: int32}]}}}
            """);
    for (int i = 0; i < 92; i++) {
      yaml.append("  - {name: c")
          .append(i)
          .append(i % 2 == 0 ? ", type: string}\n" : ", type: int64}\n");
    }
    return yaml.toString();
  }

  /** Records of {@link #WIDE}, as {@link #records}. */
  public static List<SourceRecord> wideRecords(int count) {
    SplittableRandom random = new SplittableRandom(1);
    List<SourceRecord> records = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Instant time = START.plusMillis(i * 10L);
      StringBuilder json =
          new StringBuilder("{\"at\":\"")
              .append(time.plusMillis(1))
              .append("\",\"id\":\"")
              .append(Long.toHexString(random.nextLong()))
              .append("\",\"day\":\"2026-05-0")
              .append(random.nextInt(1, 10))
              .append("\",\"total\":")
              .append(random.nextInt(100_000))
              .append(".25,\"score\":")
              .append(random.nextInt(1_000))
              .append(
                  ".125,\"tags\":[\"new\",\"sale\"],\"address\":{\"city\":\"Berlin\",\"zip\":\"1")
              .append(random.nextInt(1_000))
              .append("\",\"lat\":52.5},\"items\":[");
      for (int item = 0; item < 3; item++) {
        json.append(item == 0 ? "" : ",")
            .append("{\"sku\":\"SKU-")
            .append(random.nextInt(1_000))
            .append("\",\"price\":9.75,\"n\":")
            .append(random.nextInt(9))
            .append('}');
      }
      json.append(']');
      for (int c = 0; c < 92; c++) {
        json.append(",\"c").append(c).append("\":");
        if (c % 2 == 0) {
          json.append("\"value ").append(random.nextInt(50)).append('"');
        } else {
          json.append(random.nextInt(1_000_000));
        }
      }
      json.append('}');
      records.add(
          new SourceRecord(
              "cluster/topic/id",
              0,
              i,
              time.toEpochMilli(),
              null,
              json.toString().getBytes(UTF_8),
              List.of()));
    }
    return records;
  }
}
