package io.sluice.cli;

import io.sluice.SluiceOptions;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/**
 * The words of the pipeline's flags and their defaults, as {@link SluiceOptions} and its sources
 * have them.
 */
final class FlagWords {
  private static final Map<String, String> WORDS =
      Arrays.stream(SluiceOptions.class.getMethods())
          .filter(method -> method.getDeclaringClass().getName().startsWith("io.sluice."))
          .filter(method -> method.isAnnotationPresent(Description.class))
          .collect(Collectors.toUnmodifiableMap(FlagWords::name, FlagWords::words));

  private FlagWords() {}

  /**
   * @throws IllegalArgumentException where the options have no such flag
   */
  static String of(String flag) {
    String words = WORDS.get(flag);
    if (words == null) {
      throw new IllegalArgumentException("SluiceOptions has no flag " + flag);
    }
    return words;
  }

  /**
   * The words of a flag that something plugged in has, which Beam finds by the service loader.
   *
   * @throws IllegalArgumentException where Beam knows no such flag with words
   */
  static String ofPlugIn(String flag) {
    return PipelineOptionsFactory.getRegisteredOptions().stream()
        .filter(options -> options.getName().startsWith("io.sluice."))
        .flatMap(options -> Arrays.stream(options.getMethods()))
        .filter(method -> method.isAnnotationPresent(Description.class))
        .filter(method -> name(method).equals(flag))
        .findFirst()
        .map(FlagWords::words)
        .orElseThrow(() -> new IllegalArgumentException("no plug-in has a flag " + flag));
  }

  private static String name(Method getter) {
    String name = getter.getName().replaceFirst("^(get|is)", "");
    return Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }

  private static String words(Method getter) {
    String words = getter.getAnnotation(Description.class).value();
    String standard = standard(getter);
    return standard.isEmpty() ? words : words + " [" + standard + "]";
  }

  /** What a flag is unless it is given; empty where that is nothing, and for a switch. */
  private static String standard(Method getter) {
    if (getter.isAnnotationPresent(Default.String.class)) {
      return getter.getAnnotation(Default.String.class).value();
    }
    if (getter.isAnnotationPresent(Default.Integer.class)) {
      return String.valueOf(getter.getAnnotation(Default.Integer.class).value());
    }
    return "";
  }
}
