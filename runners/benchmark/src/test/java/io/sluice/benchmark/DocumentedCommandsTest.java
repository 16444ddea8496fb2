package io.sluice.benchmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.cli.Main;
import io.sluice.cli.Verb;
import io.sluice.flink.FlinkJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/**
 * Every command in the documents has flags that exist, files that are there, outputs that Terraform
 * puts out. Ours are read as the launcher reads them; terraform, kubectl, aws and helm are asked
 * for their help where they are installed.
 */
class DocumentedCommandsTest {
  private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

  private static final List<String> DOCUMENTS =
      List.of(
          "README.md",
          "CONTRIBUTING.md",
          "docs/operations.md",
          "docs/benchmark.md",
          "docs/guarantees.md",
          "docs/contract.md",
          "terraform/README.md",
          "runners/flink/kubernetes/README.md");

  private static final String TOOLS =
      "(?:\\./)?sluice|terraform(?:/check\\.sh)?|tf|kubectl|aws|helm"
          + "|runners/flink/image\\.sh|runners/flink/kubernetes/one-off\\.sh";

  private static final Pattern COMMAND =
      Pattern.compile("(?:^|[|;&(`]|\\bdo)\\s*((?:" + TOOLS + ")(?=\\s|$)[^|;)&`#]*)");

  private static final Pattern INNER = Pattern.compile("\\$\\(([^()]*)\\)");

  private static final Pattern INLINE = Pattern.compile("`((?:" + TOOLS + ") [^`\n]+)`");

  /** Flags of aws that any of its commands takes. */
  private static final Set<String> AWS = Set.of("--query", "--output", "--region", "--profile");

  private final Map<List<String>, String> helps = new HashMap<>();
  private final Set<String> absent = new TreeSet<>();

