package io.sluice.infer;

import io.sluice.FileFaults;
import io.sluice.UserException;
import io.sluice.contract.ContractFormat;
import io.sluice.contract.KeySpec;
import io.sluice.decode.RecordFormat;
import io.sluice.decode.SchemaFile;
import io.sluice.schema.Framing;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.Schemas;
import io.sluice.schema.UnknownSchemaException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A schema that a contract is drafted from, before any format looked at what it says.
 *
 * @param flag as errors name it: {@code --subject=orders-value}
 * @param title as a draft names it
 * @param topic what its topic seems to be called
 * @param framing in which frame records name it; NONE where the contract is to have it
 * @param file that it is in; null of a registry's
 */
public record GivenSchema(
    String flag,
    String title,
    String topic,
    RegisteredSchema schema,
    Framing.Kind framing,
    @Nullable Path file) {
  /** Of a schema's text; what a message of Protobuf needs may be little of it. */
  private static final int MOST_BYTES = 1 << 22;

  /** From the folder of the file upwards, what it imports is looked for in so many. */
  private static final int MOST_FOLDERS = 10;

  /** What a subject of a topic's values ends with, as serializers call it by default. */
  private static final String OF_VALUES = "-value";

  /**
   * The schema that a subject of a registry has.
   *
   * @param version null for the newest
   * @param framing in which frame records name schemas of the registry
   * @throws UserException where there is none
   */
  public static GivenSchema ofSubject(
      String subject, @Nullable Integer version, Framing.Kind framing, Schemas schemas) {
    String flag = "--subject=" + subject;
    RegisteredSchema schema;
    try {
      schema = version == null ? schemas.latest(subject) : schemas.version(subject, version);
    } catch (UnknownSchemaException e) {
      throw new UserException(
          flag
              + ": "
              + e.getMessage()
              + (version == null ? "" : "; without --schemaVersion it is the newest one")
              + "; the subject of a topic is TOPIC-value unless its producer says otherwise",
          e);
    }
    return new GivenSchema(
        flag,
        (version == null ? "the newest schema" : "version " + version) + " of subject " + subject,
        subject.endsWith(OF_VALUES) && subject.length() > OF_VALUES.length()
            ? subject.substring(0, subject.length() - OF_VALUES.length())
            : subject,
        schema,
        framing,
        null);
  }

  /**
   * The schema in a file.
   *
   * @param format that it is said to be of; null to look at the file
   * @throws UserException where it cannot be read, or no format knows it, or several do
   */
  static GivenSchema ofFile(Path path, @Nullable RecordFormat format) {
    String flag = "--schema=" + path;
    byte[] content = read(path, flag);
    String name = String.valueOf(path.getFileName());
    Map<RecordFormat, RegisteredSchema> found = new LinkedHashMap<>();
    if (format != null) {
      schema(flag, format, new SchemaFile(name, content, true, other -> beside(path, other)))
          .ifPresent(schema -> found.put(format, schema));
    }
    if (found.isEmpty()) {
      SchemaFile file = new SchemaFile(name, content, false, other -> beside(path, other));
      for (RecordFormat one : all()) {
        schema(flag, one, file).ifPresent(schema -> found.put(one, schema));
      }
    }
    String names = String.join(" and ", found.keySet().stream().map(RecordFormat::name).toList());
    if (found.size() != 1) {
      throw new UserException(
          flag
              + (found.isEmpty()
                  ? " is no schema that a format on the class path knows: name a .avsc or .proto"
                      + " file, a descriptor set or a JSON Schema, and say with --format which it"
                      + " is"
                  : " may be a schema of " + names + ": say with --format=NAME which it is"));
    }
    RegisteredSchema schema = found.values().iterator().next();
    if (content.length > KeySpec.MOST_CONTENT && !schema.type().equals(RegisteredSchema.PROTOBUF)) {
      throw new UserException(
          flag
              + ": larger than 1 MiB, which is the most that a contract takes of a schema's file:"
              + " draft from the --subject of a registry, or from a sample of the topic");
    }
    return new GivenSchema(
        flag,
        "the schema in " + name,
        name.replaceFirst("\\..*", ""),
        schema,
        Framing.Kind.NONE,
        path);
  }

  static List<RecordFormat> all() {
    return ContractFormat.all().values().stream().map(RecordFormat.class::cast).toList();
  }

  private static Optional<RegisteredSchema> schema(
      String flag, RecordFormat format, SchemaFile file) {
    try {
      return format.schema(file);
    } catch (UserException e) {
      throw fault(flag, e);
    }
  }

  /** What is wrong with a schema, in one line: libraries have several. */
  static UserException fault(String flag, UserException e) {
    return new UserException(
        flag + ": " + String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", " "), e);
  }

  private static byte[] read(Path path, String flag) {
    if (Files.isDirectory(path)) {
      throw new UserException(flag + ": a directory; name a file with a schema");
    }
    try (InputStream in = Files.newInputStream(path)) {
      byte[] content = in.readNBytes(MOST_BYTES + 1);
      if (content.length > MOST_BYTES) {
        throw new UserException(flag + ": larger than 4 MiB, which no schema is");
      }
      return content;
    } catch (NoSuchFileException e) {
      throw new UserException(flag + ": no such file; name one with a schema", e);
    } catch (IOException e) {
      throw new UserException(flag + ": cannot be read: " + FileFaults.why(e), e);
    }
  }

  /** A file by the path with which another names it, whichever folder above is its root. */
  private static Optional<byte[]> beside(Path path, String other) {
    Path folder = path.toAbsolutePath().normalize().getParent();
    for (int i = 0; folder != null && i < MOST_FOLDERS; i++) {
      try {
        Path candidate = folder.resolve(other);
        if (Files.isRegularFile(candidate) && Files.size(candidate) <= MOST_BYTES) {
          return Optional.of(Files.readAllBytes(candidate));
        }
      } catch (InvalidPathException | IOException e) {
        return Optional.empty();
      }
      folder = folder.getParent();
    }
    return Optional.empty();
  }
}
