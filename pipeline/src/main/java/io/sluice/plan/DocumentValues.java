package io.sluice.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.sluice.contract.Column;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractPath;
import java.util.ArrayList;
import java.util.List;

/** Where the columns of a contract find their values in a document. */
final class DocumentValues {
  private final Contract contract;
  private final List<String> explode;

  DocumentValues(Contract contract) {
    this.contract = contract;
    this.explode = contract.intake().explode();
  }

  /** What is at a path; null's node where nothing is. */
  static JsonNode at(JsonNode document, List<String> path) {
    JsonNode at = document;
    for (String step : path) {
      int index = ContractPath.index(step);
      at = index < 0 ? at.path(step) : at.path(index);
    }
    return at.isMissingNode() ? NullNode.getInstance() : at;
  }

  /** Whether a column's value is one of each element. */
  boolean isOfElement(Column column) {
    return contract.isOfElement(column);
  }

  /** What is where the contract has a list of which each element is a row. */
  JsonNode exploded(JsonNode document) {
    return at(document, explode);
  }

  /**
   * The values of a column that reads the record's value: one, or as many as the list that the
   * contract explodes has elements; null's node for each that is not there.
   */
  List<JsonNode> of(Column column, JsonNode document) {
    if (!contract.isOfElement(column)) {
      return List.of(at(document, column.path()));
    }
    List<String> inElement = column.path().subList(explode.size(), column.path().size());
    List<JsonNode> values = new ArrayList<>();
    JsonNode list = exploded(document);
    if (list.isArray()) {
      list.forEach(element -> values.add(at(element, inElement)));
    }
    return values;
  }
}
