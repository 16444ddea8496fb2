package io.sluice.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.infer.SchemaContract;
import java.io.PrintStream;

/** What {@code contract infer} says of a contract that it drafted from a schema. */
final class SchemaContractReport {
  /** A schema may stand in the format; the contract has all of it. */
  private static final int LONGEST_FORMAT = 200;

  private final SchemaContract draft;

  SchemaContractReport(SchemaContract draft) {
    this.draft = draft;
  }

  /**
   * @param next what to do with it
   */
  void print(PrintStream err, String next) {
    String format = draft.format();
    err.printf("schema       %s%n", draft.schema());
    err.printf(
        "format       %s%n",
        format.length() > LONGEST_FORMAT ? format.substring(0, LONGEST_FORMAT) + "…" : format);
    err.printf("columns      %d%n", draft.columns());
    err.printf("event time   %s%n", draft.eventTime());
    draft.notes().forEach(note -> err.printf("note         %s%n", note));
    ContractInferCommand.printLeftOut(err, draft.leftOut());
    draft.warnings().forEach(warning -> err.printf("warning      %s%n", warning));
    err.printf("next         %s%n", next);
    err.flush();
  }

  ObjectNode json() {
    ObjectNode report = new ObjectMapper().createObjectNode();
    report.put("schema", draft.schema());
    report.put("format", draft.format());
    report.put("columns", draft.columns());
    report.put("eventTime", draft.eventTime());
    draft.notes().forEach(report.putArray("notes")::add);
    draft.leftOut().forEach(report.putArray("leftOut")::add);
    draft.warnings().forEach(report.putArray("warnings")::add);
    report.put("contract", draft.yaml());
    return report;
  }
}
