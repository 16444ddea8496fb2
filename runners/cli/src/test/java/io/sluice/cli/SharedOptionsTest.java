package io.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.SluiceOptions;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.beam.sdk.options.Description;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** What several verbs have in common is the same for each of them. */
class SharedOptionsTest {
  private record Ended(int status, String said) {}

  private static Ended run(String... arguments) {
    Ran ran = Ran.sluice(arguments);
    return new Ended(ran.status(), ran.out() + ran.err());
  }

  @Test
  void everyVerbHasHelp() {
    for (CommandLine verb : new CommandLine(new Main()).getSubcommands().values()) {
      String name = verb.getCommandName();
      Ended ended = run(name, "--help");
      assertEquals(0, ended.status(), name + ": " + ended.said());
      assertTrue(ended.said().contains(name), ended.said());
    }
  }

  /** Each verb, of contract each of its own, by what is typed. */
  private static Map<String, CommandSpec> verbs() {
    Map<String, CommandSpec> verbs = new TreeMap<>();
    add("", new CommandLine(new Main()), verbs);
    return verbs;
  }

  private static void add(String before, CommandLine at, Map<String, CommandSpec> verbs) {
    at.getSubcommands()
        .forEach(
            (name, verb) -> {
              verbs.put(before + name, verb.getCommandSpec());
              add(before + name + " ", verb, verbs);
            });
  }

  /** It fits eighty columns; what must be given stands in the first lines, and not each flag. */
  @Test
  void helpIsNotWideAndItsSynopsisNamesWhatIsNeeded() {
    verbs()
        .forEach(
            (verb, spec) -> {
              String help = run(("help " + verb).split(" ")).said();
              help.lines().forEach(line -> assertTrue(line.length() <= 80, verb + ": " + line));
              String synopsis = help.substring(0, help.indexOf(first(spec)));
              assertTrue(synopsis.startsWith("Usage: sluice " + verb), synopsis);
              assertTrue(synopsis.lines().count() <= 3, synopsis);
              spec.requiredArgs()
                  .forEach(
                      arg ->
                          assertTrue(
                              synopsis.contains(
                                  arg instanceof OptionSpec option
                                      ? option.longestName()
                                      : arg.paramLabel()),
                              synopsis));
            });
  }

  private static String first(CommandSpec verb) {
    return verb.usageMessage().description()[0].split(" ")[0] + " ";
  }

  /** As a shell finds words: what stands between quotes is of one. */
  private static final Pattern WORD = Pattern.compile("(?:[^\\s\"]|\"[^\"]*\")+");

  /** An example can be pasted into a shell, and is taken as it is. */
  @Test
  void examplesOfHelpAreTaken() {
    List<String> without = new ArrayList<>();
    verbs()
        .forEach(
            (verb, spec) -> {
              String help = run(("help " + verb).split(" ")).said();
              if (!help.contains("Example:\n")) {
                without.add(verb);
                return;
              }
              String example = help.substring(help.indexOf("Example:\n") + "Example:\n".length());
              String[] words =
                  WORD.matcher(example.replace("\\\n", " "))
                      .results()
                      .map(word -> word.group().replace("\"", ""))
                      .toArray(String[]::new);
              assertEquals(
                  "sluice " + verb, String.join(" ", words).substring(0, verb.length() + 7));
              ParseResult parsed =
                  new CommandLine(new Main())
                      .registerConverter(LocalDate.class, LocalDate::parse)
                      .parseArgs(Arrays.copyOfRange(words, 1, words.length));
              while (parsed.hasSubcommand()) {
                parsed = parsed.subcommand();
              }
              assertEquals(List.of(), parsed.unmatched(), example);
            });
    assertEquals(
        List.of(
            "acknowledge",
            "completion",
            "contract",
            "contract check",
            "contract diff",
            "contract schema",
            "help"),
        without);
  }

  private static boolean isOfThePipeline(OptionSpec option) {
    return option.userObject() instanceof PipelineFlags;
  }

  @Test
  void aFlagOfThePipelineHasTheSameWordsInEachVerb() {
    Map<String, Set<String>> words = new TreeMap<>();
    verbs()
        .forEach(
            (verb, spec) ->
                spec.options().stream()
                    .filter(SharedOptionsTest::isOfThePipeline)
                    .forEach(
                        option ->
                            words
                                .computeIfAbsent(option.longestName(), name -> new TreeSet<>())
                                .add(option.paramLabel() + " " + List.of(option.description()))));
    assertTrue(words.containsKey("--lake") && words.containsKey("--endpoint"), words.toString());
    words.forEach((flag, texts) -> assertEquals(1, texts.size(), flag + ": " + texts));
    verbs()
        .forEach(
            (verb, spec) ->
                words
                    .keySet()
                    .forEach(
                        flag ->
                            assertTrue(
                                spec.optionsMap().get(flag) == null
                                    || isOfThePipeline(spec.optionsMap().get(flag))
                                    || OF_THEIR_OWN.contains(verb + " " + flag),
                                () -> verb + " has words of its own for " + flag)));
  }

  /** What means something else there: what is advised, what is drafted. */
  private static final Set<String> OF_THEIR_OWN =
      Set.of(
          "size --shards",
          "size --windowSize",
          "size --fileInterval",
          "size --manifestInterval",
          "size --fileMebibytes",
          "size --s3PartMebibytes",
          "contract infer --table",
          "contract infer --topic");

  @Test
  void jsonAndHelpAreOneFlagForAll() {
    for (String flag : List.of("--json", "--noProgress", "--help", "--logFormat")) {
      Set<String> words = new TreeSet<>();
      verbs()
          .forEach(
              (verb, spec) -> {
                OptionSpec option = spec.optionsMap().get(flag);
                if (option != null) {
                  words.add(option.arity() + option.paramLabel() + List.of(option.description()));
                }
              });
      assertEquals(1, words.size(), words.toString());
    }
  }

