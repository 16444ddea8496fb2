package io.sluice.contract;

import io.sluice.contract.Condition.Test;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What follows from conditions alone, whatever records there are. */
final class Conditions {
  private Conditions() {}

  /**
   * Conditions of which no record can hold all, since they contradict each other: those of one
   * value. Empty where there are none.
   */
  static List<Condition> contradiction(List<Condition> all) {
    Map<List<Object>, List<Condition>> bySubject =
        all.stream()
            .collect(
                Collectors.groupingBy(
                    Conditions::subject, LinkedHashMap::new, Collectors.toList()));
    return bySubject.values().stream().filter(Conditions::contradict).findFirst().orElse(List.of());
  }

  private static List<Object> subject(Condition condition) {
    return List.of(condition.from(), condition.name(), condition.path());
  }

  private static boolean contradict(List<Condition> ofOne) {
    boolean isThere =
        ofOne.stream().anyMatch(one -> one.test() != Test.ABSENT && one.test() != Test.NOT_IN);
    if (isThere && ofOne.stream().anyMatch(one -> one.test() == Test.ABSENT)) {
      return true;
    }
    Set<String> left = null;
    for (Condition one : ofOne) {
      if (one.test() == Test.IN) {
        if (left == null) {
          left = new LinkedHashSet<>(one.values());
        } else {
          left.retainAll(one.values());
        }
      }
    }
    if (left != null) {
      return left.stream().noneMatch(value -> ofOne.stream().allMatch(one -> allows(one, value)));
    }
    List<String> beginnings =
        ofOne.stream()
            .filter(one -> one.test() == Test.STARTS_WITH)
            .map(one -> one.values().get(0))
            .toList();
    return beginnings.stream()
        .anyMatch(
            one ->
                beginnings.stream()
                    .anyMatch(other -> !one.startsWith(other) && !other.startsWith(one)));
  }

  private static boolean allows(Condition condition, String value) {
    return switch (condition.test()) {
      case IN -> condition.values().contains(value);
      case NOT_IN -> !condition.values().contains(value);
      case STARTS_WITH -> value.startsWith(condition.values().get(0));
      case EXISTS -> true;
      case ABSENT -> false;
    };
  }

  /** Whether all of some conditions hold wherever all of others do. */
  static boolean follow(List<Condition> some, List<Condition> others) {
    return some.stream().allMatch(one -> others.stream().anyMatch(other -> follows(one, other)));
  }

  private static boolean follows(Condition one, Condition other) {
    if (one.equals(other)) {
      return true;
    }
    if (!subject(one).equals(subject(other))) {
      return false;
    }
    return switch (other.test()) {
      case IN -> other.values().stream().allMatch(value -> allows(one, value));
      case NOT_IN -> one.test() == Test.NOT_IN && other.values().containsAll(one.values());
      case STARTS_WITH ->
          one.test() == Test.EXISTS
              || one.test() == Test.STARTS_WITH
                  && other.values().get(0).startsWith(one.values().get(0))
              || one.test() == Test.NOT_IN
                  && one.values().stream()
                      .noneMatch(value -> value.startsWith(other.values().get(0)));
      case EXISTS -> false;
      case ABSENT -> one.test() == Test.NOT_IN;
    };
  }
}
