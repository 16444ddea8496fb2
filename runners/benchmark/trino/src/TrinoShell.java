import static java.nio.charset.StandardCharsets.UTF_8;

import io.trino.Session;
import io.trino.spi.Plugin;
import io.trino.testing.DistributedQueryRunner;
import io.trino.testing.MaterializedRow;
import io.trino.testing.QueryRunner;
import io.trino.testing.TestingSession;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Trino for tests of other modules, which ask it in between whatever else they do: {@code PLUGIN
 * CONNECTOR KEY=VALUE…} are the class of a plugin, the name of its connector, and the settings of a
 * catalog {@code lake} of it. Each line of standard input is a statement, until the input ends.
 *
 * <p>It is compiled when it is run, for Trino's libraries want a newer JDK than the other modules
 * have.
 */
public final class TrinoShell {
  private TrinoShell() {}

  /**
   * Prints {@code row: VALUES} for each row of a statement, with bars between its values, and then
   * {@code done}; or {@code failed: MESSAGE} where Trino refuses it.
   */
  public static void main(String[] args) throws Exception {
    PrintStream out = new PrintStream(System.out, true, UTF_8);
    Map<String, String> settings = new HashMap<>();
    for (int i = 2; i < args.length; i++) {
      int equals = args[i].indexOf('=');
      settings.put(args[i].substring(0, equals), args[i].substring(equals + 1));
    }
    Session session = TestingSession.testSessionBuilder().setCatalog("lake").build();
    try (QueryRunner trino = DistributedQueryRunner.builder(session).setWorkerCount(0).build();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      trino.installPlugin((Plugin) Class.forName(args[0]).getDeclaredConstructor().newInstance());
      trino.createCatalog("lake", args[1], settings);
      for (String statement = in.readLine(); statement != null; statement = in.readLine()) {
        answer(trino, session, statement, out);
      }
    }
    // Some of its threads are no daemons.
    System.exit(0);
  }

  private static void answer(
      QueryRunner trino, Session session, String statement, PrintStream out) {
    try {
      for (MaterializedRow row : trino.execute(session, statement).getMaterializedRows()) {
        out.println(
            "row: "
                + oneLine(
                    row.getFields().stream()
                        .map(String::valueOf)
                        .collect(Collectors.joining("|"))));
      }
      out.println("done");
    } catch (RuntimeException e) {
      out.println("failed: " + oneLine(String.valueOf(e.getMessage())));
    }
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\R", " ");
  }
}
