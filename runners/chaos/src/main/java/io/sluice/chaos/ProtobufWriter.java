package io.sluice.chaos;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Timestamp;
import io.sluice.schema.RegisteredSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Events as messages of Protobuf, written by Protobuf's own library. From release to release fields
 * come, widen and get other names, types and numbers, and the message stands elsewhere in its file.
 */
final class ProtobufWriter extends FramedWriter<ProtobufRelease> {
  private static final List<Integer> FIRST_MESSAGE = List.of(0);

  /** No file has so many messages. */
  private static final List<Integer> NO_MESSAGE = List.of(20);

  /**
   * Registers the first schema, for which it waits up to a minute.
   *
   * @param registry its address
   */
  ProtobufWriter(String registry, String topic) throws IOException, InterruptedException {
    super(registry, topic, RegisteredSchema.PROTOBUF, ProtobufRelease::of, ProtobufRelease::text);
  }

  @Override
  Written body(ProtobufRelease release, Action action) {
    Descriptor type = release.action();
    FieldDescriptor name = type.findFieldByName("event_name");
    FieldDescriptor users = type.findFieldByName("user_identifiers");
    Descriptor userType = users.getMessageType();
    Action kept =
        kept(
            action,
            name.getType() == FieldDescriptor.Type.ENUM,
            users.toProto().getProto3Optional(),
            userType.findFieldByName("platform") != null);
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    set(message, "timestamp", action);
    set(message, "event_name", kept.name());
    set(message, "n", action.n());
    set(message, "tags", List.of("odd", ""));
    set(message, "count", -action.n());
    if (kept.user() != null) {
      DynamicMessage.Builder user = DynamicMessage.newBuilder(userType);
      set(user, "id", kept.user());
      set(user, "platform", kept.platform());
      set(user, "device", action.platform());
      message.setField(users, user.build());
    }
    return new Written(indexed(release.index(), message.build().toByteArray()), kept);
  }

  /** Sets a field, where there is one of that name and the value is not null. */
  private static void set(DynamicMessage.Builder message, String name, @Nullable Object value) {
    FieldDescriptor field = message.getDescriptorForType().findFieldByName(name);
    if (field != null && value != null) {
      message.setField(field, value(field, value));
    }
  }

  private static Object value(FieldDescriptor field, Object value) {
    if (value instanceof Action action) {
      return field.getType() == FieldDescriptor.Type.STRING ? action.isoTime() : time(action);
    }
    return switch (field.getType()) {
      case INT32 -> Math.toIntExact((Long) value);
      case ENUM -> field.getEnumType().findValueByName((String) value);
      default -> value;
    };
  }

  private static Timestamp time(Action action) {
    return Timestamp.newBuilder()
        .setSeconds(Math.floorDiv(action.time(), 1_000L))
        .setNanos(Math.floorMod(action.time(), 1_000) * 1_000_000)
        .build();
  }

  /** Numbers below 64 are a byte each; the first message, as most are, is a single one. */
  private static byte[] indexed(List<Integer> index, byte[] message) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (index.equals(FIRST_MESSAGE)) {
      out.write(0);
    } else {
      out.write(2 * index.size());
      index.forEach(number -> out.write(2 * number));
    }
    out.writeBytes(message);
    return out.toByteArray();
  }

  /** Of a schema that no registry knows, or of a message that its schema has not. */
  @Override
  public byte[] misfit(Action action) {
    return action.n() % 2 == 0 ? super.misfit(action) : framed(indexed(NO_MESSAGE, new byte[0]));
  }
}
