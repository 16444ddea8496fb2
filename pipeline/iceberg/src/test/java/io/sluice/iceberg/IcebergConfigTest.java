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
