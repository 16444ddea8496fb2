package io.sluice.protobuf;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.WrappersProto;
import io.sluice.convert.Converter;
import io.sluice.convert.Field;
import io.sluice.convert.Fields;
import io.sluice.convert.Rejection;
import io.sluice.deadletter.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes plans of a message's type and of what a contract wants. It goes no deeper than the contract
 * does, so a type that contains itself is no matter.
 */
final class Plans {
  private final UnknownNames unknown;
  private final int maxDepth;

  Plans(UnknownNames unknown, int maxDepth) {
    this.unknown = unknown;
    this.maxDepth = maxDepth;
  }

  /**
   * @throws Rejection where the contract wants of the type what cannot be read
   */
  MessagePlan of(Descriptor type, Fields document) throws Rejection {
    return plan(type, document, 1);
  }

  private MessagePlan plan(Descriptor type, Fields to, int depth) throws Rejection {
    List<FieldPlan> plans = new ArrayList<>();
    Map<OneofDescriptor, OneofState> oneofs = new HashMap<>();
    for (FieldDescriptor field : type.getFields()) {
      OneofDescriptor oneof = field.getRealContainingOneof();
      OneofState state =
          oneof == null ? null : oneofs.computeIfAbsent(oneof, o -> new OneofState());
      try {
        plans.add(plan(field, to, state, depth));
      } catch (Rejection e) {
        throw e.within(field.getName());
      }
    }
    return new MessagePlan(plans, to, unknown, depth, maxDepth);
  }

  private FieldPlan plan(FieldDescriptor field, Fields to, @Nullable OneofState oneof, int depth)
      throws Rejection {
    EnumNames closed =
        isClosed(field) && !field.isRepeated() ? new EnumNames(field.getEnumType()) : null;
    String path = to.pathOf(field.getName());
    Field wanted = to.field(field.getName());
    if (wanted == null) {
      return new UnwantedField(field, closed, oneof, unknown, path);
    }
    Converter converter = wanted.converter();
    if (field.isMapField()) {
      FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
      return new MapField(field, converter, to2 -> value(value, to2, depth), unknown);
    }
    if (field.isRepeated()) {
      // Where no list is wanted, the converter says so of each record that has one.
      Converter element = converter.elements() == null ? converter : converter.elements().element();
      return new ListField(field, converter, value(field, element, depth), unknown, path);
    }
    ValueReader value = value(field, converter, depth);
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        ? new MessageField(field, oneof, value)
        : new ValueField(field, closed, oneof, value);
  }

  private static boolean isClosed(FieldDescriptor field) {
    return field.getType() == FieldDescriptor.Type.ENUM && field.legacyEnumFieldTreatedAsClosed();
  }

  private ValueReader value(FieldDescriptor field, Converter to, int depth) throws Rejection {
    return switch (field.getType()) {
      case ENUM -> {
        EnumDescriptor type = field.getEnumType();
        yield new EnumReader(new EnumNames(type), isClosed(field), to);
      }
      case MESSAGE, GROUP -> message(field, to, depth);
      case STRING ->
          field.hasPresence() || field.isRepeated()
              ? new ScalarReader(field.getType(), to)
              : new TextWithoutPresence(to);
      default -> new ScalarReader(field.getType(), to);
    };
  }

  private ValueReader message(FieldDescriptor field, Converter to, int depth) throws Rejection {
    Descriptor type = field.getMessageType();
    Fields fields = to.fields();
    int group = field.getType() == FieldDescriptor.Type.GROUP ? field.getNumber() : 0;
    if (fields != null && fields.areOfData()) {
      return new AnyReader(type, to, group, depth + 1, maxDepth);
    }
    switch (type.getFullName()) {
      case "google.protobuf.Struct", "google.protobuf.Value", "google.protobuf.ListValue" -> {
        if (!to.takesAnyText()) {
          throw unusable(type.getFullName() + " is read as JSON text: its column is a string");
        }
        return new JsonReader(type.getFullName(), maxDepth - depth, to, group);
      }
      case "google.protobuf.Any" -> {
        if (fields == null) {
          throw unusable(
              "google.protobuf.Any holds a message of which the schema does not say the type, and is not"
                  + " read: leave the column out, or read its parts by path, type_url and value");
        }
      }
      default -> {}
    }
    if (fields != null) {
      MessagePlan plan = plan(type, fields, depth + 1);
      return new MessageReader(plan, to, group);
    }
    if (isWrapper(type)) {
      FieldDescriptor value = type.findFieldByNumber(1);
      return new WrapperReader(
          new ScalarReader(value.getType(), to), value.getLiteType().getWireType(), group);
    }
    return switch (type.getFullName()) {
      case "google.protobuf.Timestamp" -> new TimeReader.OfTimestamp(to, group);
      case "google.protobuf.Duration" -> new TimeReader.OfDuration(to, group);
      default -> new NoObjectReader(to);
    };
  }

  /** Whether a message stands for the value that is in it. */
  static boolean isWrapper(Descriptor type) {
    return type.getFile().getFullName().equals(WrappersProto.getDescriptor().getFullName());
  }

  private static Rejection unusable(String message) {
    return new Rejection(Reason.UNUSABLE_SCHEMA, "", message);
  }
}