  /** A new flag of the options is in the help of run, with a value where it takes one. */
  @Test
  void runAndPlanHaveEachFlagOfTheOptions() {
    for (String verb : List.of("run", "plan")) {
      Map<String, OptionSpec> flags = verbs().get(verb).optionsMap();
      for (Method getter : SluiceOptions.class.getMethods()) {
        if (getter.getDeclaringClass().getName().startsWith("io.sluice.")
            && getter.isAnnotationPresent(Description.class)) {
          String name = getter.getName().replaceFirst("^(get|is)", "");
          String flag = "--" + Character.toLowerCase(name.charAt(0)) + name.substring(1);
          assertTrue(flags.containsKey(flag), verb + " has no " + flag);
          assertEquals(
              getter.getReturnType() == boolean.class,
              flags.get(flag).type() == Boolean.class,
              flag);
        }
      }
    }
  }

  private static Stream<Arguments> verbsWithWhatTheyNeed() {
    Map<String, String> needed =
        Map.of(
            "rebuild", " --date=2026-01-31",
            "acknowledge", " --partition=0 --from=1 --to=2 --by=me --why=known",
            "compact", " --all",
            "erase", " --where=user_id=x",
            "follow", " --once",
            "size", " --gibPerDay=1",
            "contract infer", " --topic=t",
            "contract check", " x",
            "contract diff", " x y");
    return verbs().keySet().stream()
        .filter(verb -> !verb.equals("contract"))
        .map(verb -> Arguments.of(verb, verb + needed.getOrDefault(verb, "")));
  }

  @ParameterizedTest
  @MethodSource("verbsWithWhatTheyNeed")
  void anUnknownFlagIsTheSameOneLineForEachVerb(String verb, String line) {
    Ran ran = Ran.sluice((line + " --nonsense=1").split(" "));
    assertEquals(Main.USER_ERROR, ran.status());
    assertEquals("", ran.out());
    assertEquals("sluice: unknown flag --nonsense (see sluice help " + verb + ")\n", ran.err());
  }

  /** What a job is started with can be given to any verb that asks where things are. */
  @ParameterizedTest
  @ValueSource(
      strings = {"audit", "compact --all", "follow --once --publish=symlink", "replay", "report"})
  void aVerbTakesTheFlagsOfARunThatItDoesNotLookAt(String verb, @TempDir Path empty) {
    String place = empty.toString();
    Ran ran =
        Ran.sluice(
            (verb
                    + " --bootstrapServers=h:1 --topic=t --startFrom=lake --shards=4 --metricsAddress=0.0.0.0:9404"
                    + " --jobName=x --lake="
                    + place
                    + " --deadLetters="
                    + place)
                .split(" "));
    assertEquals(Main.USER_ERROR, ran.status());
    assertTrue(ran.err().contains("has no table user_actions"), ran.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "audit --lake=a --lake=b|--lake is given twice",
        "audit --margin=1m --margin=2m|--margin is given twice (see sluice help audit)",
        "audit --dep|unknown flag --dep; did you mean --deep? (see sluice help audit)",
        "report --Lake=x|unknown flag --Lake; did you mean --lake? (see sluice help report)",
        "audit --lake --x=1|--lake has no value: write --lake=VALUE",
        "audit --lake --deep|--lake has no value: write --lake=PLACE (see sluice help audit)",
        "audit --lake|--lake has no value: write --lake=PLACE (see sluice help audit)",
        "rebuild --lake=x|--date is missing (see sluice help rebuild)",
        "acknowledge --partition=0 --by=me|--from is missing, --to is missing, --why is missing",
        "contract diff x|NEW is missing (see sluice help contract diff)",
        "rebuild --date=soon|--date=soon: not a date; write it as 2026-01-31 (see",
        "replay --from=2026-02-30|--from=2026-02-30: not a date; write it as 2026-01-31 (see",
        "plan --sample=all|--sample=all: not a whole number (see sluice help plan)",
        "size --gibPerDay=1 more|'more' is one word too many (see sluice help size)",
        "size --gibPerDay=much|--gibPerDay=much: not a number (see sluice help size)",
        "size --gibPerDay=1 --logFormat=xml|--logFormat=xml: expected one of [text, json]",
        "audit word|'word' is no flag: write --name=value",
        "audit --reshard=maybe|--reshard",
        "size --gibPerDay=5 --sed=3|unknown flag --sed; did you mean --seed? (see sluice help size)",
      })
  void aMistakeIsNamedInOneLine(String line, String message) {
    Ran ran = Ran.sluice(line.split(" "));
    assertEquals(Main.USER_ERROR, ran.status());
    assertEquals(1, ran.err().lines().count(), ran.err());
    assertTrue(ran.err().startsWith("sluice: "), ran.err());
    assertTrue(ran.err().contains(message), ran.err());
  }

  @Test
  void settleIsOfTheVerbsThatRewriteAndSaysWhatItIs() {
    for (String verb : List.of("compact", "rebuild", "erase")) {
      String help = run(verb, "--help").said();
      assertTrue(help.contains("--settle=DURATION"), help);
      assertTrue(help.contains("[90m]"), help);
      assertTrue(help.contains("--takeOver"), help);
      assertTrue(help.contains("--dry-run"), help);
    }
    Ended ended = run("compact", "--all", "--lake=/nowhere", "--settle=soon");
    assertEquals(2, ended.status(), ended.said());
    assertTrue(ended.said().contains("--settle=soon"), ended.said());
  }
}
