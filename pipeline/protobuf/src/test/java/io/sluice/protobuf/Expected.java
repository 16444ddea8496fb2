package io.sluice.protobuf;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.sluice.contract.Column;
import io.sluice.contract.ColumnType;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.Contract;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a row has to be, by what the library's own reader has made of the bytes. */
final class Expected {
  private Expected() {}

  static String row(Contract contract, Message message) {
    List<Object> values = new ArrayList<>();
    for (Column column : contract.columns()) {
      Message at = message;
      List<String> path = column.path();
      for (String name : path.subList(0, path.size() - 1)) {
        FieldDescriptor field = at.getDescriptorForType().findFieldByName(name);
        if (field.isMapField()) {
          break;
        }
        if (!at.hasField(field)) {
          at = null;
          break;
        }
        at = (Message) at.getField(field);
      }
      Object value;
      if (at == null) {
        value = null;
      } else if (path.size() > 1 && at == message) {
        value = entry(column.type(), message, path);
      } else {
        value = value(column.type(), at, path.get(path.size() - 1));
      }
      values.add(column.name().equals("at") ? Instant.ofEpochSecond((Long) value) : value);
    }
    return Protos.text(values);
  }

  private static @Nullable Object entry(ColumnType type, Message message, List<String> path) {
    FieldDescriptor field = message.getDescriptorForType().findFieldByName(path.get(0));
    ColumnType.StructOf all =
        new ColumnType.StructOf(List.of(new ColumnType.Field(path.get(1), type, false)));
    return ((List<?>) map(all, message, field)).get(0);
  }

  private static @Nullable Object value(ColumnType type, Message message, String name) {
    FieldDescriptor field = message.getDescriptorForType().findFieldByName(name);
    if (field == null) {
      return null;
    }
    if (field.isMapField()) {
      return map((ColumnType.StructOf) type, message, field);
    }
    if (field.isRepeated()) {
      List<Object> list = new ArrayList<>();
      for (Object element : (List<?>) message.getField(field)) {
        list.add(single(((ColumnType.ListOf) type).element(), field, element));
      }
      return list;
    }
    if (name.equals("at")) {
      return message.getField(field);
    }
    return field.hasPresence() && !message.hasField(field)
        ? null
        : single(type, field, message.getField(field));
  }

  private static Object map(ColumnType.StructOf type, Message message, FieldDescriptor field) {
    Map<String, Message> entries = new LinkedHashMap<>();
    for (Object entry : (List<?>) message.getField(field)) {
      Message one = (Message) entry;
      FieldDescriptor key = field.getMessageType().findFieldByNumber(1);
      entries.put(String.valueOf(one.getField(key)), one);
    }
    List<Object> values = new ArrayList<>();
    for (ColumnType.Field wanted : type.fields()) {
      Message entry = entries.get(wanted.name());
      FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
      values.add(entry == null ? null : single(wanted.type(), value, entry.getField(value)));
    }
    return values;
  }

  private static Object single(ColumnType type, FieldDescriptor field, Object value) {
    return switch (field.getType()) {
      case UINT32, FIXED32 -> Integer.toUnsignedLong((Integer) value);
      case UINT64, FIXED64 -> new BigDecimal(Long.toUnsignedString((Long) value));
      case FLOAT -> type == Scalar.DOUBLE ? (Object) ((Float) value).doubleValue() : value;
      case BYTES -> ((ByteString) value).toByteArray();
      case ENUM -> {
        EnumValueDescriptor constant = (EnumValueDescriptor) value;
        yield constant.getIndex() < 0 ? String.valueOf(constant.getNumber()) : constant.getName();
      }
      case MESSAGE, GROUP -> message(type, (Message) value);
      default -> value;
    };
  }

  private static Object message(ColumnType type, Message message) {
    List<FieldDescriptor> fields = message.getDescriptorForType().getFields();
    switch (message.getDescriptorForType().getFullName()) {
      case "google.protobuf.Timestamp" -> {
        Instant time =
            Instant.ofEpochSecond(
                (Long) message.getField(fields.get(0)), (Integer) message.getField(fields.get(1)));
        boolean isNanos = ((ColumnType.Timestamp) type).isNanos();
        return isNanos ? time : time.minusNanos(time.getNano() % 1000);
      }
      case "google.protobuf.Duration" -> {
        long seconds = (Long) message.getField(fields.get(0));
        int nanos = (Integer) message.getField(fields.get(1));
        BigInteger all =
            BigInteger.valueOf(seconds)
                .multiply(BigInteger.valueOf(1_000_000_000))
                .add(BigInteger.valueOf(nanos));
        if (type != Scalar.STRING) {
          return new BigDecimal(all);
        }
        String sign = all.signum() < 0 ? "-" : "";
        String digits = "%09d".formatted(Math.abs(nanos)).replaceFirst("(000)+$", "");
        return sign + Math.abs(seconds) + (digits.isEmpty() ? "" : "." + digits) + "s";
      }
      case "google.protobuf.Int64Value",
          "google.protobuf.StringValue",
          "google.protobuf.BoolValue",
          "google.protobuf.DoubleValue" -> {
        return message.getField(fields.get(0));
      }
      default -> {
        List<Object> values = new ArrayList<>();
        for (ColumnType.Field field : ((ColumnType.StructOf) type).fields()) {
          values.add(value(field.type(), message, field.name()));
        }
        return values;
      }
    }
  }
}
