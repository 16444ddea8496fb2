package io.sluice.cli;

import io.sluice.SluiceFlags;
import io.sluice.SluiceOptions;
import io.sluice.UserException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UnmatchedArgsBinding;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/**
 * Flags of the pipeline that a verb looks at, as a mixin: its help shows them under a heading, each
 * verb's in the same words, and Beam reads their values. All others that a run takes are accepted
 * too and not looked at, so that the arguments of a job can be given to any verb.
 */
public abstract class PipelineFlags {
  private final String heading;
  private final List<Flag> flags;

  /**
   * @param heading under which help shows the flags
   */
  PipelineFlags(String heading, Flag... flags) {
    this.heading = heading;
    this.flags = List.of(flags);
  }

  /**
   * A flag as help has it.
   *
   * @param value what it takes, as FILE; empty for a switch
   */
  record Flag(String name, String value, String words, boolean isRepeatable) {
    /** One of another's, with words of ours. */
    Flag(String name, String value, String words) {
      this(name, value, words, false);
    }

    /** One of {@link SluiceOptions}, which has the words. */
    static Flag of(String name, String value) {
      return new Flag(name, value, FlagWords.of(name));
    }

    /** The same, that may be given more than once. */
    Flag repeatable() {
      return new Flag(name, value, words, true);
    }

    private OptionSpec option(PipelineFlags mixin) {
      OptionSpec.Builder option =
          OptionSpec.builder("--" + name).userObject(mixin).description(words);
      if (value.isEmpty()) {
        return option
            .type(Boolean.class)
            .arity("0..1")
            .fallbackValue("true")
            .paramLabel("BOOLEAN")
            .build();
      }
      option.paramLabel(value).arity("1");
      return isRepeatable
          ? option.type(List.class).auxiliaryTypes(String.class).build()
          : option.type(String.class).build();
    }
  }

  /** Picocli hands over the verb. */
  @Spec(Spec.Target.MIXEE)
  private void declareIn(CommandSpec verb) {
    ArgGroupSpec.Builder group =
        ArgGroupSpec.builder()
            .heading("%n" + heading + ":%n")
            .order(verb.argGroups().size())
            .exclusive(false)
            .validate(false);
    flags.forEach(flag -> group.addArg(flag.option(this)));
    // Nothing that is plugged in here may have flags.
    if (!flags.isEmpty()) {
      verb.addArgGroup(group.build());
    }
    if (verb.unmatchedArgsBindings().isEmpty()) {
      verb.addUnmatchedArgsBinding(UnmatchedArgsBinding.forStringArrayConsumer(new Kept()));
    }
  }

  /** Nothing: {@link ParseResult#unmatched} has them. */
  private static final class Kept implements ISetter {
    @Override
    public <T> T set(T value) {
      return value;
    }
  }

  /**
   * The flags of the pipeline that a verb was given, as Beam reads them; without the verb's own.
   *
   * @throws UserException where one has no value
   */
  public static List<String> given(ParseResult verb) {
    List<String> given = new ArrayList<>();
    for (OptionSpec option : new LinkedHashSet<>(verb.matchedOptions())) {
      if (option.userObject() instanceof PipelineFlags) {
        String name = option.longestName();
        for (String value : option.originalStringValues()) {
          if (value.startsWith("--")) {
            throw new UserException(name + " has no value: write " + name + "=VALUE");
          }
          given.add(name + "=" + value);
        }
      }
    }
    given.addAll(verb.unmatched());
    return given;
  }

  /**
   * Reads the flags of the pipeline that a verb was given, those that it does not look at too.
   *
   * @throws UserException where a flag is unknown, is given twice, or its value is not of its type
   */
  public static SluiceOptions read(CommandSpec verb) {
    return SluiceFlags.read(given(verb.commandLine().getParseResult()));
  }
}
