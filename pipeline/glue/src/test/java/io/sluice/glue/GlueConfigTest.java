package io.sluice.glue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.follow.FollowerKind;
import java.net.URI;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;

/** The flags of {@code --publish=glue}. */
class GlueConfigTest {
  private static GlueConfig config(String... flags) {
    return GlueConfig.of(PipelineOptionsFactory.fromArgs(flags).create());
  }

  @Test
  void flagsAreRead() {
    assertEquals(new GlueConfig("lake", "{table}", null, null), config("--glueDatabase=Lake"));
    GlueConfig all =
        config(
            "--glueDatabase=lake",
            "--glueTable={table}_live",
            "--glueCatalogId=111122223333",
            "--glueEndpoint=http://127.0.0.1:8080");
    assertEquals("user_actions_live", all.tableName("User_Actions"));
    assertEquals("111122223333", all.catalogId());
    assertEquals(URI.create("http://127.0.0.1:8080"), all.endpoint());
  }

  @Test
  void whatIsWrongNamesTheFlag() {
    for (List<String> flags :
        List.of(
            List.of("--glueDatabase", ""),
            List.of("--glueDatabase", "my-lake"),
            List.of("--glueTable", "live"),
            List.of("--glueTable", "{table}.live"),
            List.of("--glueCatalogId", "mine"),
            List.of("--glueEndpoint", "glue.example"),
            List.of("--glueEndpoint", "a b"))) {
      String flag = flags.get(0) + "=" + flags.get(1);
      String[] given =
          flags.get(0).equals("--glueDatabase")
              ? new String[] {flag}
              : new String[] {"--glueDatabase=lake", flag};
      UserException e = assertThrows(UserException.class, () -> config(given), flag);
      assertTrue(e.getMessage().contains(flags.get(0)), e.getMessage());
    }
  }

  @Test
  void aNameThatAthenaDoesNotTakeIsSaid() {
    UserException e =
        assertThrows(
            UserException.class, () -> config("--glueDatabase=lake").tableName("user-actions"));
    assertTrue(e.getMessage().contains("--glueTable={table} gives user-actions"), e.getMessage());
  }

  @Test
  void theKindIsPluggedIn() {
    FollowerKind kind = FollowerKind.named("publish", "glue");
    assertTrue(kind instanceof GlueKind, kind.toString());
    assertThrows(UserException.class, () -> kind.check(PipelineOptionsFactory.create()));
  }
}
