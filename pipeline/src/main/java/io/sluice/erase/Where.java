package io.sluice.erase;

import io.sluice.FileFaults;
import io.sluice.UserException;
import io.sluice.contract.Column;
import io.sluice.contract.ColumnType;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.Contract;
import io.sluice.contract.Mask;
import io.sluice.convert.Masking;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which rows are to go: those with one of some keys in a column. It never says a key: not in its
 * text, and in no message.
 */
public final class Where {
  private static final Pattern IN =
      Pattern.compile("\\s*([^\\s=]+)\\s+[iI][nN]\\s+(\\S.*?)\\s*", Pattern.DOTALL);
  private static final Pattern EQUALS = Pattern.compile("\\s*([^\\s=]+)\\s*=\\s*(.*?)\\s*");
  private static final byte[] BOM = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
  private static final String FORM =
      "write --where=\"COLUMN in FILE\", with a key in each line of the file, or"
          + " --where=\"COLUMN = VALUE\"";

  private final String path;
  private final Column column;
  private final KeyType type;
  private final Set<Object> keys;
  private final Set<Object> inLake;

  private Where(String path, Column column, KeyType type, Set<Object> keys, Set<Object> inLake) {
    this.path = path;
    this.column = column;
    this.type = type;
    this.keys = Collections.unmodifiableSet(keys);
    this.inLake = Collections.unmodifiableSet(inLake);
  }

  /**
   * Reads what {@code --where} says.
   *
   * @param contracts of the table, that of today first: a column that only an earlier one has is
   *     still in files
   * @throws UserException where it is not so written, there is no such column, its values are no
   *     keys, or a key is none of its values
   */
  public static Where parse(String text, List<Contract> contracts) {
    Matcher in = IN.matcher(text);
    boolean isFile = in.matches();
    Matcher form = isFile ? in : EQUALS.matcher(text);
    if (!isFile && !form.matches()) {
      throw new UserException("--where: " + FORM);
    }
    String path = form.group(1);
    Column column = null;
    ColumnType found = null;
    for (Contract contract : contracts) {
      for (Column one : contract.columns()) {
        Optional<ColumnType> at = at(one, path);
        if (column == null && at.isPresent()) {
          column = one;
          found = at.get();
        }
      }
    }
    if (column == null || found == null) {
      throw new UserException(
          "--where: "
              + path
              + " is no column of "
              + contracts.get(0).table()
              + ", nor a field of a struct, in any version of its contract");
    }
    KeyType type =
        KeyType.of(found)
            .orElseThrow(
                () ->
                    new UserException(
                        "--where: the values of "
                            + path
                            + " are no keys: it takes columns and fields of structs of the types "
                            + KeyType.ALL));
    Set<Object> keys =
        isFile ? keys(form.group(2), path, type) : Set.of(value(form.group(2), path, type));
    return new Where(path, column, type, keys, inLake(path, column, keys));
  }

  private static Object value(String text, String path, KeyType type) {
    boolean isQuoted = text.length() > 1 && text.startsWith("'") && text.endsWith("'");
    return type.parse(isQuoted ? text.substring(1, text.length() - 1) : text)
        .orElseThrow(
            () ->
                new UserException(
                    "--where: the value is not " + type.words() + ", as " + path + " is"));
  }

  /** The type of a column, or of a field of its structs, by names with dots between. */
  private static Optional<ColumnType> at(Column column, String path) {
    if (path.equals(column.name())) {
      return Optional.of(column.type());
    }
    ColumnType type = column.type();
    String rest = path;
    String name = column.name();
    while (rest.startsWith(name + ".") && type instanceof ColumnType.StructOf struct) {
      rest = rest.substring(name.length() + 1);
      String left = rest;
      Optional<ColumnType.Field> field =
          struct.fields().stream()
              .filter(one -> left.equals(one.name()) || left.startsWith(one.name() + "."))
              .findFirst();
      if (field.isEmpty()) {
        return Optional.empty();
      }
      name = field.get().name();
      type = field.get().type();
      if (rest.equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  private static Set<Object> keys(String file, String path, KeyType type) {
    Set<Object> keys = new LinkedHashSet<>();
    byte[] bytes = bytes(file);
    int number = 0;
    int start =
        bytes.length > 2 && bytes[0] == BOM[0] && bytes[1] == BOM[1] && bytes[2] == BOM[2]
            ? BOM.length
            : 0;
    while (start < bytes.length) {
      int end = start;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      int last = end > start && bytes[end - 1] == '\r' ? end - 1 : end;
      number++;
      String key;
      try {
        key =
            StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes, start, last - start))
                .toString();
      } catch (CharacterCodingException e) {
        throw wrong(file, number, "not UTF-8 text", e);
      }
      if (!key.isBlank()) {
        int at = number;
        keys.add(
            type.parse(key)
                .orElseThrow(
                    () -> wrong(file, at, "not " + type.words() + ", as " + path + " is", null)));
      }
      start = end + 1;
    }
    if (keys.isEmpty()) {
      throw new UserException("--where: " + file + " has no key; write one in each line");
    }
    return keys;
  }

  private static UserException wrong(
      String file, int line, String what, @Nullable Exception cause) {
    return new UserException(
        "--where: " + file + ", line " + line + ": " + what + "; nothing was erased", cause);
  }

  private static byte[] bytes(String file) {
    try {
      return Files.readAllBytes(Path.of(file));
    } catch (IOException e) {
      throw new UserException(
          "--where: " + file + ": " + FileFaults.why(e) + "; name a file with a key in each line",
          e);
    } catch (InvalidPathException e) {
      throw new UserException("--where: what stands behind 'in' is no path; " + FORM, e);
    }
  }

  /** The keys as rows have them: those of a masked column are masked. */
  private static Set<Object> inLake(String path, Column column, Set<Object> keys) {
    Mask mask = column.reading().mask();
    if (mask == null) {
      return keys;
    }
    if (mask.kind() == Mask.Kind.REDACT || mask.kind() == Mask.Kind.TRUNCATE) {
      throw new UserException(
          "--where: the lake has not the values of "
              + path
              + ", for the contract masks them, so it cannot be told by them whose a row is: name"
              + " another column");
    }
    Masking masking = new Masking(column);
    // Files of before the mask have them as they are.
    Set<Object> all = new LinkedHashSet<>(keys);
    for (Object key : keys) {
      if (key instanceof ByteBuffer bytes) {
        all.add(ByteBuffer.wrap(masking.bytes(bytes.array(), 0, bytes.array().length)));
      } else if (column.type() == Scalar.STRING) {
        byte[] utf8 = KeyType.text(key).getBytes(StandardCharsets.UTF_8);
        all.add(new String(masking.text(utf8, 0, utf8.length), StandardCharsets.UTF_8));
      }
    }
    return all;
  }

  /** By which column, or field of one, with dots between: no key is in it. */
  public String path() {
    return path;
  }

  /** How many keys there are. */
  public int size() {
    return keys.size();
  }

  /** The column that has the values, or the struct that they are in. */
  Column column() {
    return column;
  }

  KeyType type() {
    return type;
  }

  /** The keys as records have them. */
  Set<Object> keys() {
    return keys;
  }

  /** The keys as the lake has them. */
  Set<Object> inLake() {
    return inLake;
  }

  /** Says by what, and nothing of the keys. */
  @Override
  public String toString() {
    return path + " in " + keys.size() + (keys.size() == 1 ? " key" : " keys");
  }
}
