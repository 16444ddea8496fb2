package io.sluice.convert;

import io.sluice.contract.Column;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractPath;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The values that are not one column's alone: several columns read them or parts of them, or
 * elements of them by an index, or a row is made of each. The least parts of a document that have
 * all of this within them.
 */
public final class SharedPaths {
  private final Set<List<String>> paths = new HashSet<>();

  public SharedPaths(Contract contract) {
    List<Column> columns = contract.columns();
    if (!contract.intake().explode().isEmpty()) {
      paths.add(contract.intake().explode());
    }
    Set<List<String>> whole = new HashSet<>();
    Set<List<String>> objects = new HashSet<>();
    for (Column column : columns) {
      if (!column.reading().isOfValue()) {
        continue;
      }
      List<String> path = column.path();
      if (!whole.add(path)) {
        paths.add(path);
      }
      for (int length = 1; length < path.size(); length++) {
        List<String> object = path.subList(0, length);
        objects.add(object);
        if (ContractPath.index(path.get(length)) >= 0) {
          paths.add(object);
        }
      }
    }
    whole.stream().filter(objects::contains).forEach(paths::add);
  }

  /** Whether it is one of them. */
  public boolean has(List<String> path) {
    return paths.contains(path);
  }

  /** Whether a column's values are taken by converters beside those of other columns. */
  public boolean has(Column column) {
    return column.reading().isOfValue() && has(within(column.path()));
  }

  /** The value of a path, or the outermost shared one that it is in. */
  public List<String> within(List<String> path) {
    for (int length = 1; length < path.size(); length++) {
      if (paths.contains(path.subList(0, length))) {
        return path.subList(0, length);
      }
    }
    return path;
  }
}
