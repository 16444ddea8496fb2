package io.sluice.protobuf;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A schema in the form in which some serializers register it, and which registries give back: a
 * {@code FileDescriptorProto} in base64, where others have {@code .proto} text.
 */
final class SerializedFile {
  /** No {@code .proto} text is of these characters alone. */
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/\\s]*[A-Za-z0-9+/]={0,2}\\s*");

  private SerializedFile() {}

  /**
   * The file of a text in that form; empty where it is in another one.
   *
   * @param name of the file, as others import it, whatever it calls itself
   */
  static Optional<FileDescriptorProto> of(String name, String text) {
    if (!BASE64.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      FileDescriptorProto file =
          FileDescriptorProto.parseFrom(Base64.getDecoder().decode(text.replaceAll("\\s", "")));
      // Some other bytes can be read, too, as fields that no descriptor has.
      return file.hasName()
          ? Optional.of(file.toBuilder().setName(name).clearSourceCodeInfo().build())
          : Optional.empty();
    } catch (IllegalArgumentException | InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }
}
