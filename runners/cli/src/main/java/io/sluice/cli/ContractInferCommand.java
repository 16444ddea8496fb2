package io.sluice.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.FileFaults;
import io.sluice.SluiceOptions;
import io.sluice.UserException;
import io.sluice.Wording;
import io.sluice.infer.ContractDraft;
import io.sluice.infer.DraftRequest;
import io.sluice.infer.GivenSchema;
import io.sluice.infer.SchemaContract;
import io.sluice.kafka.KafkaSettings;
import io.sluice.kafka.KafkaSource;
import io.sluice.schema.SchemaSettings;
import io.sluice.schema.Schemas;
import io.sluice.source.Sample;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice contract infer}: a contract drafted from a sample of a topic, or from a schema. */
@Command(
    name = "infer",
    description =
        "Drafts a contract from a sample of a topic: the newest messages, the oldest, and some in"
            + " between, of each partition; or from a schema: of a subject of a registry, or in a"
            + " file.",
    customSynopsis = {
      "sluice contract infer --bootstrapServers=HOST:PORT --topic=TOPIC [FLAGS]",
      "sluice contract infer --subject=SUBJECT --schemaRegistry=URL [FLAGS]",
      "sluice contract infer --schema=FILE [FLAGS]"
    },
    footer = {
      "",
      "Nothing is written but FILE. A sample is decoded with the draft, and what became of it is"
          + " said.",
      "Exit status 3: the draft rejects more than 5 of 100 documents; or its event time sounds like"
          + " an arrival, or is Kafka's though the schema has times.",
      "%nExample:",
      "  sluice contract infer --bootstrapServers=host:9092 --topic=events \\%n"
          + "    --schemaRegistry=http://host:8081 --out=events.yaml"
    })
final class ContractInferCommand implements Callable<Integer> {
  private static final int MOST = 1_000_000;

  /** A screen has room for so many; the contract names all. */
  private static final int MOST_LEFT_OUT = 10;

