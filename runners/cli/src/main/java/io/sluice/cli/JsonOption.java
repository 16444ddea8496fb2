package io.sluice.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.TopicsWithoutTable;
import io.sluice.UserException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Stack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** {@code --json} of a verb: its report for machines, instead of text or beside it. */
public final class JsonOption {
  private static final Path STDOUT = Path.of("-");

  @Option(
      names = "--json",
      arity = "0..1",
      paramLabel = "FILE",
      preprocessor = WordsOfTheVerb.class,
      description =
          "Prints the report as one line of JSON, and no text; with =FILE, prints text and writes the JSON to the file.")
  private @Nullable Path to;

  /** {@code contract check --json FILE}: a word that the verb takes itself is no file of ours. */
  static final class WordsOfTheVerb implements IParameterPreprocessor {
    @Override
    public boolean preprocess(
        Stack<String> words, CommandSpec verb, ArgSpec option, Map<String, Object> information) {
      boolean isAttached = verb.parser().separator().equals(information.get("separator"));
      if (isAttached || (verb.positionalParameters().isEmpty() && !isFlag(words))) {
        return false;
      }
      option.setValue(STDOUT);
      return true;
    }

    private static boolean isFlag(Stack<String> words) {
      return words.isEmpty() || words.peek().startsWith("-");
    }
  }

  /** Whether JSON is printed instead of text. */
  public boolean isInstead() {
    return STDOUT.equals(to);
  }

  /** Whether JSON is printed or written. */
  boolean isAsked() {
    return to != null;
  }

  /** Where text goes: not to stdout where JSON is to stand there alone. */
  public PrintStream text() {
    return isInstead() ? LogFormat.err() : System.out;
  }

  /**
   * Says now, and not after an hour, where the file cannot be written; makes its folder.
   *
   * @throws UserException then
   */
  public void check() {
    if (to != null && !isInstead()) {
      OutFolder.requireWritable("--json", to);
    }
  }

  /** A report, as JSON. */
  public interface Report {
    String toJson() throws IOException;
  }

  /**
   * Writes one of a report's values.
   *
   * @param <T> what was found of a table
   */
  interface TableReport<T> {
    String toJson(T found) throws IOException;
  }

  /**
   * Prints or writes what was found of each table: of one as it is, of several as one object with
   * their names.
   *
   * @param found by table, in the order of the contracts
   * @param tables how many were asked for, of which some may not have been found
   */
  <T> void writeByTable(Map<String, T> found, int tables, TableReport<T> report)
      throws IOException {
    writeByTable(found, tables, report, Optional.empty());
  }

  /**
   * The same.
   *
   * @param unread stands beside it as {@code unreadTopics}, which no table is called
   */
  <T> void writeByTable(
      Map<String, T> found, int tables, TableReport<T> report, Optional<TopicsWithoutTable> unread)
      throws IOException {
    write(
        () -> {
          String text = byTable(found, tables, report);
          if (unread.isEmpty() || text.isEmpty()) {
            return text;
          }
          ObjectMapper mapper = new ObjectMapper();
          ObjectNode all = (ObjectNode) mapper.readTree(text);
          if (unread.get().unasked() == null) {
            unread.get().topics().forEach(all.putArray("unreadTopics")::add);
          } else {
            all.putNull("unreadTopics");
          }
          return mapper.writeValueAsString(all);
        });
  }

  private static <T> String byTable(Map<String, T> found, int tables, TableReport<T> report)
      throws IOException {
    List<String> texts = new ArrayList<>();
    for (Map.Entry<String, T> one : found.entrySet()) {
      String json = report.toJson(one.getValue());
      // A contract takes no name of a table that a JSON string would have to escape.
      texts.add(tables == 1 ? json : "\"" + one.getKey() + "\":" + json);
    }
    String all = String.join(",", texts);
    return tables == 1 ? all : "{" + all + "}";
  }

  /** Prints or writes the report, if it was asked for. */
  public void write(Report report) throws IOException {
    if (isInstead()) {
      System.out.println(report.toJson());
      System.out.flush();
    } else if (to != null) {
      Files.writeString(to, report.toJson() + "\n");
    }
  }
}
