package io.sluice.infer;

import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.source.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A contract drafted from a sample. It accepts what most records of the sample are; {@link #proof}
 * decodes the sample with it, as a run would.
 *
 * @param yaml the contract, with a comment on each column
 * @param documents how many records of the sample are JSON objects, from which it was drafted
 * @param eventTime why the event time is this one
 * @param leftOut what no column has, and why, as {@code "path": reason}
 * @param warnings what is wrong with the draft, as far as the sample shows it
 */
public record ContractDraft(
    String yaml,
    Contract contract,
    int documents,
    String eventTime,
    Decoded proof,
    List<String> leftOut,
    List<String> warnings) {
  /** A draft that rejects more than one of so many documents is not to be used as it is. */
  private static final int FEW = 20;

  /**
   * Drafts a contract.
   *
   * @param table the table's name; null to take it from the topic's
   * @throws UserException where the sample is empty, is not JSON, or has no time in it
   */
  public static ContractDraft of(Sample sample, @Nullable String table) {
    FieldProfile profile = SampleDocuments.profile(sample);
    int documents = profile.seen();
    InferredColumns columns = new InferredColumns(profile);
    EventTimeChoice eventTime = EventTimeChoice.of(sample.topic(), columns, documents);
    columns.name(eventTime.column());
    // Before any column is widened: one that is may be no time any more.
    String reason = eventTime.reason();
    DraftYaml draft = new DraftYaml(sample, table, columns, eventTime.column(), reason, documents);
    String yaml;
    Contract contract;
    Decoded proof;
    do {
      yaml = draft.contract();
      contract = ContractParser.parse(yaml, "draft");
      proof = Decoded.of(sample.records(), contract);
    } while (columns.widen(eventTime.column(), proof));
    List<String> warnings = new ArrayList<>();
    int rejected = documents - proof.accepted();
    if (rejected * FEW > documents) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "the draft rejects %,d of the %,d documents that it was drafted from (%s): see the examples, and change the columns that they name",
              rejected,
              documents,
              Percent.of(rejected, documents)));
    }
    eventTime.warning().ifPresent(warnings::add);
    return new ContractDraft(
        draft.header(proof) + yaml,
        contract,
        documents,
        reason,
        proof,
        List.copyOf(columns.leftOut()),
        List.copyOf(warnings));
  }
}
