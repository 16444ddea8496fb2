package io.sluice.lake;

import io.sluice.contract.Table;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What lies in a table's folder and is no part of the table: a folder that was renamed, what
 * another tool has put there. It is left alone, and said once.
 */
final class Foreign {
  private static final Logger LOG = LoggerFactory.getLogger(Foreign.class);

  /** Beyond this a process would say too much, and remember too much. */
  private static final int MOST = 1_000;

  private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

  private Foreign() {}

  /**
   * Warns of a folder that is not one of a table's dates. Names that begin with {@code _} or {@code
   * .} are hidden from query engines too, and nothing is said of them.
   *
   * @param folder below that of the table
   */
  static void folder(Store store, Table table, String folder) {
    if (!isHidden(folder)) {
      warn(
          store.root() + "/" + table.name() + "/" + folder,
          "is not the folder of a date (as " + table.dateColumn() + "=2026-01-31)");
    }
  }

  /** Warns of an object that is no data file, nor one that sluice keeps beside them. */
  static void file(Store store, String key) {
    String[] names = key.split("/", -1);
    String name = names[names.length - 1];
    // The first is the table's own; an object that ends in a slash is a console's idea of a folder.
    if (!name.isEmpty() && Arrays.stream(names).skip(1).noneMatch(Foreign::isHidden)) {
      // One of a folder stands for all of it.
      String folder = key.substring(0, key.length() - name.length() - 1);
      warn(store.root() + "/" + folder, "has files that sluice did not write, such as " + name);
    }
  }

  private static boolean isHidden(String name) {
    return name.startsWith("_") || name.startsWith(".");
  }

  private static void warn(String what, String why) {
    if (SAID.size() < MOST && SAID.add(what)) {
      LOG.warn(
          "{} {}: left alone. Query engines may read it: keep it outside of the table", what, why);
    }
  }
}
