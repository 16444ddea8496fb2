package io.sluice.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads paths: names with a dot between; or a list, each of whose names stands for itself. */
final class PathParser {
  private static final Pattern NEGATIVE = Pattern.compile("\\[\\s*-\\s*\\d+\\s*]");

  private final YamlDocument yaml;

  PathParser(YamlDocument yaml) {
    this.yaml = yaml;
  }

  /**
   * @param whose what messages call that which has the path
   */
  List<String> path(Node node, String whose) {
    List<String> path = new ArrayList<>();
    if (node instanceof SequenceNode list) {
      list.getValue().forEach(name -> path.add(yaml.asScalar(name, "a name in path").getValue()));
    } else {
      path.addAll(ContractPath.split(yaml.asScalar(node, "path").getValue()));
    }
    String text = ContractPath.joined(path);
    if (node instanceof ScalarNode && NEGATIVE.matcher(text).find()) {
      throw yaml.error(
          node,
          "path '"
              + text
              + "' of "
              + whose
              + " has an index below 0: elements are counted from [0] on, and from the end of a list"
              + " there is no path");
    }
    if (!path.isEmpty() && ContractPath.index(path.get(0)) >= 0) {
      throw yaml.error(
          node,
          "path '" + text + "' of " + whose + " begins with an index: a document is an object");
    }
    if (path.isEmpty() || path.contains("")) {
      String meant = ContractPath.doubt(text).map(ContractPath.Doubt::fix).orElse("path: a.b");
      throw yaml.error(
          node,
          "path '"
              + text
              + "' of "
              + whose
              + " has an empty name: write names with a . between, as "
              + meant);
    }
    return path;
  }
}
