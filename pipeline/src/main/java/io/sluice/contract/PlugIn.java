package io.sluice.contract;

import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a contract names, and what has keys of its own there: a kind of source, a format, a function
 * of rows. It is found on the class path by the service loader.
 */
public interface PlugIn {
  /** Lower-case letters, digits and _, a letter first; no two of a socket have the same. */
  String name();

  /** Its own keys of a contract. */
  List<KeySpec> keys();

  /**
   * Those on the class path, by name.
   *
   * @throws IllegalStateException where two have the same name, or one has none that a contract can
   *     write
   */
  static <P extends PlugIn> TreeMap<String, P> all(Class<P> socket) {
    Pattern written = Pattern.compile("[a-z][a-z0-9_]*");
    TreeMap<String, P> all = new TreeMap<>();
    for (P one : ServiceLoader.load(socket)) {
      if (!written.matcher(one.name()).matches()) {
        throw new IllegalStateException(
            one.getClass().getName()
                + " calls itself '"
                + one.name()
                + "': a name in a contract is lower-case letters, digits and _, a letter first");
      }
      P other = all.put(one.name(), one);
      if (other != null) {
        throw new IllegalStateException(
            "'"
                + one.name()
                + "' is the name of two: "
                + other.getClass().getName()
                + " and "
                + one.getClass().getName()
                + "; take one of their jars from the class path");
      }
    }
    return all;
  }
}
