package io.sluice.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.Wording;
import io.sluice.contract.Condition;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractPath;
import io.sluice.decode.Chooser;
import io.sluice.schema.Schemas;
import io.sluice.source.SourceRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What is said by a contract of which records and elements are rows, and of which the sample has
 * none: nothing of it is rejected, so that a slip of the pen would lose a topic without a word.
 */
final class Doubts {
  /** So many values of a path, and lists of documents, are named. */
  private static final int NAMED = 3;

  /** Of a path with ever new values more than these are not counted. */
  private static final int MOST_VALUES = 1000;

  private static final int LONGEST_VALUE = 40;
  private static final String REST = "unless";

  /**
   * Something that is likely meant in another way.
   *
   * @param about the key of the contract: {@code when}, {@code explode}; {@code skipped} where none
   *     is known, {@code unless} where the table has what others leave, and they leave nothing
   * @param text what was found, and in which records
   */
  public record Doubt(String about, String text) {
    /** Whether it may be well so, without a mistake. */
    public boolean isNote() {
      return about.equals(REST);
    }
  }

  private final Contract contract;
  private final List<String> before;
  private final boolean showsValues;
  private final DocumentValues values;
  private final @Nullable Chooser chooser;
  private final List<Asked> asked;
  private long records;
  private long met;
  private final Map<Integer, Long> takenBefore = new HashMap<>();
  private long metAndLeft;
  private long documents;
  private long lists;
  private long elements;

  /** What one condition of the contract met. */
  private static final class Asked {
    private long held;
    private long had;
    private final Map<String, Long> values = new HashMap<>();

    void add(boolean holds, @Nullable String value) {
      held += holds ? 1 : 0;
      if (value != null) {
        had++;
        if (values.size() < MOST_VALUES || values.containsKey(value)) {
          values.merge(value, 1L, Long::sum);
        }
      }
    }
  }

  /**
   * @param before the tables of the contracts that come before it and share its topic; none where
   *     they are not known
   * @param showsValues whether none of the contracts of the topic keeps values out
   */
  Doubts(Contract contract, List<String> before, boolean showsValues, Schemas schemas) {
    this.contract = contract;
    this.before = before;
    this.showsValues = showsValues;
    this.values = new DocumentValues(contract);
    this.chooser = contract.intake().choice().isAll() ? null : new Chooser(contract, schemas);
    this.asked = contract.intake().choice().when().stream().map(condition -> new Asked()).toList();
  }

  /** Looks at a record of the sample, whosever it is. */
  void add(SourceRecord record) {
    records++;
    if (chooser == null) {
      return;
    }
    chooser.look(record);
    boolean isMet = chooser.isMet();
    for (int i = 0; i < asked.size(); i++) {
      asked.get(i).add(chooser.holds(i), chooser.value(i));
    }
    if (isMet) {
      met++;
      int taker = chooser.before();
      if (taker < 0) {
        metAndLeft++;
      } else {
        takenBefore.merge(taker, 1L, Long::sum);
      }
    }
  }

  /** Looks at a document that is the table's. */
  void add(JsonNode document) {
    documents++;
    if (!contract.intake().explode().isEmpty()) {
      JsonNode list = values.exploded(document);
      lists += list.isArray() ? 1 : 0;
      elements += list.isArray() ? list.size() : 0;
    }
  }

  /** Whether documents have been seen, and none has the list that the contract explodes. */
  boolean isWithoutList() {
    return documents > 0 && lists == 0 && !contract.intake().explode().isEmpty();
  }

