package io.sluice.benchmark.peers;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/**
 * An event as Jackson reads it. Public fields, for they are the fastest that databind sets: it
 * calls the constructor of a record by reflection, with an array.
 */
public final class UserAction {
  // Made once: a reader is safe to share, and has found its deserializers beforehand.
  private static final ObjectReader READER =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build()
          .readerFor(UserAction.class);

  public @Nullable String timestamp;

  @JsonProperty("event_name")
  public @Nullable String eventName;

  @JsonProperty("user_identifiers")
  public @Nullable User user;

  @JsonProperty("product_information")
  public @Nullable Product product;

  /** Who did it. */
  public static final class User {
    public @Nullable String platform;
    public @Nullable String id;
  }

  /** What it was done to. */
  public static final class Product {
    public @Nullable String name;

    @JsonProperty("SKU")
    public @Nullable String sku;
  }

  static GenericRecord read(byte[] json) throws IOException {
    UserAction action = READER.readValue(json);
    if (action.timestamp == null) {
      throw new IOException("no timestamp");
    }
    GenericRecord row = new GenericData.Record(Rows.SCHEMA);
    row.put(
        Rows.EVENT_DATETIME,
        ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(action.timestamp)));
    row.put(Rows.EVENT_NAME, action.eventName);
    if (action.user != null) {
      row.put(Rows.USER_ID, action.user.id);
      row.put(Rows.PLATFORM, action.user.platform);
    }
    if (action.product != null) {
      row.put(Rows.PRODUCT_NAME, action.product.name);
      row.put(Rows.SKU, action.product.sku);
    }
    return row;
  }
}
