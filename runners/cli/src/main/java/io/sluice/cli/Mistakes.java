package io.sluice.cli;

import static java.util.stream.Collectors.joining;

import io.sluice.Suggestions;
import io.sluice.UnknownFlagException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with a command line, in one line: the same words whatever the verb. */
final class Mistakes {
  private Mistakes() {}

  /**
   * What picocli does not take.
   *
   * @param words all of the command line
   */
  static String of(ParameterException e, List<String> words) {
    CommandLine verb = e.getCommandLine();
    if (e instanceof UnmatchedArgumentException unmatched) {
      String word = unmatched.getUnmatched().get(0);
      if (word.startsWith("-")) {
        return of(new UnknownFlagException(word.replaceFirst("=.*", ""), null), verb);
      }
      return (verb.getSubcommands().isEmpty()
              ? "'" + word + "' is one word too many"
              : "no such verb: " + words(verb) + word)
          + seeHelp(verb);
    }
    if (e instanceof OverwrittenOptionException twice
        && twice.getOverwritten() instanceof OptionSpec option) {
      return option.longestName() + " is given twice" + seeHelp(verb);
    }
    if (e instanceof MissingParameterException missing) {
      return missing.getMissing().stream().map(arg -> missing(arg, words)).collect(joining(", "))
          + seeHelp(verb);
    }
    if (e.getArgSpec() != null && e.getValue() != null) {
      return name(e.getArgSpec())
          + "="
          + e.getValue()
          + ": "
          + whyNot(e, e.getArgSpec().type())
          + seeHelp(verb);
    }
    return firstLine(e) + seeHelp(verb);
  }

  private static String name(ArgSpec arg) {
    return arg instanceof OptionSpec option ? option.longestName() : arg.paramLabel();
  }

  private static String missing(ArgSpec arg, List<String> words) {
    String name = name(arg);
    return words.contains(name)
        ? name + " has no value: write " + name + "=" + arg.paramLabel()
        : name + " is missing";
  }

  private static String whyNot(ParameterException e, Class<?> type) {
    if (type == int.class || type == Integer.class || type == long.class) {
      return "not a whole number";
    }
    return type == double.class || type == Double.class
        ? "not a number"
        : firstLine(e.getCause() == null ? e : e.getCause());
  }

  /** A flag that neither the verb has nor the pipeline. */
  static String of(UnknownFlagException e, CommandLine verb) {
    return Suggestions.nearest(e.flag(), verb.getCommandSpec().optionsMap().keySet())
            .map(alike -> new UnknownFlagException(e.flag(), alike))
            .orElse(e)
            .getMessage()
        + seeHelp(verb);
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
