package io.sluice.decode;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.contract.Choice;
import io.sluice.contract.Choice.Unrouted;
import io.sluice.contract.Condition;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractSource;
import io.sluice.contract.Reading;
import io.sluice.deadletter.Reason;
import io.sluice.record.ColumnValues;
import io.sluice.record.RecordBytes;
import io.sluice.schema.Schemas;
import io.sluice.source.RecordMetadata;
import io.sluice.source.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Says whether a record is the table's, by what its contract and those before it ask. What is asked
 * of a value is read by itself: the answer depends on the record, the format and the path alone,
 * whatever else a contract asks, so that contracts which share a topic agree on it. A condition on
 * what cannot be read does not hold. A run asks it by its {@link RecordDecoder}; whoever looks at a
 * sample may ask what else it knows of a record. Not safe for use by several threads.
 */
public final class Chooser {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ANOTHERS = "for another table";

  private final Choice choice;
  private final Contract contract;

  /** Each thing that is asked, once. */
  private final Map<List<Object>, Asked> all = new LinkedHashMap<>();

  private final List<List<Test>> unless = new ArrayList<>();
  private final List<Test> when;

  /** Of the record that is being looked at. */
  private RecordBytes bytes = new SourceRecord("", 0, 0, -1, null, null, List.of()).bytes();

  private @Nullable RecordMetadata beside;
  private @Nullable List<SourceRecord.Header> headers;
  private String lastSource = "";
  private String topic = "";

  private record Test(Condition condition, Asked of) {
    boolean holds() {
      return of.isKnown() && holds(of.text);
    }

    private boolean holds(@Nullable String text) {
      return switch (condition.test()) {
        case IN -> text != null && condition.values().contains(text);
        case NOT_IN -> text == null || !condition.values().contains(text);
        case STARTS_WITH -> text != null && text.startsWith(condition.values().get(0));
        case EXISTS -> text != null;
        case ABSENT -> text == null;
      };
    }
  }

  /** One for whoever looks at a sample. */
  public Chooser(Contract contract, Schemas schemas) {
    this(contract, schemas, DecodeEvents.NONE);
  }

  Chooser(Contract contract, Schemas schemas, DecodeEvents events) {
    this.contract = contract;
    this.choice = contract.intake().choice();
    choice.unless().forEach(before -> unless.add(tests(before, schemas, events)));
    this.when = tests(choice.when(), schemas, events);
  }

  private List<Test> tests(List<Condition> conditions, Schemas schemas, DecodeEvents events) {
    return conditions.stream()
        .map(
            one ->
                new Test(
                    one,
                    all.computeIfAbsent(
                        List.of(one.from(), one.name(), one.path()),
                        key -> new Asked(one, schemas, events))))
        .toList();
  }

  /** The record that is asked from now on. */
  public void look(SourceRecord record) {
    look(record.bytes(), record);
  }

  private void look(RecordBytes record, RecordMetadata beside) {
    this.bytes = record;
    this.beside = beside;
    this.headers = null;
    all.values().forEach(Asked::begin);
  }

  /** Which of the contracts before this one takes the record, from 0 on; -1 for none. */
  public int before() {
    for (int i = 0; i < unless.size(); i++) {
      if (unless.get(i).stream().allMatch(Test::holds)) {
        return i;
      }
    }
    return -1;
  }

  /** Whether all conditions of the contract hold for the record, whoever else takes it. */
  public boolean isMet() {
    return when.stream().allMatch(Test::holds);
  }

  /** Whether one of the contract's own conditions holds. */
  public boolean holds(int condition) {
    return when.get(condition).holds();
  }

  /** What one of the contract's own conditions is asked of; null where there is nothing. */
  public @Nullable String value(int condition) {
    Asked of = when.get(condition).of();
    return of.isKnown() ? of.text : null;
  }

  /** What becomes of a record that is not the table's; null for one that is. */
  @Nullable Outcome others(RecordBytes record, RecordMetadata beside) {
    look(record, beside);
    if (before() >= 0) {
      return Outcome.Skipped.atRecordTime(ANOTHERS);
    }
    if (isMet()) {
      return null;
    }
    if (choice.unrouted() == Unrouted.OTHERS) {
      return Outcome.Skipped.atRecordTime(ANOTHERS);
    }
    for (Asked one : all.values()) {
      Outcome unread = one.unread();
      if (unread != null) {
        // Nobody can say that it is not wanted; or the format says that it is no row of any table.
        return unread;
      }
    }
    return choice.unrouted() == Unrouted.SKIP
        ? Outcome.Skipped.atRecordTime("unrouted")
        : new Outcome.Rejected(Reason.UNROUTED, "", "no contract of the topic is for this record");
  }

  /** Whether a record that got here may belong to another table: none takes it, or it is unread. */
  boolean mayBeOthers(SourceRecord record) {
    look(record);
    return !isMet() || all.values().stream().anyMatch(asked -> !asked.isKnown());
  }

  /** Something that is asked, of the record that is being looked at. */
  private final class Asked {
    private final Condition condition;
    private final @Nullable ValueDecoder decoder;
    private boolean isRead;
    private @Nullable String text;
    private @Nullable Outcome unread;

    Asked(Condition condition, Schemas schemas, DecodeEvents events) {
      this.condition = condition;
      Contract reads = contract.asAsked(List.of(condition));
      this.decoder =
          condition.isOfValue()
              ? RecordFormat.of(reads).decoder(reads, schemas, events.withoutUnknownFields())
              : null;
    }

    void begin() {
      isRead = false;
      text = null;
      unread = null;
    }

    /** Whether the record can be asked. */
    boolean isKnown() {
      read();
      return unread == null;
    }

    /** Why it cannot be asked; null where it can. */
    @Nullable Outcome unread() {
      read();
      return unread;
    }

    private void read() {
      if (isRead) {
        return;
      }
      isRead = true;
      if (decoder == null) {
        text = besideValue(condition);
        return;
      }
      Outcome outcome = decoder.decode(bytes);
      if (outcome instanceof Outcome.Accepted accepted) {
        text = value(accepted.values());
      } else {
        unread = outcome;
      }
    }
  }

  private @Nullable String besideValue(Condition condition) {
    RecordMetadata record = Objects.requireNonNull(beside);
    if (condition.from() == Reading.From.TOPIC) {
      if (!record.source().equals(lastSource)) {
        lastSource = record.source();
        topic = ContractSource.topicOf(contract, lastSource);
      }
      return topic.isEmpty() ? null : topic;
    }
    byte[] text = condition.from() == Reading.From.KEY ? record.key() : header(condition.name());
    return text == null ? null : new String(text, StandardCharsets.UTF_8);
  }

  private byte @Nullable [] header(String name) {
    List<SourceRecord.Header> all = headers;
    if (all == null) {
      all = Objects.requireNonNull(beside).headers();
      headers = all;
    }
    return AddedColumns.header(all, name);
  }

  /** A value as JSON has it; a text without its quotes. */
  private static @Nullable String value(ColumnValues read) {
    if (read.isAbsent(0)) {
      return null;
    }
    String json = new String(read.array(0), read.start(0), read.length(0), StandardCharsets.UTF_8);
    if (!json.startsWith("\"")) {
      return json;
    }
    String text = json.substring(1, json.length() - 1);
    return text.indexOf('\\') < 0 ? text : unescaped(json);
  }

  private static String unescaped(String json) {
    try {
      return JSON.readTree(json).textValue();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the converter to json wrote '" + json + "'", e);
    }
  }
}
