package io.sluice.protobuf;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.sluice.convert.Rejection;
import io.sluice.schema.Framing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which message of its schema a record is: it stands between the frame and the message. */
final class MessageIndex {
  /** The first message of a file, which most are. */
  static final List<Integer> FIRST = List.of(0);

  /** Of messages within one another; more is no schema that anyone wrote. */
  private static final int MOST_NESTED = 100;

  private MessageIndex() {}

  static List<Integer> read(Framing.Kind kind, Wire in) throws Rejection {
    return switch (kind) {
      case CONFLUENT -> readPath(in);
      case GLUE -> List.of((int) in.varint());
      case NONE -> FIRST;
    };
  }

  /** The numbers of a path, behind their count; a count of 0 stands for the first message. */
  private static List<Integer> readPath(Wire in) throws Rejection {
    int count = zigzag(in);
    if (count == 0) {
      return FIRST;
    }
    if (count < 0 || count > Math.min(MOST_NESTED, in.end() - in.at())) {
      throw Wire.malformed("the index of the message has " + count + " numbers");
    }
    List<Integer> path = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      path.add(zigzag(in));
    }
    return path;
  }

  private static int zigzag(Wire in) throws Rejection {
    int value = (int) in.varint();
    return (value >>> 1) ^ -(value & 1);
  }

  /** The message of an index; null where the file has none. */
  static @Nullable Descriptor find(Framing.Kind kind, FileDescriptor file, List<Integer> index) {
    if (kind == Framing.Kind.GLUE) {
      return get(ProtoFiles.messages(file), index.get(0));
    }
    Descriptor found = get(file.getMessageTypes(), index.get(0));
    for (int number : index.subList(1, index.size())) {
      found = found == null ? null : get(written(found), number);
    }
    return found;
  }

  private static @Nullable Descriptor get(List<Descriptor> types, int number) {
    return number >= 0 && number < types.size() ? types.get(number) : null;
  }

  /** The messages within a message as its text has them: no entries of maps, and no groups. */
  private static List<Descriptor> written(Descriptor type) {
    return type.getNestedTypes().stream()
        .filter(nested -> !nested.toProto().getOptions().getMapEntry())
        .filter(nested -> type.getFields().stream().noneMatch(field -> isGroup(field, nested)))
        .toList();
  }

  private static boolean isGroup(FieldDescriptor field, Descriptor type) {
    return field.getType() == FieldDescriptor.Type.GROUP
        && field.getMessageType() == type
        && field.getName().equals(type.getName().toLowerCase(Locale.ROOT));
  }
}
