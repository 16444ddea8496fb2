package io.sluice.source;

import io.sluice.UserException;
import java.io.Serializable;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a run has for each of its sources. Where it has one thing only, that is for all records,
 * whatever source they say that they are of.
 *
 * @param <T> serializable where this is to be
 */
public final class BySource<T> implements Serializable {
  private static final long serialVersionUID = 1L;

  private final @Nullable T only;
  private final LinkedHashMap<String, T> all;

  private BySource(@Nullable T only, LinkedHashMap<String, T> all) {
    this.only = only;
    this.all = all;
  }

  /** One thing, for records of any source. */
  public static <T> BySource<T> any(T only) {
    return new BySource<>(only, new LinkedHashMap<>());
  }

  /**
   * One thing for each source.
   *
   * @param all by {@link SourceId#text}
   */
  public static <T> BySource<T> of(Map<String, T> all) {
    return new BySource<>(null, new LinkedHashMap<>(all));
  }

  /**
   * What there is for a source.
   *
   * @throws UserException where the run does not know it
   */
  public T of(String source) {
    if (only != null) {
      return only;
    }
    T one = all.get(source);
    if (one == null) {
      throw new UserException(
          "records of "
              + source
              + " came, which no contract of this run is for: start the job anew without its"
              + " state, with --startFrom=lake: nothing is lost or duplicated");
    }
    return one;
  }

  /** All that there is, in the order of the contracts. */
  public Collection<T> all() {
    return only != null ? List.of(only) : all.values();
  }

  /** Something else for each source. */
  public <U> BySource<U> map(Function<? super T, ? extends U> function) {
    if (only != null) {
      return any(function.apply(only));
    }
    LinkedHashMap<String, U> mapped = new LinkedHashMap<>();
    all.forEach((source, one) -> mapped.put(source, function.apply(one)));
    return of(mapped);
  }
}
