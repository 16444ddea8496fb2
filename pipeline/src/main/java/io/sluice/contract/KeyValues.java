package io.sluice.contract;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a contract says for declared keys, each of the class that its {@link KeySpec.Type} names;
 * defaults are filled in. Equal where all values are.
 */
public record KeyValues(Map<String, Object> byName) implements Serializable {
  public KeyValues {
    byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
  }

  public String text(String key) {
    return (String) value(key);
  }

  public long number(String key) {
    return (Long) value(key);
  }

  public boolean flag(String key) {
    return (Boolean) value(key);
  }

  public List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    ((List<?>) value(key)).forEach(text -> texts.add((String) text));
    return texts;
  }

  private Object value(String key) {
    Object value = byName.get(key);
    if (value == null) {
      throw new IllegalArgumentException("the key '" + key + "' was not declared");
    }
    return value;
  }
}