  /**
   * @param outcomes what became of all records
   * @param unknown fields that the contract does not name
   */
  List<Doubt> doubts(Outcomes outcomes, List<Fields.Unknown> unknown) {
    List<Doubt> doubts = new ArrayList<>();
    if (records > 0 && chooser != null && metAndLeft == 0) {
      boolean isRest = contract.intake().choice().when().isEmpty();
      doubts.add(new Doubt(isRest ? REST : "when", met == 0 ? notMet() : taken(isRest)));
    }
    if (isWithoutList()) {
      doubts.add(new Doubt("explode", withoutList(unknown)));
    } else if (documents > 0 && elements == 0 && lists > 0) {
      doubts.add(
          new Doubt(
              "explode",
              "the list at "
                  + explode()
                  + " has no element in any of "
                  + Wording.count(documents, "record")));
    }
    if (doubts.isEmpty() && records > 0 && outcomes.skippedCount() == records) {
      doubts.add(
          new Doubt(
              "skipped",
              "no record of the sample is a row or a dead letter: "
                  + outcomes.skipped().entrySet().stream()
                      .map(
                          one ->
                              String.format(Locale.ROOT, "%s: %,d", one.getKey(), one.getValue()))
                      .collect(Collectors.joining(", "))));
    }
    return doubts;
  }

  private String explode() {
    return ContractPath.text(contract.intake().explode());
  }

  private String withoutList(List<Fields.Unknown> unknown) {
    List<String> others =
        unknown.stream()
            .filter(field -> field.kinds().contains("array"))
            .map(Fields.Unknown::path)
            .limit(NAMED)
            .toList();
    return "no record of the sample has a list at "
        + explode()
        + ", of "
        + Wording.count(documents, "record")
        + " that "
        + (documents == 1 ? "is" : "are")
        + " the table's"
        + (others.isEmpty() ? "" : "; they have lists at " + String.join(", ", others));
  }

  private String notMet() {
    String text = "no record of the sample meets it, of " + Wording.count(records, "record");
    List<Condition> conditions = contract.intake().choice().when();
    return IntStream.range(0, asked.size())
        .filter(i -> asked.get(i).held == 0)
        .mapToObj(i -> text + ": " + text(conditions.get(i)) + " holds for none; " + found(i))
        .findFirst()
        .orElse(text + ", though each of its conditions holds for some");
  }

  private String found(int condition) {
    Asked one = asked.get(condition);
    if (one.had == 0) {
      return "none has a value there";
    }
    if (!showsValues) {
      return Wording.count(one.had, "has a value there", "have a value there");
    }
    return "the values there are "
        + one.values.entrySet().stream()
            .sorted(
                Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(NAMED)
            .map(
                value ->
                    String.format(Locale.ROOT, "%s (%,d)", cut(value.getKey()), value.getValue()))
            .collect(Collectors.joining(", "))
        + (one.values.size() > NAMED ? ", …" : "");
  }

  private static String cut(String value) {
    String shown = value.replaceAll("\\p{Cntrl}", "·");
    return shown.length() <= LONGEST_VALUE ? shown : shown.substring(0, LONGEST_VALUE) + "…";
  }

  private String taken(boolean isRest) {
    boolean isOne = takenBefore.size() == 1;
    String all =
        takenBefore.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(
                one ->
                    taker(one.getKey())
                        + (isOne ? "" : String.format(Locale.ROOT, " (%,d)", one.getValue())))
            .collect(Collectors.joining(", "));
    return (isRest ? "all " : "all that meet it, ")
        + Wording.count(met, "record")
        + (isRest ? " of the sample are" : ", are")
        + " taken by "
        + all
        + (isOne ? ", whose contract comes first" : ", whose contracts come first");
  }

  private String taker(int index) {
    List<List<Condition>> unless = contract.intake().choice().unless();
    return before.size() == unless.size()
        ? "table " + before.get(index)
        : "the table that asks " + unless.get(index).stream().map(Doubts::text).toList();
  }

  /** As a contract has it. */
  private static String text(Condition condition) {
    String what =
        switch (condition.from()) {
          case HEADER -> "from: headers." + condition.name();
          case VALUE -> "path: " + ContractPath.text(condition.path());
          default -> "from: " + condition.from().name().toLowerCase(Locale.ROOT);
        };
    String all = String.join(", ", condition.values());
    return "{"
        + what
        + switch (condition.test()) {
          case IN -> condition.values().size() == 1 ? ", is: " + all : ", in: [" + all + "]";
          case NOT_IN -> ", not_in: [" + all + "]";
          case STARTS_WITH -> ", starts_with: " + all;
          case EXISTS -> ", exists: true";
          case ABSENT -> ", exists: false";
        }
        + "}";
  }
}
