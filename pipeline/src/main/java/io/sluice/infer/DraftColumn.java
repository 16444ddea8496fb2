package io.sluice.infer;

import io.sluice.contract.ColumnType;
import java.util.List;

/**
 * A column of a draft, whatever it was drafted from.
 *
 * @param words its comment; empty for none
 */
record DraftColumn(
    String name,
    List<String> path,
    ColumnType type,
    boolean required,
    boolean dictionary,
    String words) {
  DraftColumn {
    path = List.copyOf(path);
  }
}
