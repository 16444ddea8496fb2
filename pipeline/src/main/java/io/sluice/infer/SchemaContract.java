package io.sluice.infer;

import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractFormat;
import io.sluice.contract.ContractParser;
import io.sluice.decode.DecodeEvents;
import io.sluice.decode.RecordFormat;
import io.sluice.decode.SchemaDraft;
import io.sluice.decode.SchemaSource;
import io.sluice.schema.Framing;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.Schemas;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A contract drafted from a schema. It takes each record that is written with it, but for values
 * that the schema says more of than they are.
 *
 * @param yaml the contract, with comments
 * @param columns how many columns the table has, one of Kafka's own time too
 * @param schema what it was drafted from, in words
 * @param format how records are written, as behind {@code format:}
 * @param eventTime why the event time is this one
 * @param notes what is worth knowing
 * @param leftOut what no column has, and why, as {@code "path": reason}
 * @param warnings what is likely to be regretted
 */
public record SchemaContract(
    String yaml,
    Contract contract,
    int columns,
    String schema,
    String format,
    String eventTime,
    List<String> notes,
    List<String> leftOut,
    List<String> warnings) {
  /** What a topic may be called: a schema's name may be another. */
  private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");

  /** A draft has nobody to tell. */
  private static final DecodeEvents NO_EVENTS =
      new DecodeEvents() {
        @Override
        public void unknownField(String path) {}

        @Override
        public void quickWayFailed(Throwable failure) {}
      };

  public SchemaContract {
    notes = List.copyOf(notes);
    leftOut = List.copyOf(leftOut);
    warnings = List.copyOf(warnings);
  }

  /**
   * Drafts a contract from the schema in a file.
   *
   * @param topic null to take it from the file's name
   * @param message the name of the message that records are, where a schema has several; null for
   *     the first
   * @throws UserException where the file is no schema, or no records of it can be read
   */
  public static SchemaContract ofFile(
      Path file, DraftRequest request, @Nullable String topic, @Nullable String message) {
    return of(GivenSchema.ofFile(file, named(request)), request, topic, message, Schemas.NONE);
  }

  /**
   * Drafts a contract from a schema.
   *
   * @param topic null to take it from the schema's name
   * @param message the name of the message that records are, where a schema has several; null for
   *     the first
   * @throws UserException where no records of it can be read
   */
  public static SchemaContract of(
      GivenSchema given,
      DraftRequest request,
      @Nullable String topic,
      @Nullable String message,
      Schemas schemas) {
    RecordFormat named = named(request);
    if (topic == null && !TOPIC.matcher(given.topic()).matches()) {
      throw new UserException(
          given.flag()
              + ": no topic is called '"
              + given.topic()
              + "', as the schema's name has it: write --topic=TOPIC, too");
    }
    SchemaDraft draft;
    try {
      draft = draft(given, named, request, message);
    } catch (UserException e) {
      throw GivenSchema.fault(given.flag(), e);
    }
    String asked = request.format();
    boolean isAsked =
        asked != null && named != null && !(asked.equals(named.name()) && isOf(draft, named));
    String section = asked != null && isAsked ? asked : draft.section();
    SchemaColumns columns = new SchemaColumns(draft.record());
    if (columns.all().isEmpty()) {
      throw new UserException(
          given.flag()
              + ": it has no field that a column could hold"
              + (columns.leftOut().isEmpty() ? "" : ": " + String.join("; ", columns.leftOut())));
    }
    SchemaEventTime eventTime = SchemaEventTime.of(columns);
    List<DraftColumn> drafted = drafted(columns, eventTime);
    String reason = eventTime.reason();
    int at = eventTime.column() == null ? -1 : columns.all().indexOf(eventTime.column());
    String yaml =
        header(given, draft)
            + new DraftYaml(
                    request.table(),
                    topic == null ? given.topic() : topic,
                    section,
                    at < 0 ? ColumnNames.RECORD_TIME : drafted.get(at).name(),
                    reason)
                .contract(drafted, columns.leftOut());
    Contract contract = contract(given, yaml, request.fileOr("draft"), schemas);
    List<String> notes = new ArrayList<>(draft.notes());
    if (named != null && !isOf(draft, named) && given.framing() != Framing.Kind.NONE) {
      notes.add(
          "records of format "
              + named.name()
              + " have no frame: those that serializers of the registry write are dead letters");
    }
    if (topic == null) {
      notes.add(
          "topic "
              + given.topic()
              + " is a guess by the name of the schema: give --topic where it is another one");
    }
    return new SchemaContract(
        yaml,
        contract,
        contract.columns().size(),
        given.title() + ": " + draft.what(),
        section,
        reason,
        notes,
        columns.leftOut(),
        eventTime.warning().map(List::of).orElse(List.of()));
  }

  /** What the draft says, by whatever reads it later. */
  private static Contract contract(GivenSchema given, String yaml, String file, Schemas schemas) {
    try {
      if (yaml.getBytes(StandardCharsets.UTF_8).length > ContractParser.MOST_BYTES) {
        throw new UserException(
            "the draft of it is larger than 1 MiB, which no contract may be: draft from a schema"
                + " with fewer fields, or from a sample of the topic");
      }
      Contract contract = ContractParser.parse(yaml, file);
      RecordFormat.of(contract).decoder(contract, schemas, NO_EVENTS);
      return contract;
    } catch (UserException e) {
      // There is a line number before it, of a file that is not there.
      String why = String.valueOf(e.getMessage());
      String place = "^" + Pattern.quote(file) + ":\\d+: ";
      throw GivenSchema.fault(given.flag(), new UserException(why.replaceFirst(place, ""), e));
    }
  }

  /** The format that was asked for; null where none was. */
  private static @Nullable RecordFormat named(DraftRequest request) {
    String format = request.format();
    return format == null ? null : RecordFormat.of(request.anyRecord(format));
  }

  private static boolean isOf(SchemaDraft draft, RecordFormat format) {
    return draft.section().equals(format.name())
        || draft.section().startsWith("{name: " + format.name() + ",");
  }

  /** By the format that was asked for; where it knows no such schemas, by another that does. */
  private static SchemaDraft draft(
      GivenSchema given,
      @Nullable RecordFormat named,
      DraftRequest request,
      @Nullable String message) {
    RegisteredSchema schema = given.schema();
    if (message != null && !schema.type().equals(RegisteredSchema.PROTOBUF)) {
      throw new UserException(
          "it is of type " + schema.type() + ", which has no messages: leave --message out");
    }
    SchemaSource source =
        new SchemaSource(
            schema,
            given.framing(),
            given.file() == null ? null : Quoted.yaml(request.pathOf(given.file())),
            message);
    if (named != null) {
      Optional<SchemaDraft> own = named.draft(source);
      if (own.isPresent()) {
        return own.get();
      }
      if (!named.readsAs(schema.type())) {
        throw new UserException(
            "it is of type "
                + schema.type()
                + ", and no schema of the records of format "
                + named.name()
                + ": leave --format out, or draft from a sample of the topic");
      }
    }
    SchemaDraft best = null;
    for (RecordFormat format : GivenSchema.all()) {
      Optional<SchemaDraft> one = format.draft(source);
      if (one.isPresent() && (best == null || one.get().isEnvelope())) {
        best = one.get();
      }
    }
    if (best == null) {
      throw new UserException(
          "it is of type "
              + schema.type()
              + ", and no format on the class path has records of such schemas ("
              + String.join(", ", ContractFormat.all().keySet())
              + "): add the jar that has it");
    }
    return best;
  }

  private static List<DraftColumn> drafted(SchemaColumns columns, SchemaEventTime eventTime) {
    List<SchemaColumns.Found> all = columns.all();
    List<String> names =
        ColumnNames.of(
            all.stream().map(SchemaColumns.Found::path).toList(),
            eventTime.column() == null ? -1 : all.indexOf(eventTime.column()));
    List<DraftColumn> drafted = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      SchemaColumns.Found column = all.get(i);
      drafted.add(
          new DraftColumn(
              names.get(i),
              column.path(),
              column.type(),
              column.isRequired() || column.equals(eventTime.column()),
              true,
              column.words()));
    }
    return drafted;
  }

  private static String header(GivenSchema given, SchemaDraft draft) {
    StringBuilder header = new StringBuilder(DraftYaml.FIRST_LINE);
    header.append(
        DraftYaml.comment(
            "",
            "Drafted from "
                + given.title()
                + ": "
                + draft.what()
                + ". No record was looked at: read it before you use it."));
    draft.notes().forEach(note -> header.append(DraftYaml.comment("", note + ".")));
    return header.toString();
  }
}
