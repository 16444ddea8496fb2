package io.sluice.avro;

import static io.sluice.avro.TestAvro.contract;
import static io.sluice.avro.TestAvro.decode;
import static io.sluice.avro.TestAvro.decoder;
import static io.sluice.avro.TestAvro.encode;
import static io.sluice.avro.TestAvro.field;
import static io.sluice.avro.TestAvro.framed;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.contract.Contract;
import io.sluice.decode.ValueDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.junit.jupiter.api.Test;

/**
 * Elements of lists and parts of values that several columns read: a plan is made once, for
 * converters that are then to stay the same.
 */
class AvroPathsTest {
  private static final String INNER =
      "{\"type\":\"record\",\"name\":\"P\",\"fields\":["
          + field("x", "\"int\"")
          + ","
          + field("l", "{\"type\":\"array\",\"items\":\"int\"}")
          + "]}";
  private static final String SCHEMA =
      TestAvro.record(
          field(
              "items",
              "{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"E\",\"fields\":["
                  + field("p", INNER)
                  + ","
                  + field("m", "{\"type\":\"map\",\"values\":\"int\"}")
                  + "]}}"),
          field("m", "{\"type\":\"map\",\"values\":\"int\"}"));

  private static byte[] record(int elements, String key) {
    Schema schema = TestAvro.schema(SCHEMA);
    Schema element = schema.getField("items").schema().getElementType();
    GenericData.Record record = new GenericData.Record(schema);
    record.put("at", 1000L);
    List<GenericData.Record> items = new ArrayList<>();
    for (int i = 0; i < elements; i++) {
      GenericData.Record inner = new GenericData.Record(element.getField("p").schema());
      inner.put("x", i);
      inner.put("l", List.of(i, i + 1));
      GenericData.Record item = new GenericData.Record(element);
      item.put("p", inner);
      item.put("m", Map.of(key, i, "a", i));
      items.add(item);
    }
    record.put("items", items);
    record.put("m", Map.of(key, 7, "a", 1));
    return framed(1, encode(schema, record));
  }

  @Test
  void anElementIsJsonOrAMapHoweverManyThereAreAndWhicheverCameFirst() {
    Contract contract =
        contract(
            "",
            "name: first, path: 'items[0]', type: json",
            "name: second, path: 'items[1]', type: json",
            "name: map, path: 'items[1].m', type: {map: int64}",
            "name: a, path: 'items[1].m.a', type: int64",
            "name: whole, path: items, type: json");
    ValueDecoder decoder = decoder(contract, new TestAvro.Registry().with(1, SCHEMA));
    for (int elements : new int[] {0, 2, 1, 3, 2}) {
      List<Object> row = TestAvro.row(contract, decode(decoder, record(elements, "k")));
      assertEquals(element(0, elements), row.get(0));
      assertEquals(element(1, elements), row.get(1));
      assertEquals(elements < 2 ? null : Map.of("k", 1L, "a", 1L), row.get(2));
      assertEquals(elements < 2 ? null : 1L, row.get(3));
    }
  }

  private static String element(int index, int elements) {
    return index >= elements
        ? null
        : "{\"m\":{\"a\":%d,\"k\":%d},\"p\":{\"l\":[%d,%d],\"x\":%d}}"
            .formatted(index, index, index, index + 1, index);
  }

  /** A reader is kept for each converter: of names that are data there are ever new ones. */
  @Test
  void namesThatAreDataLeaveNothingBehind() {
    Contract contract =
        contract(
            "",
            "name: map, path: m, type: {map: int64}",
            "name: any, path: m, type: json",
            "name: a, path: m.a, type: int64",
            "name: element, path: 'items[1].m.a', type: int64");
    ValueDecoder decoder =
        new AvroFormat()
            .decoder(
                contract,
                new TestAvro.Registry().with(1, SCHEMA),
                new TestAvro.Events().withoutUnknownFields());
    byte[][] records = new byte[100][];
    for (int i = 0; i < records.length; i++) {
      records[i] = record(2, "key" + i);
    }
    long before = used(decoder, records, 20_000);
    long after = used(decoder, records, 200_000);
    // At 100 bytes a record it would be 18 MB.
    assertEquals(0, Math.max(0, after - before) / 9_000_000, before + " and then " + after);
  }

  private static long used(ValueDecoder decoder, byte[][] records, int count) {
    for (int i = 0; i < count; i++) {
      decode(decoder, records[i % records.length]);
    }
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
