package io.sluice.contract;

import io.sluice.FileFaults;
import io.sluice.Suggestions;
import io.sluice.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * The nodes of a contract's YAML, each asked for as what it has to be; one that is something else
 * is refused with file and line.
 */
final class YamlDocument {
  /** Each level of a type is three of YAML. */
  private static final int DEEPEST = 4 * TypeParser.DEEPEST;

  private final String file;

  /** What is refused, and does not hinder what is left from being looked at. */
  private final Set<String> faults = new LinkedHashSet<>();

  /**
   * @param file what errors call the text
   */
  YamlDocument(String file) {
    this.file = file;
  }

  /** The whole document. */
  Node root(String yaml) {
    Optional<Node> root;
    try {
      refuseDepth(yaml);
      root = new Compose(LoadSettings.builder().build()).composeString(yaml);
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
      throw new UserException(file + ":" + line + ": not YAML: " + e.getProblem(), e);
    } catch (YamlEngineException e) {
      throw new UserException(file + ":1: not YAML: " + firstLine(e), e);
    }
    if (root.isEmpty()) {
      throw new UserException(file + ":1: the contract is empty");
    }
    return root.get();
  }

  /** The composer calls itself for each level. */
  private void refuseDepth(String yaml) {
    int depth = 0;
    for (Event event : new Parse(LoadSettings.builder().build()).parseString(yaml)) {
      if (event instanceof CollectionStartEvent && ++depth > DEEPEST) {
        int line = event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
        throw new UserException(
            file + ":" + line + ": nested deeper than " + DEEPEST + ", which no contract is");
      } else if (event instanceof CollectionEndEvent) {
        depth--;
      }
    }
  }

