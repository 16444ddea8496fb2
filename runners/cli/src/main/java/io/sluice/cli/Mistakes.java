package io.sluice.cli;

import io.sluice.UnknownFlagException;
import java.util.Comparator;
import org.apache.beam.sdk.util.StringUtils;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with a command line, in one line: the same words whatever the verb. */
final class Mistakes {
  private Mistakes() {}

  /** What picocli does not take. */
  static String of(ParameterException e) {
    CommandLine verb = e.getCommandLine();
    if (e instanceof UnmatchedArgumentException unmatched) {
      String word = unmatched.getUnmatched().get(0);
      if (word.startsWith("-")) {
        return of(new UnknownFlagException(word.replaceFirst("=.*", ""), null), verb);
      }
      if (!verb.getSubcommands().isEmpty()) {
        return "no such verb: " + words(verb) + word + seeHelp(verb);
      }
    }
    if (e instanceof OverwrittenOptionException twice
        && twice.getOverwritten() instanceof OptionSpec option) {
      return option.longestName() + " is given twice" + seeHelp(verb);
    }
    return firstLine(e) + seeHelp(verb);
  }

  /** A flag that neither the verb has nor the pipeline. */
  static String of(UnknownFlagException e, CommandLine verb) {
    String alike = alike(verb, e.flag());
    return (alike == null ? e : new UnknownFlagException(e.flag(), alike)).getMessage()
        + seeHelp(verb);
  }

  /** The verb's flag that is next to what was written: a third of its letters may be others. */
  private static @Nullable String alike(CommandLine verb, String flag) {
    return verb.getCommandSpec().optionsMap().keySet().stream()
        .filter(name -> 3 * StringUtils.getLevenshteinDistance(flag, name) <= name.length() - 2)
        .min(Comparator.comparing(name -> StringUtils.getLevenshteinDistance(flag, name)))
        .orElse(null);
  }

  private static String seeHelp(CommandLine verb) {
    return " (see " + ("sluice help " + words(verb)).strip() + ")";
  }

  /** The verb's name, behind that of the launcher. */
  private static String words(CommandLine verb) {
    return verb.getParent() == null ? "" : words(verb.getParent()) + verb.getCommandName() + " ";
  }

  static String firstLine(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
  }
}
