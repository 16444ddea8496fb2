package io.sluice.iceberg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.follow.FollowerKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The file of the flag: what is wrong with it is said in a line, by key, and without values. */
class IcebergConfigTest {
  @TempDir Path directory;

  private String file(String text) throws IOException {
    return Files.writeString(directory.resolve("iceberg.properties"), text.replace(";", "\n"))
        .toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sluice.namespace=a | type is missing: write type=rest",
        "type=rest;sluice.namespace=a | uri is missing, and type=rest needs it",
        "type=jdbc;uri=jdbc:secret:x;sluice.namespace=a | warehouse is missing, and type=jdbc needs it",
        "type=rest;catalog-impl=x.Y;uri=secret;sluice.namespace=a | type is there beside catalog-impl",
        "type=rest;uri=secret | sluice.namespace is missing: name the namespace",
        "type=rest;uri=secret;sluice.namespace=a..b | sluice.namespace is no name",
        "type=rest;uri=secret;sluice.namespace=a;sluice.table=x | sluice.table has no {table} in it",
        "type=rest;uri=secret;sluice.namespace=a;sluice.tabel=x | sluice.tabel is no setting; there are",
        "type=rest;uri=;sluice.namespace=a | uri has no value",
        "type=rst;uri=secret;sluice.namespace=a | type is rst, which is no catalog of Iceberg's; there are rest, jdbc, glue, hive",
        "type=jdbc;uri=jdbc:postgresql://h/db?user=u&password=secret;warehouse=/w;sluice.namespace=a | uri has password= in it, and addresses are in messages: take it out, and write it as jdbc.password",
        "type=jdbc;uri=jdbc:postgresql://h/db?sslpassword=secret;warehouse=/w;sluice.namespace=a | uri has sslpassword= in it, and addresses are in messages: take it out, and write it as jdbc.sslpassword",
        "type=jdbc;uri=jdbc:mysql://u:secret@h/db;warehouse=/w;sluice.namespace=a | uri has a user and a password in it",
        "type=jdbc;uri=jdbc:oracle:thin:u/secret@h:1521:db;warehouse=/w;sluice.namespace=a | uri has a user and a password in it",
        "type=rest;uri=https://u:secret@h/api;sluice.namespace=a | uri has a user and a password in it",
        "type=hadoop;warehouse=s3://secret/x;sluice.namespace=a | type is hadoop, a catalog of folders that loses commits",
      })
  void aMistakeIsNamedByItsKey(String text, String message) throws IOException {
    String file = file(text);
    String said = assertThrows(UserException.class, () -> IcebergConfig.read(file)).getMessage();
    assertTrue(said.startsWith("--icebergConfig " + file + ": " + message), said);
    assertTrue(!said.contains("secret"), said);
  }

  @Test
  void aFileThatIsNotThereAndAClassThatIsNotThere() throws IOException {
    String none = directory.resolve("none").toString();
    assertTrue(
        assertThrows(UserException.class, () -> IcebergConfig.read(none))
            .getMessage()
            .startsWith("--icebergConfig " + none + ": cannot be read: "));
    IcebergConfig unknown = IcebergConfig.read(file("catalog-impl=x.Y;sluice.namespace=a"));
    String said = assertThrows(UserException.class, () -> unknown.open(Map.of())).getMessage();
    assertTrue(said.contains("catalog-impl gives no catalog: "), said);
  }

  /** What a setting that is no password has behind the question mark may be one, too. */
  @Test
  void aDriverThatIsNotThereIsNamedWithoutWhatTheAddressSays() throws IOException {
    IcebergConfig config =
        IcebergConfig.read(
            file(
                "type=jdbc;uri=jdbc:nobody://h/db?user=u&pass=secret;warehouse=/w;sluice.namespace=a"));
    RuntimeException e = assertThrows(RuntimeException.class, () -> config.open(Map.of()));
    String said =
        assertThrows(
                IOException.class,
                () ->
                    Failures.named(
                        "the catalog",
                        () -> {
                          throw e;
                        }))
            .getMessage();
    assertTrue(said.contains("jdbc:nobody://h/db?..."), said);
    assertTrue(!said.contains("secret"), said);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no driver for jdbc:postgresql://h/db?a=b&x=secret | no driver for jdbc:postgresql://h/db?...",
        "away: jdbc:mysql://u:secret@h/db (refused) | away: jdbc:mysql://...@h/db (refused)",
        "jdbc:oracle:thin:u/secret@h:1521:db is away | jdbc:oracle:thin:...@h:1521:db is away",
        "jdbc:sqlserver://h;Password=secret;x=1 is away | jdbc:sqlserver://h;Password=...;x=1 is away",
        "https://h/api?token=secret answers 500 | https://h/api?... answers 500",
        "Is it there? It is not | Is it there? It is not",
        "table a.b: refused, x=1 | table a.b: refused, x=1",
      })
  void aMessageKeepsNoSecretOfAnAddress(String text, String left) {
    assertEquals(left, Failures.why(new IllegalStateException(text)));
    assertEquals(
        "outer (" + left + ")",
        Failures.why(new IllegalStateException("outer", new IllegalStateException(text))));
  }

  /** As one whose jars are not all there. */
  public static final class WithoutItsJars extends InMemoryCatalog {
    @Override
    public void initialize(String name, Map<String, String> properties) {
      throw new NoClassDefFoundError("x/Client");
    }
  }

  /** As one that does not know a setting. */
  public static final class Unwilling extends InMemoryCatalog {
    @Override
    public void initialize(String name, Map<String, String> properties) {
      throw new UnsupportedOperationException("not with this");
    }
  }

  @Test
  void aCatalogThatCannotBeMadeIsALine() throws IOException {
    assertTrue(
        failure(WithoutItsJars.class)
            .contains("catalog-impl gives no catalog: NoClassDefFoundError: x/Client; "),
        failure(WithoutItsJars.class));
    assertTrue(
        failure(Unwilling.class).contains("catalog-impl gives no catalog: not with this; "),
        failure(Unwilling.class));
  }

  private String failure(Class<?> catalog) throws IOException {
    IcebergConfig config =
        IcebergConfig.read(file("catalog-impl=" + catalog.getName() + ";sluice.namespace=a"));
    return assertThrows(UserException.class, () -> config.open(Map.of())).getMessage();
  }

  @Test
  void tablesAreNamedByThePattern() throws IOException {
    IcebergConfig config =
        IcebergConfig.read(
            file("type=rest;uri=x;sluice.namespace=a.b;sluice.table=raw_{table};sluice.catalog=c"));
    assertEquals("a.b.raw_t_dead_letters", config.identifier("t_dead_letters").toString());
    assertEquals("c", config.name());
  }

  /** A job ends with this line before it begins; it is no follower that is late. */
  @Test
  void theKindIsPluggedInAndAsksForItsFile() {
    FollowerKind kind = FollowerKind.all().get("iceberg");
    String said =
        assertThrows(UserException.class, () -> kind.check(PipelineOptionsFactory.create()))
            .getMessage();
    assertTrue(said.startsWith("--publish=iceberg needs --icebergConfig=FILE"), said);
    assertTrue(
        PipelineOptionsFactory.getRegisteredOptions().contains(IcebergOptions.class),
        "Beam does not know the flag");
  }
}
