package io.sluice.local;

import java.util.ArrayList;
import java.util.List;

/**
 * Lines to paste into a shell, by which other verbs reach the servers of a demo. Bash and zsh take
 * them: zsh splits no variable into words, so that the flags are an array, and an interactive zsh
 * knows no comments.
 */
final class ShellLines {
  private static final String CONTRACT = "--contract=";

  private ShellLines() {}

  /**
   * The lines, of which the first sets {@code FLAGS}: where all is, and nothing of one table or
   * topic, so that they go with any contract.
   *
   * @param flags by which the demo's own run reaches everything
   * @param follow what makes tables follow; nothing where none do
   */
  static List<String> of(List<String> flags, List<String> follow, DemoScenario scenario) {
    List<String> places = flags.stream().filter(flag -> !flag.startsWith(CONTRACT)).toList();
    List<String> lines = new ArrayList<>();
    lines.add("FLAGS=(" + words(places) + ")");
    List<String> infer =
        new ArrayList<>(
            places.stream()
                .filter(flag -> flag.matches("--(bootstrapServers|schemaRegistry)=.*"))
                .toList());
    infer.add("--topic=" + scenario.source().topic());
    infer.add("--out=drafted.yaml");
    lines.add("./sluice contract infer " + words(infer));
    List<String> verbs =
        new ArrayList<>(
            List.of("plan", "audit", "report", "rebuild --dry-run --date=" + scenario.firstDate()));
    String following = follow.isEmpty() ? "" : " " + words(follow);
    verbs.add("run" + following);
    if (!follow.isEmpty()) {
      verbs.add("follow --once" + following);
    }
    for (String verb : verbs) {
      StringBuilder line = new StringBuilder("./sluice ").append(verb);
      flags.stream()
          .filter(flag -> flag.startsWith(CONTRACT))
          .forEach(flag -> line.append(' ').append(word(flag)));
      lines.add(line.append(" \"${FLAGS[@]}\"").toString());
    }
    return lines;
  }

  private static String words(List<String> flags) {
    return String.join(" ", flags.stream().map(ShellLines::word).toList());
  }

  /** As a shell takes it for one word. */
  private static String word(String text) {
    return text.matches("[\\w=:,./@%+-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
