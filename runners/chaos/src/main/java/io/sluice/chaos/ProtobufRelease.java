package io.sluice.chaos;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.TimestampProto;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The {@code .proto} file of a release. Protobuf's library parses no such text: so the text, for
 * the registry, and the descriptor, to write by, are made of the same lines.
 *
 * @param action the message that an event is
 * @param index where the file has it: of messages within one another each has its number
 */
record ProtobufRelease(String text, Descriptor action, List<Integer> index) {
  /** Where a file has the message of an event, whose user is a message of its own. */
  private enum Layout {
    FIRST(0),
    SECOND(1),
    NESTED(0, 1);

    private final List<Integer> index;

    Layout(Integer... index) {
      this.index = List.of(index);
    }
  }

  /** What a release is made of: the fields of the two messages, as lines of text. */
  private record Plan(Layout layout, List<String> user, List<String> action) {}

  private static final String PACKAGE = "shop";
  private static final String ACTION = "Action";
  private static final String USER = "User";
  private static final String OUTER = "Events";
  private static final String KIND = "Kind";
  private static final List<String> NAMES = List.of("unknown", "view", "buy");

  private static final String TIME = "google.protobuf.Timestamp timestamp = 1";
  private static final String NAME = "optional string event_name = 2";
  private static final String N = "int64 n = 3";
  private static final String USED_BY = "User user_identifiers = 4";
  private static final String ID = "string id = 1";
  private static final String PLATFORM = "optional string platform = 2";

  /** What the producer's releases write, in their order; after the last comes the first again. */
  private static final List<Plan> PLANS =
      List.of(
          new Plan(Layout.FIRST, List.of(ID), List.of(TIME, NAME, "int32 n = 3", USED_BY)),
          // A new field.
          new Plan(
              Layout.FIRST, List.of(ID, PLATFORM), List.of(TIME, NAME, "int32 n = 3", USED_BY)),
          // An int32 is an int64.
          new Plan(Layout.FIRST, List.of(ID, PLATFORM), List.of(TIME, NAME, N, USED_BY)),
          // A field has another name, and another message stands first.
          new Plan(
              Layout.SECOND,
              List.of(ID, "optional string device = 2"),
              List.of(TIME, NAME, N, USED_BY)),
          // A text is an enum, and fields have other numbers, of which none has a presence.
          new Plan(
              Layout.SECOND,
              List.of("string platform = 1", "string id = 7"),
              List.of("optional Kind event_name = 5", TIME, N, USED_BY)),
          // A time is a text; fields that no contract names; all of it within a message.
          new Plan(
              Layout.NESTED,
              List.of(ID, PLATFORM),
              List.of(
                  "repeated string tags = 1",
                  NAME,
                  N,
                  "string timestamp = 8",
                  "User user_identifiers = 9",
                  "int64 count = 2000")),
          // A part may be missing.
          new Plan(
              Layout.NESTED,
              List.of(ID, PLATFORM),
              List.of(TIME, NAME, N, "optional User user_identifiers = 4")));

  private static final Map<String, FieldDescriptorProto.Type> SCALARS =
      Map.of(
          "string", FieldDescriptorProto.Type.TYPE_STRING,
          "int32", FieldDescriptorProto.Type.TYPE_INT32,
          "int64", FieldDescriptorProto.Type.TYPE_INT64);

  /** A release, counted from 0. */
  static ProtobufRelease of(int number) {
    Plan plan = PLANS.get(number % PLANS.size());
    FileDescriptor file = file(plan);
    Descriptor action =
        plan.layout() == Layout.NESTED
            ? file.findMessageTypeByName(OUTER).findNestedTypeByName(ACTION)
            : file.findMessageTypeByName(ACTION);
    return new ProtobufRelease(text(number, plan), action, plan.layout().index);
  }

  private static String text(int number, Plan plan) {
    String action = message(ACTION, plan.action());
    String user = message(USER, plan.user());
    String messages = plan.layout() == Layout.FIRST ? action + user : user + action;
    return """
        syntax = "proto3";
        // release %d
        package %s;
        import "google/protobuf/timestamp.proto";
        enum %s {
        %s}
        %s"""
        .formatted(
            number,
            PACKAGE,
            KIND,
            NAMES.stream()
                .map(name -> "  " + name + " = " + NAMES.indexOf(name) + ";\n")
                .collect(Collectors.joining()),
            plan.layout() == Layout.NESTED
                ? "message " + OUTER + " {\n" + messages + "}\n"
                : messages);
  }

  private static String message(String name, List<String> fields) {
    return "message " + name + " {\n  " + String.join(";\n  ", fields) + ";\n}\n";
  }

  private static FileDescriptor file(Plan plan) {
    DescriptorProto action = descriptor(ACTION, plan.action());
    DescriptorProto user = descriptor(USER, plan.user());
    FileDescriptorProto.Builder file =
        FileDescriptorProto.newBuilder()
            .setName("release.proto")
            .setPackage(PACKAGE)
            .setSyntax("proto3")
            .addDependency(TimestampProto.getDescriptor().getName())
            .addEnumType(kind());
    switch (plan.layout()) {
      case FIRST -> file.addMessageType(action).addMessageType(user);
      case SECOND -> file.addMessageType(user).addMessageType(action);
      case NESTED ->
          file.addMessageType(
              DescriptorProto.newBuilder()
                  .setName(OUTER)
                  .addNestedType(user)
                  .addNestedType(action));
    }
    try {
      return FileDescriptor.buildFrom(
          file.build(), new FileDescriptor[] {TimestampProto.getDescriptor()});
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static EnumDescriptorProto kind() {
    EnumDescriptorProto.Builder kind = EnumDescriptorProto.newBuilder().setName(KIND);
    for (String name : NAMES) {
      kind.addValue(
          EnumValueDescriptorProto.newBuilder().setName(name).setNumber(NAMES.indexOf(name)));
    }
    return kind.build();
  }

  private static DescriptorProto descriptor(String name, List<String> fields) {
    DescriptorProto.Builder message = DescriptorProto.newBuilder().setName(name);
    for (String field : fields) {
      addField(message, field);
    }
    return message.build();
  }

  /**
   * @param line {@code [LABEL] TYPE NAME = NUMBER}
   */
  private static void addField(DescriptorProto.Builder message, String line) {
    String[] words = line.split(" ", -1);
    String type = words[words.length - 4];
    String name = words[words.length - 3];
    FieldDescriptorProto.Builder field =
        FieldDescriptorProto.newBuilder()
            .setName(name)
            .setNumber(Integer.parseInt(words[words.length - 1]))
            .setLabel(
                line.startsWith("repeated ")
                    ? FieldDescriptorProto.Label.LABEL_REPEATED
                    : FieldDescriptorProto.Label.LABEL_OPTIONAL);
    FieldDescriptorProto.Type scalar = SCALARS.get(type);
    if (scalar != null) {
      field.setType(scalar);
    } else {
      field.setTypeName(type);
    }
    if (line.startsWith("optional ")) {
      field.setProto3Optional(true).setOneofIndex(message.getOneofDeclCount());
      message.addOneofDecl(OneofDescriptorProto.newBuilder().setName("_" + name));
    }
    message.addField(field);
  }
}
