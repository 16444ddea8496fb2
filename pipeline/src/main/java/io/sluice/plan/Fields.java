package io.sluice.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.contract.Column;
import io.sluice.contract.ColumnType;
import io.sluice.contract.Condition;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractPath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which fields a contract and the documents of a sample do not share. Feed it with {@link #add},
 * then ask.
 */
final class Fields {
  /** A producer that puts identifiers into names must not fill the memory. */
  static final int MOST_PATHS = 1000;

  private static final int LONGEST_EXAMPLE = 60;

  private final List<Column> columns;
  private final DocumentValues values;
  private final boolean showsValues;
  private final Names root;
  private final long[] present;
  private final Map<String, Unknown> unknown = new LinkedHashMap<>();
  private long documents;
  private boolean complete = true;

  /**
   * A field that neither a column nor the contract's own {@code when} reads, of the records that
   * are the table's.
   *
   * @param path of the outermost name that it does not know
   * @param count documents that have it
   * @param kinds what it is in JSON
   * @param example empty where values are not shown
   */
  public record Unknown(String path, long count, Set<String> kinds, String example) {}

  /**
   * A column of the record's value that no document, or no element of its list, had a value for.
   *
   * @param likely the path of an unknown field of nearly the same name; null where there is none
   */
  public record NeverSeen(String column, String path, @Nullable String likely) {}

  /** The names that an object of the contract has; those of a struct or of a list's structs too. */
  private static final class Names {
    final Map<String, Names> inner = new HashMap<>();

    /** All below is a value of a scalar type. */
    boolean leaf;

    /** A list: the names are those of its elements. */
    boolean list;

    void addType(ColumnType type) {
      if (type instanceof ColumnType.StructOf struct) {
        for (ColumnType.Field field : struct.fields()) {
          inner.computeIfAbsent(field.path(), name -> new Names()).addType(field.type());
        }
      } else if (type instanceof ColumnType.ListOf of) {
        list = true;
        addType(of.element());
        leaf = inner.isEmpty();
      } else {
        leaf = true;
      }
    }
  }

  Fields(Contract contract) {
    this.columns =
        contract.columns().stream().filter(column -> column.reading().isOfValue()).toList();
    this.values = new DocumentValues(contract);
    this.showsValues = contract.showsValues();
    this.present = new long[columns.size()];
    this.root = new Names();
    for (Column column : columns) {
      at(column.path()).addType(column.type());
    }
    if (!contract.intake().explode().isEmpty()) {
      at(contract.intake().explode()).list = true;
    }
    for (Condition condition : contract.intake().choice().when()) {
      if (condition.isOfValue()) {
        Names asked = at(condition.path());
        // Within an object that it asks for, other fields are as unknown as they are elsewhere.
        asked.leaf |= asked.inner.isEmpty();
      }
    }
  }

  private Names at(List<String> path) {
    Names at = root;
    for (String step : path) {
      if (ContractPath.index(step) >= 0) {
        at.list = true;
      } else {
        at = at.inner.computeIfAbsent(step, n -> new Names());
      }
    }
    return at;
  }

  /** Looks at one document. */
  void add(JsonNode document) {
    documents++;
    for (int i = 0; i < columns.size(); i++) {
      if (values.of(columns.get(i), document).stream().anyMatch(value -> !value.isNull())) {
        present[i]++;
      }
    }
    Map<String, JsonNode> found = new LinkedHashMap<>();
    find(document, root, List.of(), found);
    found.forEach(this::count);
  }

  private static void find(
      JsonNode object, Names names, List<String> above, Map<String, JsonNode> found) {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      Names known = names.inner.get(field.getKey());
      List<String> path = new ArrayList<>(above);
      path.add(field.getKey());
      if (known == null) {
        // A name with a dot is shown as a contract has to write it.
        found.putIfAbsent(
            field.getKey().contains(".") ? ContractPath.text(path) : String.join(".", path),
            field.getValue());
      } else if (!known.leaf) {
        if (known.list) {
          path.set(path.size() - 1, field.getKey() + "[]");
          for (JsonNode element : field.getValue()) {
            find(element, known, path, found);
          }
        } else {
          find(field.getValue(), known, path, found);
        }
      }
    }
  }

  private void count(String path, JsonNode value) {
    Unknown before = unknown.get(path);
    if (before == null && unknown.size() >= MOST_PATHS) {
      complete = false;
      return;
    }
    Set<String> kinds = before == null ? new TreeSet<>() : before.kinds();
    kinds.add(value.getNodeType().name().toLowerCase(Locale.ROOT));
    unknown.put(
        path,
        new Unknown(
            path,
            before == null ? 1 : before.count() + 1,
            kinds,
            before == null ? (showsValues ? shortened(value.toString()) : "") : before.example()));
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST_EXAMPLE ? text : text.substring(0, LONGEST_EXAMPLE) + "…";
  }

  /** The most frequent first. */
  List<Unknown> unknown() {
    return unknown.values().stream()
        .sorted(java.util.Comparator.comparingLong(Unknown::count).reversed())
        .toList();
  }

  /** Whether no unknown field was passed over for there being too many. */
  boolean isComplete() {
    return complete;
  }

  /**
   * None where there was no document: then nothing is known.
   *
   * @param withoutElements whether those of elements are left out, for there was none
   */
  List<NeverSeen> neverSeen(boolean withoutElements) {
    return IntStream.range(0, columns.size())
        .filter(i -> documents > 0 && present[i] == 0)
        .filter(i -> !withoutElements || !values.isOfElement(columns.get(i)))
        .mapToObj(i -> neverSeen(columns.get(i)))
        .toList();
  }

  private NeverSeen neverSeen(Column column) {
    String last = column.path().get(column.path().size() - 1);
    String likely =
        unknown.keySet().stream()
            .filter(
                path -> {
                  String name = plain(path.substring(path.lastIndexOf('.') + 1));
                  return name.equals(plain(last))
                      || name.equals(plain(column.name()))
                      || plain(path).equals(plain(column.pathText()));
                })
            .findFirst()
            .orElse(null);
    return new NeverSeen(column.name(), ContractPath.text(column.path()), likely);
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }
}
