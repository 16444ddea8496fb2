package io.sluice.infer;

import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.decode.RecordFormat;
import io.sluice.schema.Schemas;
import io.sluice.source.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A contract drafted from a sample. It accepts what most records of the sample are; {@link #proof}
 * decodes the sample with it, as a run would.
 *
 * @param yaml the contract, with a comment on each column
 * @param columns how many columns the table has, one of Kafka's own time too
 * @param documents how many records of the sample are documents, from which it was drafted
 * @param format how records are written, as behind {@code format:}
 * @param eventTime why the event time is this one
 * @param leftOut what no column has, and why, as {@code "path": reason}
 * @param warnings what is wrong with the draft, as far as the sample shows it
 */
public record ContractDraft(
    String yaml,
    Contract contract,
    int columns,
    int documents,
    String format,
    String eventTime,
    Decoded proof,
    List<String> leftOut,
    List<String> warnings) {
  /** A draft that rejects more than one of so many documents is not to be used as it is. */
  private static final int FEW = 20;

  /**
   * Drafts a contract.
   *
   * @param schemas what records name by an id
   * @throws UserException where the sample is empty, is not of the format, or has no time in it
   */
  public static ContractDraft of(Sample sample, DraftRequest request, Schemas schemas) {
    SampleDocuments.requireRecords(sample);
    String format = request.format() == null ? FormatGuess.of(sample, schemas) : request.format();
    Contract any = request.anyRecord(format);
    FieldProfile profile =
        new SampleDocuments(sample, any, schemas, request.format() != null, request.showsValues())
            .profile();
    int documents = profile.seen();
    InferredColumns columns = new InferredColumns(profile);
    EventTimeChoice eventTime =
        RecordFormat.of(any).isOneValue()
            ? EventTimeChoice.ofValues(columns, documents)
            : EventTimeChoice.of(sample.topic(), columns, documents);
    columns.name(eventTime.column());
    // Before any column is widened: one that is may be no time any more.
    String reason = eventTime.reason();
    DraftYaml draft =
        new DraftYaml(request.table(), sample.topic(), format, eventTime.name(), reason);
    String yaml;
    Contract contract;
    Decoded proof;
    do {
      yaml =
          draft.contract(
              columns.drafted(eventTime.column(), documents, request.showsValues()),
              columns.leftOut());
      contract = ContractParser.parse(yaml, request.fileOr("draft"));
      proof = Decoded.of(sample.records(), contract, schemas, request.showsValues());
    } while (columns.widen(eventTime.column(), proof));
    List<String> warnings = new ArrayList<>();
    int rejected = documents - proof.accepted();
    if (rejected * FEW > documents) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "the draft rejects %,d of the %,d documents that it was drafted from (%s): see the"
                  + " examples, and change the columns that they name",
              rejected,
              documents,
              Percent.of(rejected, documents)));
    }
    eventTime.warning().ifPresent(warnings::add);
    return new ContractDraft(
        header(sample, proof, request.showsValues()) + yaml,
        contract,
        contract.columns().size(),
        documents,
        format,
        reason,
        proof,
        List.copyOf(columns.leftOut()),
        List.copyOf(warnings));
  }

  private static String header(Sample sample, Decoded proof, boolean showsValues) {
    return DraftYaml.FIRST_LINE
        + DraftYaml.comment(
            "",
            String.format(
                Locale.ROOT,
                "Drafted from %,d of %,d offsets of topic %s: read it before you use it.%s",
                sample.records().size(),
                sample.offsets(),
                sample.topic(),
                showsValues ? " Examples are real values." : ""))
        + DraftYaml.comment("", "The sample under this contract: " + proof.line());
  }
}
