package io.sluice.decode;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * A file with a schema, of which each format says whether it is in its language.
 *
 * @param name the file's own, without folders
 * @param isAsked whether it was said that the schema is of the format that is asked; whether it is
 *     one is to be told by name and content else
 * @param others finds what the file names beside it or above, by a path with slashes
 */
public record SchemaFile(
    String name, byte[] content, boolean isAsked, Function<String, Optional<byte[]>> others) {
  /** Whether the file's name ends so, in either case. */
  public boolean endsWith(String... endings) {
    String lower = name.toLowerCase(Locale.ROOT);
    for (String ending : endings) {
      if (lower.endsWith(ending)) {
        return true;
      }
    }
    return false;
  }

  /** The content as text; empty where it is not UTF-8. */
  public Optional<String> text() {
    return text(content);
  }

  /** Bytes as text, without a byte order mark; empty where they are not UTF-8. */
  public static Optional<String> text(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