  @Spec private CommandSpec spec;

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      description = "The topic; default with a schema: as that is called.")
  private @Nullable String topic;

  @Option(
      names = "--subject",
      paramLabel = "SUBJECT",
      description =
          "Drafts from the newest schema of a subject of --schemaRegistry, as orders-value; of AWS"
              + " Glue, of the schema of that name.")
  private @Nullable String subject;

  @Option(
      names = "--schemaVersion",
      paramLabel = "N",
      description = "Which version of the subject's schema; default: the newest.")
  private @Nullable Integer schemaVersion;

  @Option(
      names = "--schema",
      paramLabel = "FILE",
      description =
          "Drafts from a schema in a file: of Avro, of Protobuf (.proto text with what it imports"
              + " beside it, or a descriptor set), or a JSON Schema.")
  private @Nullable Path schema;

  @Option(
      names = "--message",
      paramLabel = "NAME",
      description = "Which message of a schema of Protobuf; default: its first.")
  private @Nullable String message;

  @Option(
      names = "--sample",
      paramLabel = "N",
      defaultValue = "10000",
      description = "The most messages to read. [${DEFAULT-VALUE}]")
  private int sample;

  @Option(
      names = "--table",
      paramLabel = "NAME",
      description = "The table's name; default: the topic's.")
  private @Nullable String table;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "How messages are written, as a contract's format: avro, or '{name: csv, columns: [at,"
              + " id]}'; default: as they, or the schema, look.")
  private @Nullable String format;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Where to write the contract; default: stdout. An existing file is left alone.")
  private @Nullable Path out;

  @Option(
      names = "--noValues",
      description =
          "Leaves out all values of messages, which may be private: of the draft's comments, and of"
              + " what is said of it.")
  private boolean noValues;

  @Mixin private KafkaFlags kafka = KafkaFlags.ofBrokers();

  @Mixin private SchemaFlags schemas = new SchemaFlags();

  @Mixin private JsonOption json = new JsonOption();

  @Mixin private ProgressOption progress = new ProgressOption();

  @Mixin private HelpOption help = new HelpOption();

  @SuppressWarnings("NullAway.Init") // picocli sets them
  ContractInferCommand() {}

  @Override
  public Integer call() throws IOException {
    if (sample < 1 || sample > MOST) {
      throw new UserException("--sample=" + sample + ": a whole number from 1 to " + MOST);
    }
    if (table != null && !table.matches("[a-z][a-z0-9_]*")) {
      throw new UserException(
          "--table=" + table + ": lower-case letters, digits and _, a letter first");
    }
    if (out != null && Files.exists(out)) {
      throw new UserException("--out=" + out + " exists: remove it, or name another file");
    }
    if (out != null) {
      OutFolder.make("--out", out);
    }
    json.check();
    SluiceOptions options = PipelineFlags.read(spec);
    checkSchemaFlags();
    if (subject != null || schema != null) {
      return ofSchema(SchemaSettings.of(options));
    }
    if (topic == null) {
      throw new UserException(
          "--topic is missing: name a topic to read, or draft from a schema with --subject or"
              + " --schema");
    }
    if (topic.startsWith("/")) {
      throw new UserException(
          "--topic="
              + topic
              + " is a pattern, and a draft is made of one topic: name one of those that fit it, and"
              + " write the pattern in the contract");
    }
    return ofSample(topic, options);
  }

  private void checkSchemaFlags() {
    if (subject != null && schema != null) {
      throw new UserException(
          "--subject and --schema are two schemas: name one of them to draft from");
    }
    if (schemaVersion != null && (subject == null || schemaVersion < 1)) {
      throw new UserException(
          "--schemaVersion="
              + schemaVersion
              + (subject == null
                  ? " is of a subject: write --subject=SUBJECT, too"
                  : ": versions are whole numbers from 1 on"));
    }
    if (message != null && subject == null && schema == null) {
      throw new UserException(
          "--message="
              + message
              + " is one of a schema: write --subject=SUBJECT or --schema=FILE, too");
    }
  }

  private int ofSchema(SchemaSettings settings) throws IOException {
    DraftRequest request = request();
    SchemaContract draft;
    if (schema != null) {
      draft = SchemaContract.ofFile(schema, request, topic, message);
    } else {
      if (settings.address() == null) {
        throw new UserException(
            "--subject="
                + subject
                + " is of a registry: write --schemaRegistry=URL, which has it, too");
      }
      try (Schemas registry = settings.open()) {
        draft =
            SchemaContract.of(
                GivenSchema.ofSubject(
                    Objects.requireNonNull(subject), schemaVersion, settings.framing(), registry),
                request,
                topic,
                message,
                registry);
      }
    }
    write(draft.yaml());
    SchemaContractReport report = new SchemaContractReport(draft);
    if (!json.isInstead()) {
      printYaml(draft.yaml());
      report.print(LogFormat.notes(), next());
    }
    json.write(() -> report.json().toString());
    return draft.warnings().isEmpty() ? 0 : Main.NOT_PROVED;
  }

  private DraftRequest request() {
    return new DraftRequest(table, format, out == null ? null : out.toString(), !noValues);
  }

  private int ofSample(String topic, SluiceOptions options) throws IOException {
    KafkaSettings brokers = KafkaSettings.of(options);
    Sample read;
    try (Progress bar = progress.start("sampling " + topic, sample)) {
      read =
          Sample.read(
              // Where a record stands is named by the topic, and not by its id.
              new KafkaSource(brokers, topic, topic), Sample.Limits.of(sample), bar::to);
    }
    ContractDraft draft;
    try (Schemas registry = SchemaSettings.of(options).open()) {
      draft = ContractDraft.of(read, request(), registry);
    }
    write(draft.yaml());
    if (!json.isInstead()) {
      printYaml(draft.yaml());
      print(read, draft);
    }
    json.write(() -> report(topic, read, draft).toString());
    return draft.warnings().isEmpty() ? 0 : Main.NOT_PROVED;
  }

  private void printYaml(String yaml) {
    if (out == null) {
      PrintWriter stdout = spec.commandLine().getOut();
      stdout.print(yaml);
      stdout.flush();
    }
  }

  private void write(String yaml) throws IOException {
    if (out == null) {
      return;
    }
    try {
      Files.writeString(out, yaml, StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw new UserException("--out=" + out + " exists: remove it, or name another file", e);
    } catch (IOException e) {
      throw new UserException("--out=" + out + ": cannot be written: " + FileFaults.why(e), e);
    }
  }

  private static ObjectNode report(String topic, Sample read, ContractDraft draft) {
    ObjectNode report = new ObjectMapper().createObjectNode();
    report.put("topic", topic);
    report.put("partitions", read.partitions().size());
    report.put("offsets", read.offsets());
    report.put("sampled", read.records().size());
    report.put("bytes", read.bytes());
    report.put("documents", draft.documents());
    report.put("format", draft.format());
    report.put("accepted", draft.proof().accepted());
    ObjectNode skipped = report.putObject("skipped");
    draft.proof().skipped().forEach(skipped::put);
    ObjectNode rejected = report.putObject("rejected");
    draft.proof().rejected().forEach(rejected::put);
    ObjectNode examples = report.putObject("examples");
    draft.proof().examples().forEach(examples::put);
    report.put("columns", draft.columns());
    report.put("eventTime", draft.eventTime());
    draft.leftOut().forEach(report.putArray("leftOut")::add);
    draft.warnings().forEach(report.putArray("warnings")::add);
    report.put("contract", draft.yaml());
    return report;
  }

  /** Beside the contract, so that stdout may go to a file. */
  private void print(Sample read, ContractDraft draft) {
    PrintStream err = LogFormat.notes();
    err.printf(
        "sampled      %s (%s) of %s in %s%s%n",
        Wording.count(read.records().size(), "record"),
        Wording.count(read.bytes(), "byte"),
        Wording.count(read.offsets(), "offset"),
        Wording.count(read.partitions().size(), "partition"),
        switch (read.end()) {
          case COMPLETE -> "";
          case BYTES -> "; no more, for they are large";
          case TIME -> "; no more, for time was up";
        });
    err.printf("format       %s%n", draft.format());
    err.printf("columns      %d%n", draft.columns());
    err.printf("event time   %s%n", draft.eventTime());
    err.printf(
        "documents    %s, from which it was drafted; %s cannot be read as one%n",
        Wording.count(draft.documents(), "record"),
        Wording.count(read.records().size() - draft.documents(), "record"));
    err.printf(
        "decoded      of %s: %s%n",
        Wording.count(read.records().size(), "record"), draft.proof().line());
    draft
        .proof()
        .examples()
        .forEach((reason, example) -> err.printf("             %s: %s%n", reason, example));
    printLeftOut(err, draft.leftOut());
    draft.warnings().forEach(warning -> err.printf("warning      %s%n", warning));
    err.printf("next         %s%n", next());
    err.flush();
  }

  private String next() {
    return "sluice contract check " + (out == null ? "FILE" : out.toString());
  }

  /** What no column has. */
  static void printLeftOut(PrintStream err, List<String> leftOut) {
    int named = Math.min(MOST_LEFT_OUT, leftOut.size());
    leftOut.subList(0, named).forEach(left -> err.printf("no column    %s%n", left));
    if (named < leftOut.size()) {
      err.printf(
          "no column    … and %,d more: all of them stand at the end of the contract%n",
          leftOut.size() - named);
    }
  }
}
