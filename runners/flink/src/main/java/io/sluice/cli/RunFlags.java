package io.sluice.cli;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Stream;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;

/** The flags of {@code run}, as Beam's options declare them. */
final class RunFlags {
  /**
   * A flag.
   *
   * @param standard what it is unless given; empty where it has no default
   */
  record Flag(String name, String description, String standard) {}

  private RunFlags() {}

  /** The flags of ours that an interface has, its own and those of Kafka, by name. */
  static Stream<Flag> of(Class<?> options) {
    return Arrays.stream(options.getMethods())
        .filter(method -> method.getDeclaringClass().getName().startsWith("io.sluice."))
        .filter(method -> method.isAnnotationPresent(Description.class))
        .map(
            method ->
                new Flag(
                    name(method),
                    method.getAnnotation(Description.class).value(),
                    standard(method)))
        .sorted(Comparator.comparing(Flag::name));
  }

  private static String name(Method getter) {
    String name = getter.getName().replaceFirst("^(get|is)", "");
    return Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }

  private static String standard(Method getter) {
    if (getter.isAnnotationPresent(Default.String.class)) {
      return getter.getAnnotation(Default.String.class).value();
    }
    if (getter.isAnnotationPresent(Default.Integer.class)) {
      return String.valueOf(getter.getAnnotation(Default.Integer.class).value());
    }
    if (getter.isAnnotationPresent(Default.Boolean.class)) {
      return String.valueOf(getter.getAnnotation(Default.Boolean.class).value());
    }
    return "";
  }
}
