package io.sluice.infer;

import io.sluice.contract.ContractLint;
import io.sluice.contract.ReservedWords;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Names of columns that SQL takes and of which no two are the same. */
final class ColumnNames {
  /** What {@code event_time} says where a record's own time is it, and no column. */
  static final String RECORD_TIME = "record_time";

  private ColumnNames() {}

  /**
   * The names of columns that read these paths.
   *
   * @param eventTime which of them is the event time; -1 where that is {@link #RECORD_TIME}
   */
  static List<String> of(List<List<String>> paths, int eventTime) {
    Set<String> taken = new HashSet<>();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < paths.size(); i++) {
      String name =
          paths.get(i).stream()
              .map(ContractLint::snakeCase)
              .filter(part -> !part.isEmpty())
              .collect(Collectors.joining("_"));
      if (!name.matches("[a-z].*")) {
        name = "c_" + name;
      }
      if (ReservedWords.contains(name)
          || name.equals("event_date")
          || name.equals(RECORD_TIME) && eventTime < 0) {
        name = i == eventTime ? "event_time" : name + "_value";
      }
      String free = name;
      for (int n = 2; !taken.add(free); n++) {
        free = name + "_" + n;
      }
      names.add(free);
    }
    return names;
  }

  /**
   * The name of a field of a struct, which reads it by its own name.
   *
   * @param taken the names of the struct that there are; gets this one
   */
  static String ofField(String field, Set<String> taken) {
    String name = ContractLint.snakeCase(field);
    if (!name.matches("[a-z].*")) {
      name = "f_" + name;
    }
    if (ReservedWords.contains(name)) {
      name += "_value";
    }
    String free = name;
    for (int n = 2; !taken.add(free); n++) {
      free = name + "_" + n;
    }
    return free;
  }
}
