package io.sluice.replay;

import io.sluice.deadletter.DeadLetter;
import io.sluice.deadletter.Reason;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Declared repairs of dead letters, read from YAML by {@link FixParser}. What becomes of a value is
 * a function of it, of why and where it was not accepted, and of these rules.
 *
 * @param sha256 of the file, in hexadecimal digits; empty where there is none
 */
public record Fixes(List<Rule> rules, String sha256) {
  /** Repairs nothing. */
  public static final Fixes NONE = new Fixes(List.of(), "");

  private static final Pattern INDEX = Pattern.compile("\\[\\d+]");

  public Fixes {
    rules = List.copyOf(rules);
  }

  /**
   * Fixes for some letters, applied in order.
   *
   * @param reasons whose; empty for all
   * @param path the path of theirs, as the dead letter names it or with {@code [*]} for its
   *     indexes; null for any
   */
  record Rule(Set<Reason> reasons, @Nullable String path, List<Fix> fixes) {
    boolean isFor(DeadLetter letter) {
      return (reasons.isEmpty() || reasons.contains(letter.reason()))
          && (path == null
              || path.equals(letter.path())
              || path.equals(INDEX.matcher(letter.path()).replaceAll("[*]")));
    }
  }

  /** The letter's value, repaired by the rules that are for it, one after the other. */
  public byte @Nullable [] apply(DeadLetter letter) {
    byte[] value = letter.record().value();
    if (value != null) {
      for (Rule rule : rules) {
        if (rule.isFor(letter)) {
          for (Fix fix : rule.fixes()) {
            value = fix.apply(value);
          }
        }
      }
    }
    return value;
  }
}