  Fields fields(Node node, String what) {
    if (!(node instanceof MappingNode mapping)) {
      throw error(node, what + " must be a mapping of keys to values");
    }
    Map<String, Node> nodes = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      ScalarNode key = asScalar(tuple.getKeyNode(), "a key");
      if (nodes.put(key.getValue(), tuple.getValueNode()) != null) {
        throw error(key, "key '" + key.getValue() + "' stands twice");
      }
    }
    return new Fields(node, what, nodes);
  }

  ScalarNode asScalar(Node node, String what) {
    if (node instanceof ScalarNode scalar) {
      return scalar;
    }
    throw error(node, what + " must be a single value");
  }

  /**
   * What is in a file that the document names, by a path from the document's own folder: see {@link
   * KeySpec.Type#CONTENT}.
   */
  String contentOf(ScalarNode path) {
    byte[] bytes;
    try {
      Path named = Path.of(file).resolveSibling(path.getValue());
      try (InputStream in = Files.newInputStream(named)) {
        bytes = in.readNBytes(KeySpec.MOST_CONTENT + 1);
      }
    } catch (IOException e) {
      throw error(path, "file " + path.getValue() + ": " + FileFaults.why(e));
    } catch (InvalidPathException e) {
      throw error(path, "file " + path.getValue() + " is no path");
    }
    // A contract is kept in the lake with what it takes from files.
    if (bytes.length > KeySpec.MOST_CONTENT) {
      throw error(
          path, "file " + path.getValue() + " has more than " + KeySpec.MOST_CONTENT + " bytes");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return "base64:" + Base64.getEncoder().encodeToString(bytes);
    }
  }

  ZoneId zone(ScalarNode node) {
    try {
      return ZoneId.of(node.getValue());
    } catch (DateTimeException e) {
      refuse(node, Suggestions.unknownZone(node.getValue()));
      return ZoneOffset.UTC;
    }
  }

  SequenceNode asSequence(Node node, String what) {
    if (node instanceof SequenceNode sequence) {
      return sequence;
    }
    throw error(node, what + " must be a list");
  }

  UserException error(Node node, String message) {
    return new UserException(file + ":" + line(node) + ": " + message);
  }

  /** Refuses something behind which more may be found. */
  void refuse(Node node, String message) {
    faults.add(String.valueOf(error(node, message).getMessage()));
  }

  /**
   * Reads one of several things that stand side by side, so that what is wrong with one does not
   * hide what is wrong with the next.
   *
   * @return empty where it is refused
   */
  <T> Optional<T> beside(Supplier<T> reading) {
    int before = faults.size();
    try {
      return Optional.of(reading.get());
    } catch (UserException e) {
      // Where something in it was refused before, this is what comes of that.
      if (faults.size() == before) {
        faults.addAll(ContractFaults.of(e));
      }
      return Optional.empty();
    }
  }

  /**
   * What is to be thrown for all that was refused; empty where nothing was. It is said in place of
   * what comes of it, as that a key with a slip is missing.
   */
  Optional<UserException> refused() {
    return faults.isEmpty() ? Optional.empty() : Optional.of(new ContractFaults(faults));
  }

  static int line(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  /** The keys of a mapping, which are to be asked for one by one and nothing else. */
  final class Fields {
    final Node at;
    private final String what;
    final Map<String, Node> nodes;
    private final Set<String> known = new HashSet<>();
    private final Set<String> strangers = new HashSet<>();

    Fields(Node at, String what, Map<String, Node> nodes) {
      this.at = at;
      this.what = what;
      this.nodes = nodes;
    }

    /**
     * Refuses what is none of the keys that there are, before one that is missing is: it is often
     * that one with a slip in it.
     */
    Fields only(Collection<String> keys) {
      return only(keys, Set.of());
    }

    /**
     * @param recorded keys that Sluice itself writes: taken, and offered to nobody
     */
    Fields only(Collection<String> keys, Set<String> recorded) {
      for (Map.Entry<String, Node> entry : nodes.entrySet()) {
        boolean isKnown = keys.contains(entry.getKey()) || recorded.contains(entry.getKey());
        if (!isKnown && strangers.add(entry.getKey())) {
          refuse(
              entry.getValue(),
              Suggestions.unknownKey(entry.getKey(), what, keys.stream().sorted().toList()));
        }
      }
      return this;
    }

    Optional<Node> optional(String key) {
      known.add(key);
      return Optional.ofNullable(nodes.get(key));
    }

    Node required(String key) {
      return optional(key).orElseThrow(() -> error(at, what + " has no '" + key + "'"));
    }

    Optional<ScalarNode> scalar(String key) {
      return optional(key).map(node -> asScalar(node, key));
    }

    String matching(String key, Pattern pattern, String rule) {
      ScalarNode node = asScalar(required(key), key);
      if (!pattern.matcher(node.getValue()).matches()) {
        throw error(node, key + " '" + node.getValue() + "' must be " + rule);
      }
      return node.getValue();
    }

    String oneOf(String key, String fallback, Set<String> values) {
      Optional<ScalarNode> node = scalar(key);
      if (node.isPresent() && !values.contains(node.get().getValue())) {
        throw error(
            node.get(),
            key
                + " is one of "
                + String.join(", ", values.stream().sorted().toList())
                + ", not '"
                + node.get().getValue()
                + "'");
      }
      return node.map(ScalarNode::getValue).orElse(fallback);
    }

    boolean flag(String key, boolean fallback) {
      return oneOf(key, String.valueOf(fallback), Set.of("true", "false")).equals("true");
    }

    int integer(String key, int fallback, int greatest) {
      Optional<ScalarNode> node = scalar(key);
      if (node.isEmpty()) {
        return fallback;
      }
      String text = node.get().getValue();
      if (!text.matches("[1-9]\\d{0,8}") || Integer.parseInt(text) > greatest) {
        throw error(
            node.get(), key + " is a whole number from 1 to " + greatest + ", not '" + text + "'");
      }
      return Integer.parseInt(text);
    }

    void refuseOthers() {
      only(known);
    }
  }
}
