package io.sluice.contract;

import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What stands behind a socket and is named there: a kind of source, a format, a function of rows, a
 * follower. It is found on the class path by the service loader.
 */
public interface PlugIn {
  /** Lower-case letters, digits and _, a letter first; no two of a socket have the same. */
  String name();

  /**
   * Those on the class path, by name.
   *
   * @throws IllegalStateException where two have the same name, or one has a name that nobody can
   *     write
   */
  static <P extends PlugIn> TreeMap<String, P> all(Class<P> socket) {
    Pattern written = Pattern.compile("[a-z][a-z0-9_]*");
    TreeMap<String, P> all = new TreeMap<>();
    // Threads of a runner may have a class loader that does not know the job's jars.
    for (P one : ServiceLoader.load(socket, socket.getClassLoader())) {
      if (!written.matcher(one.name()).matches()) {
        throw new IllegalStateException(
            one.getClass().getName()
                + " calls itself '"
                + one.name()
                + "': a name is lower-case letters, digits and _, a letter first");
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
