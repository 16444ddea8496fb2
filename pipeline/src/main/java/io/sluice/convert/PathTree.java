package io.sluice.convert;

import io.sluice.contract.ContractPath;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Converters by the paths of the values that they are for. A path leads through objects, by names,
 * and into lists, by {@link ContractPath#index indexes}. A value may have several converters, and
 * one of its own beside those of its parts: each of them takes it.
 */
final class PathTree {
  private final String path;
  private final boolean isLoose;
  private final boolean hidesValues;
  private final List<Converter> whole = new ArrayList<>();
  private final Map<String, PathTree> names = new LinkedHashMap<>();
  private final TreeMap<Integer, PathTree> elements = new TreeMap<>();

  /**
   * The tree of a document.
   *
   * @param hidesValues whether what is no object or list on the way is never shown in a message
   * @param isLoose whether a path may lead through what is no object or no list: then nothing is at
   *     its end, and that is no fault
   */
  PathTree(boolean isLoose, boolean hidesValues) {
    this("", isLoose, hidesValues);
  }

  private PathTree(String path, boolean isLoose, boolean hidesValues) {
    this.hidesValues = hidesValues;
    this.path = path;
    this.isLoose = isLoose;
  }

  /** Adds what the value of a path goes to. */
  void add(List<String> steps, Converter to) {
    at(steps).whole.add(to);
  }

  private PathTree at(List<String> steps) {
    PathTree at = this;
    for (String step : steps) {
      at = at.part(step);
    }
    return at;
  }

  private PathTree part(String step) {
    int index = ContractPath.index(step);
    return index < 0
        ? names.computeIfAbsent(
            step,
            name -> new PathTree(path.isEmpty() ? name : path + "." + name, isLoose, hidesValues))
        : elements.computeIfAbsent(index, i -> new PathTree(path + "[]", isLoose, hidesValues));
  }

  /** The document, of which all that was added is a part. */
  DocumentConverter document() {
    return new DocumentConverter(path, converters());
  }

  /** What the whole goes to, whatever it is; nothing where nothing was added. */
  Converter root() {
    return whole.isEmpty() && names.isEmpty() && elements.isEmpty()
        ? Ignored.INSTANCE
        : converter();
  }

  /** What the value of a path goes to; there has to be something. */
  Converter converter(List<String> steps) {
    return at(steps).converter();
  }

  private Map<String, Converter> converters() {
    Map<String, Converter> fields = new LinkedHashMap<>();
    names.forEach((name, part) -> fields.put(name, part.converter()));
    return fields;
  }

  private Converter converter() {
    List<Converter> all = new ArrayList<>(whole);
    if (!names.isEmpty()) {
      all.add(through(document()));
    }
    if (!elements.isEmpty()) {
      TreeMap<Integer, Converter> wanted = new TreeMap<>();
      elements.forEach((index, part) -> wanted.put(index, part.converter()));
      all.add(through(new ElementsConverter(wanted)));
    }
    return all.size() == 1 ? all.get(0) : new SharedConverter(all);
  }

  private Converter through(Converter to) {
    if (hidesValues) {
      to.hideValues();
    }
    return isLoose ? new LooseConverter(to) : to;
  }
}
