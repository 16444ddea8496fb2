package io.sluice;

import java.beans.Introspector;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.jspecify.annotations.Nullable;

/**
 * Reads flags, {@code --name=value} each, into Beam's options: those of {@link SluiceOptions}, of
 * Beam, and of the runner that is on the class path. {@link SluiceConfig} says which values are
 * allowed.
 */
public final class SluiceFlags {
  private static final Pattern GETTER = Pattern.compile("(?:get|is)(.+)");
  private static final Pattern UNKNOWN =
      Pattern.compile("missing a property named '([^']*)'(?:\\. Did you mean '([^']*)'\\?)?.*");
  private static final Pattern VALUE =
      Pattern.compile("value of type `([^`]*)` from String \"([^\"]*)\"");

  /** The one flag that may be given more than once. */
  private static final String CONTRACT = "--contract=";

  private SluiceFlags() {}

  /**
   * @throws UnknownFlagException where a flag is nobody's
   * @throws UserException where a flag is given twice, or its value is not of its type
   */
  public static SluiceOptions read(List<String> flags) {
    PipelineOptionsFactory.register(SluiceOptions.class);
    refuseRepeated(flags);
    refuseValuesApart(flags);
    try {
      SluiceOptions options =
          PipelineOptionsFactory.fromArgs(flags.toArray(new String[0])).as(SluiceOptions.class);
      // Beam would cut a name in two where it has a comma.
      List<String> contracts =
          flags.stream()
              .filter(flag -> flag.startsWith(CONTRACT))
              .map(flag -> flag.substring(CONTRACT.length()))
              .toList();
      options.setContract(contracts.isEmpty() ? null : contracts);
      return options;
    } catch (RuntimeException e) {
      // What Beam's readers of values throw is theirs alone: a malformed --awsCredentialsProvider
      // is a NullPointerException.
      throw explained(e, flags);
    }
  }

  private static void refuseRepeated(List<String> flags) {
    Set<String> names = new HashSet<>();
    for (String flag : flags) {
      if (flag.startsWith("--")
          && !flag.startsWith(CONTRACT)
          && !names.add(flag.replaceFirst("=.*", ""))) {
        throw new UserException(flag.replaceFirst("=.*", "") + " is given twice");
      }
    }
  }

  /** Beam takes {@code --lake s3://…} for a switch that is on, and for an argument of nobody's. */
  private static void refuseValuesApart(List<String> flags) {
    Map<String, Boolean> known = known();
    for (int i = 0; i < flags.size(); i++) {
      String flag = flags.get(i);
      String next = i + 1 < flags.size() ? flags.get(i + 1) : "--";
      if (!flag.startsWith("--")) {
        throw new UserException("'" + flag + "' is no flag: write --name=value");
      }
      Boolean isSwitch = known.get(flag.substring(2));
      if (flag.contains("=") || isSwitch == null) {
        // Beam names one that it does not know.
        continue;
      }
      if (!next.startsWith("--")) {
        throw new UserException(
            flag + " " + next + ": write " + flag + "=" + next + ", with = and without a space");
      }
      if (!isSwitch) {
        throw new UserException(flag + " has no value: write " + flag + "=VALUE");
      }
    }
  }

  /** All flags that Beam knows, and whether each may stand alone. */
  private static Map<String, Boolean> known() {
    Map<String, Boolean> known = new HashMap<>();
    for (Class<?> options : PipelineOptionsFactory.getRegisteredOptions()) {
      for (Method method : options.getMethods()) {
        Matcher getter = GETTER.matcher(method.getName());
        if (getter.matches()) {
          known.put(
              Introspector.decapitalize(getter.group(1)),
              method.getReturnType() == boolean.class || method.getReturnType() == Boolean.class);
        }
      }
    }
    return known;
  }

  private static UserException explained(RuntimeException e, List<String> flags) {
    for (String flag : flags) {
      // 127.0.0.1:9000 is no URI, and Beam names neither the flag nor what is wrong.
      if (flag.matches("--endpoint=[^/]+(:\\d+)?/?")) {
        return LakeStores.noEndpoint(flag.substring("--endpoint=".length()));
      }
    }
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    Matcher unknown = UNKNOWN.matcher(message);
    if (unknown.find()) {
      return new UnknownFlagException("--" + unknown.group(1), flag(unknown.group(2)));
    }
    // Beam names the value and its type, and not the flag.
    Matcher value = VALUE.matcher(message);
    if (value.find()) {
      for (String flag : flags) {
        if (flag.endsWith("=" + value.group(2))) {
          String type = value.group(1).substring(value.group(1).lastIndexOf('.') + 1);
          return new UserException(flag + ": not a value of type " + type, e);
        }
      }
    }
    return new UserException(message, e);
  }

  private static @Nullable String flag(@Nullable String name) {
    return name == null ? null : "--" + name;
  }
}
