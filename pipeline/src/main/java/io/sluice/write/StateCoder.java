package io.sluice.write;

import io.sluice.Version;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.Serializable;
import org.apache.beam.sdk.coders.CustomCoder;
import org.jspecify.annotations.Nullable;

/**
 * Encodes what a job keeps in its state, behind a byte that says in which version. Flink takes a
 * savepoint whatever its coders were, so what was written in another version meets this one:
 *
 * <ul>
 *   <li>what is older is read; before there were versions, Java's serialization wrote it;
 *   <li>what is newer is refused in one line that says how to start all the same.
 * </ul>
 */
abstract class StateCoder<T extends Serializable> extends CustomCoder<T> {
  private static final long serialVersionUID = 1L;
  private static final int VERSION = 1;

  /** The first byte of everything that Java's serialization has written. */
  private static final int JAVA = 0xAC;

  private final Class<T> type;

  /**
   * @param type its name, and those of its fields, are what older savepoints have
   */
  StateCoder(Class<T> type) {
    this.type = type;
  }

  abstract void encodeFields(T value, OutputStream out) throws IOException;

  abstract T decodeFields(InputStream in) throws IOException;

  @Override
  public final void encode(T value, OutputStream out) throws IOException {
    out.write(VERSION);
    encodeFields(value, out);
  }

  @Override
  public final T decode(InputStream in) throws IOException {
    int version = in.read();
    return switch (version) {
      case VERSION -> decodeFields(in);
      case JAVA -> deserialize(in);
      case -1 -> throw new EOFException(type.getSimpleName() + ": no bytes");
      default -> throw Version.otherState(type.getSimpleName(), version);
    };
  }

  private T deserialize(InputStream in) throws IOException {
    ClassLoader loader = type.getClassLoader();
    InputStream whole =
        new SequenceInputStream(new ByteArrayInputStream(new byte[] {(byte) JAVA}), in);
    ObjectInputStream objects =
        new ObjectInputStream(whole) {
          @Override
          protected Class<?> resolveClass(ObjectStreamClass of)
              throws IOException, ClassNotFoundException {
            return Class.forName(of.getName(), false, loader);
          }
        };
    objects.setObjectInputFilter(
        ObjectInputFilter.Config.createFilter("io.sluice.write.*;java.lang.*;!*"));
    try {
      return type.cast(objects.readObject());
    } catch (ClassNotFoundException e) {
      throw new IOException(type.getSimpleName() + " of an older version cannot be read", e);
    }
  }

  @Override
  public void verifyDeterministic() {}

  @Override
  public boolean equals(@Nullable Object other) {
    return other != null && other.getClass() == getClass();
  }

  @Override
  public int hashCode() {
    return getClass().hashCode();
  }
}
