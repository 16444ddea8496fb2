package io.sluice.protobuf;

import com.squareup.wire.schema.Location;
import com.squareup.wire.schema.internal.parser.FieldElement;
import com.squareup.wire.schema.internal.parser.MessageElement;
import com.squareup.wire.schema.internal.parser.OneOfElement;
import com.squareup.wire.schema.internal.parser.ProtoFileElement;
import com.squareup.wire.schema.internal.parser.ProtoParser;
import com.squareup.wire.schema.internal.parser.TypeElement;
import java.util.List;
import java.util.Map;

/** What {@code .proto} text says of its fields in comments. */
final class ProtoWords {
  private ProtoWords() {}

  /**
   * Adds the comments of all fields, by the fields' full names. A serialized file has none.
   *
   * @param text that was parsed before
   */
  static void add(String text, Map<String, String> words) {
    if (SerializedFile.of("schema.proto", text).isPresent()) {
      return;
    }
    ProtoFileElement file = ProtoParser.Companion.parse(Location.get("schema.proto"), text);
    String name = file.getPackageName();
    add(file.getTypes(), name == null ? "" : name + ".", words);
  }

  private static void add(List<TypeElement> types, String prefix, Map<String, String> words) {
    for (TypeElement type : types) {
      if (type instanceof MessageElement message) {
        String within = prefix + message.getName() + ".";
        message.getFields().forEach(field -> add(field, within, words));
        for (OneOfElement oneof : message.getOneOfs()) {
          oneof.getFields().forEach(field -> add(field, within, words));
        }
        add(message.getNestedTypes(), within, words);
      }
    }
  }

  private static void add(FieldElement field, String within, Map<String, String> words) {
    if (!field.getDocumentation().isBlank()) {
      words.put(within + field.getName(), field.getDocumentation());
    }
  }
}