  @Test
  void everyCommandInTheDocumentsHasFlagsThatExist() throws Exception {
    List<String> problems = new ArrayList<>();
    int count = 0;
    for (String document : DOCUMENTS) {
      List<String> commands = commands(Files.readString(ROOT.resolve(document)));
      count += commands.size();
      for (String command : commands) {
        problems(command).forEach(problem -> problems.add(document + ": " + problem));
      }
    }
    assertEquals(List.of(), problems);
    assertTrue(count > 60, count + " commands");
    if (!absent.isEmpty()) {
      System.err.println(
          "commands of the documents that were not checked, for not installed: " + absent);
    }
    assertFalse(
        "required".equals(System.getenv("SLUICE_TOOLS"))
            && (absent.contains("terraform") || absent.contains("kubectl")),
        absent.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "./sluice bench --event 5",
        "./sluice bonch",
        "./sluice help --everything",
        "./sluice run --bootstrapServer=x --lake=y",
        "sluice audit --depth",
        "terraform -chdir=terraform/environments/test output -raw sluice_args",
        "terraform -chdir=terraform/environments/staging output -raw sluice_arguments",
        "tf -raw workgroups",
        "terraform/check.sh --mutation",
        "runners/flink/image.sh --pull ghcr.io/OWNER/sluice",
        "runners/flink/kubernetes/one-off.sh compact --everything",
        "kubectl -n sluice wait --for=condition=complete job/audit-now --timeout=10m",
        "kubectl drain NODE --ignore-daemonsets"
      })
  void aMistakeOfOursIsSeen(String command) throws Exception {
    assertEquals(1, problems(commands("    " + command).get(0)).size(), command);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "terraform apply -outfile=x",
        "kubectl apply -k runners/flink/kubernetes/overlays/test",
        "kubectl -n sluice create job --form=cronjob/sluice-audit audit-now",
        "kubectl frobnicate",
        "aws athena get-query-execution --query-id x"
      })
  void aMistakeWithATool(String command) throws Exception {
    List<String> problems = problems(commands("    " + command).get(0));
    assertEquals(absent.isEmpty() || problems.size() == 1 ? 1 : 0, problems.size(), command);
  }

  @Test
  void commandsAreFoundWhereverTheyStand() {
    assertEquals(
        List.of(
            "./sluice audit --lake=x --topic=y",
            "terraform -chdir=d output -raw a",
            "./sluice run \"X\" --topic=y",
            "aws s3 ls 'x'",
            "kubectl get pods"),
        commands(
            """
            Text with sluice run in it.

                ./sluice audit --lake=x \\
                  --topic=y   # why
                ./sluice run "$(terraform -chdir=d output -raw a)" --topic=y | sort
                x=$(aws s3 ls 'a (b) | c')

            and `kubectl get pods | grep -i x` in a line.
            """));
  }

  /** The commands of code blocks and of code within lines. */
  private static List<String> commands(String document) {
    List<String> commands = new ArrayList<>();
    boolean code = false;
    boolean blank = true;
    for (String line : document.replace("\\\n", " ").split("\n")) {
      boolean indented = line.startsWith("    ") && !line.strip().matches("(\\d+\\.|[-*]) .*");
      code = indented && (code || blank);
      blank = line.isBlank();
      if (code) {
        String shell = withoutQuoted(line.strip());
        for (Matcher inner = INNER.matcher(shell); inner.find(); inner = INNER.matcher(shell)) {
          add(commands, COMMAND.matcher(inner.group(1)));
          shell = inner.replaceFirst("X");
        }
        add(commands, COMMAND.matcher(shell));
      } else {
        INLINE.matcher(line).results().forEach(inline -> add(commands, shell(inline.group(1))));
      }
    }
    return commands;
  }

  private static Matcher shell(String line) {
    return COMMAND.matcher(withoutQuoted(line));
  }

  private static String withoutQuoted(String line) {
    return line.replaceAll("'[^']*'", "'x'");
  }

  private static void add(List<String> commands, Matcher matcher) {
    while (matcher.find()) {
      commands.add(matcher.group(1).strip().replaceAll("\\s+", " "));
    }
  }

  private List<String> problems(String command) throws IOException, InterruptedException {
    List<String> words =
        new ArrayList<>(Arrays.asList(command.replaceAll("[\\[\\]\"]", "").split(" ")));
    String tool = words.remove(0);
    Optional<String> problem =
        switch (tool) {
          // What follows the script's name is a verb and its flags.
          case "sluice", "./sluice", "runners/flink/kubernetes/one-off.sh" -> sluice(words);
          case "terraform" -> terraform(words);
          case "tf" -> output(words, "terraform/environments/staging");
          case "kubectl" -> kubectl(words);
          case "aws" -> aws(words);
          case "helm" -> helped("helm", words.subList(0, Math.min(2, words.size())), words);
          default -> script(tool, words);
        };
    return problem.map(text -> command + ": " + text).stream().toList();
  }

  private static Optional<String> sluice(List<String> words) {
    CommandLine line = new CommandLine(Main.class);
    ServiceLoader.load(Verb.class).forEach(line::addSubcommand);
    CommandLine verb = line;
    for (String word : words) {
      if (!verb.getSubcommands().containsKey(word)) {
        break;
      }
      verb = verb.getSubcommands().get(word);
    }
    if (verb == line) {
      String name = words.isEmpty() ? "" : words.get(0);
      return name.matches("VERB|…|--help|") ? Optional.empty() : Optional.of("no verb " + name);
    }
    Set<String> known = verb.getCommandSpec().optionsMap().keySet();
    boolean flagsOfRun = !verb.getCommandSpec().unmatchedArgsBindings().isEmpty();
    return flags(words)
        .filter(flag -> !known.contains(flag))
        .filter(flag -> !(flagsOfRun && isFlagOfRun(flag)))
        .findFirst()
        .map(flag -> "no flag " + flag);
  }

  private static boolean isFlagOfRun(String flag) {
    try {
      FlinkJob.options(List.of(flag + "=0"));
      return true;
    } catch (UserException e) {
      return !e.getMessage().startsWith("unknown flag");
    }
  }

  private static Stream<String> flags(List<String> words) {
    return words.stream()
        .filter(word -> word.startsWith("--"))
        .map(word -> word.replaceFirst("=.*", ""));
  }

  private Optional<String> terraform(List<String> words) throws IOException, InterruptedException {
    String folder = "terraform/environments/staging";
    if (!words.isEmpty() && words.get(0).startsWith("-chdir=")) {
      folder = words.remove(0).substring("-chdir=".length()).replaceFirst("^(\\.\\./)+", "");
      if (!Files.isDirectory(ROOT.resolve(folder))) {
        return Optional.of("no folder " + folder);
      }
    }
    if (!words.isEmpty() && words.get(0).equals("output")) {
      return output(words.subList(1, words.size()), folder);
    }
    return helped("terraform", words.subList(0, Math.min(1, words.size())), words);
  }

  private static Optional<String> output(List<String> words, String folder) throws IOException {
    String outputs = Files.readString(ROOT.resolve(folder).resolve("outputs.tf"));
    return words.stream()
        .filter(word -> word.matches("\\w+"))
        .filter(word -> !outputs.contains("output \"" + word + "\""))
        .findFirst()
        .map(word -> "no output " + word + " in " + folder);
  }

  private Optional<String> kubectl(List<String> words) throws IOException, InterruptedException {
    List<String> verbs = new ArrayList<>();
    for (int i = 0; i < words.size() && verbs.size() < 2; i++) {
      if (words.get(i).equals("-n")) {
        i++;
      } else if (words.get(i).matches("[a-z]+")) {
        verbs.add(words.get(i));
      } else {
        break;
      }
    }
    int at = words.indexOf("-k");
    if (at >= 0 && !Files.isDirectory(ROOT.resolve(words.get(at + 1)))) {
      return Optional.of("no folder " + words.get(at + 1));
    }
    if (verbs.contains("wait") && words.contains("--for=condition=complete")) {
      return Optional.of("a Job that fails is waited for until the time is over");
    }
    if (verbs.contains("drain") && !words.contains("--delete-emptydir-data")) {
      return Optional.of("kubectl does not move pods that have folders of their node");
    }
    boolean nested = !verbs.isEmpty() && verbs.get(0).equals("create");
    return helped("kubectl", nested ? verbs : verbs.subList(0, Math.min(1, verbs.size())), words);
  }

  private Optional<String> aws(List<String> words) throws IOException, InterruptedException {
    if (words.size() < 2 || words.get(0).equals("s3")) {
      // Its high-level commands have no skeleton.
      return Optional.empty();
    }
    String skeleton = help("aws", List.of(words.get(0), words.get(1), "--generate-cli-skeleton"));
    return flags(words)
        .filter(flag -> !skeleton.isEmpty() && !AWS.contains(flag))
        .filter(
            flag ->
                !skeleton.toLowerCase(Locale.ROOT).contains("\"" + flag.replace("-", "") + "\""))
        .findFirst()
        .map(flag -> "no flag " + flag);
  }

  private static Optional<String> script(String path, List<String> words) throws IOException {
    String script = Files.readString(ROOT.resolve(path));
    return flags(words)
        .filter(flag -> !Pattern.compile(flag + "(?![\\w-])").matcher(script).find())
        .findFirst()
        .map(f -> "no flag " + f);
  }

  /** Asks a tool's help of a command for each flag. */
  private Optional<String> helped(String tool, List<String> command, List<String> words)
      throws IOException, InterruptedException {
    List<String> ask = new ArrayList<>(command);
    ask.add(tool.equals("terraform") ? "-help" : "--help");
    String help = help(tool, ask);
    if (help.isEmpty()) {
      return Optional.empty();
    }
    if (help.contains("unknown command") || help.contains("has no command named")) {
      return Optional.of("no command " + command);
    }
    String all = help + (tool.equals("kubectl") ? help("kubectl", List.of("options")) : "");
    return words.stream()
        .filter(word -> word.matches("--?[a-zA-Z].*"))
        .map(word -> word.replaceFirst("=.*", ""))
        .filter(flag -> !Pattern.compile("(^|[\\s,])" + flag + "\\b").matcher(all).find())
        .findFirst()
        .map(flag -> "no flag " + flag);
  }

  /** What a tool prints; nothing where it is not installed. */
  private String help(String tool, List<String> arguments)
      throws IOException, InterruptedException {
    if (Stream.of(System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator))
        .noneMatch(folder -> Files.isExecutable(Path.of(folder, tool)))) {
      absent.add(tool);
      return "";
    }
    List<String> command = new ArrayList<>(List.of(tool));
    command.addAll(arguments);
    String known = helps.get(command);
    if (known == null) {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      known =
          new String(
              process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      process.waitFor();
      helps.put(command, known);
    }
    return known;
  }
}
