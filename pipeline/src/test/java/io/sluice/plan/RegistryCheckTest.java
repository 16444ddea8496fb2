package io.sluice.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UnavailableException;
import io.sluice.UserException;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.SchemaId;
import io.sluice.schema.Schemas;
import io.sluice.schema.UnknownSchemaException;
import io.sluice.source.SourceRecord;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a plan says of the registry: here by formats and registries that are lines of a test. */
class RegistryCheckTest {
  private static final String ADDRESS = "http://registry:8081";

  private final Checks checks = new Checks();
  private boolean answers;

  /** Has the ids 1, 2 and 3. */
  private static class Three implements Schemas {
    @Override
    public RegisteredSchema get(SchemaId id) throws UnknownSchemaException {
      if (id.low() > 3) {
        throw new UnknownSchemaException("schema " + id + " is not there");
      }
      return new RegisteredSchema(RegisteredSchema.AVRO, "\"int\"", List.of());
    }

    @Override
    public RegisteredSchema latest(String subject) {
      throw new AssertionError("no record is decoded by it");
    }
  }

  /** One record of each id, each twice. */
  private static List<SourceRecord> records(int... ids) {
    return IntStream.concat(IntStream.of(ids), IntStream.of(ids))
        .mapToObj(id -> new SourceRecord("t", 0, id, -1, null, new byte[] {(byte) id}, List.of()))
        .toList();
  }

  private static Function<Schemas, Consumer<SourceRecord>> asking() {
    return schemas ->
        record -> {
          try {
            schemas.get(SchemaId.of((int) record.offset()));
          } catch (UnknownSchemaException e) {
            // A dead letter.
          }
        };
  }

  private String said(@Nullable String address, Schemas schemas, int... ids) {
    answers = new RegistryCheck(checks, address).run(asking(), records(ids), schemas);
    return checks.all().stream()
        .map(check -> check.name() + " " + check.status() + " " + check.text())
        .toList()
        .toString();
  }

  @Test
  void aRegistryThatAnswersIsSaidWithWhatItHas() {
    assertEquals(
        "[registry OK http://registry:8081 answers: 2 schemas of the sample found]",
        said(ADDRESS, new Three(), 1, 3));
    assertTrue(answers);
  }

  @Test
  void whatItHasNotIsSaidAndIsNoReasonNotToStart() {
    assertEquals(
        "[registry OK http://registry:8081 answers: 1 schema of the sample found, 6 not, whose"
            + " records are dead letters: 4, 5, 6, 7, 8, …]",
        said(ADDRESS, new Three(), 1, 4, 5, 6, 7, 8, 9));
    assertTrue(answers);
  }

  @Test
  void oneThatIsAwayOrRefusesFails() {
    String away =
        said(
            ADDRESS,
            new Three() {
              @Override
              public RegisteredSchema get(SchemaId id) {
                throw new UnavailableException(
                    ADDRESS + ": refused\nthe connection; waited 60 s", new RuntimeException());
              }
            },
            1);
    assertEquals(
        "[registry FAILED http://registry:8081: refused the connection; waited 60 s]", away);
    assertFalse(answers);
  }

  @Test
  void recordsThatNameSchemasNeedOne() {
    assertEquals(
        "[registry FAILED a record names schema 1, and no registry was given that has it: write"
            + " --schemaRegistry=URL]",
        said(null, Schemas.NONE, 1));
    assertFalse(answers);
  }

  @Test
  void nothingIsSaidOfARegistryThatNobodyNeeds() {
    new RegistryCheck(checks, null).skip();
    assertEquals("[]", said(null, Schemas.NONE));
    assertTrue(answers);
    assertEquals(
        "[registry NOTE not asked: no record of the sample names a schema]",
        said(ADDRESS, new Three()));
  }

  @Test
  void withoutARecordThereIsNothingToAskFor() {
    new RegistryCheck(checks, ADDRESS).skip();
    assertEquals(Check.Status.SKIPPED, checks.all().get(0).status());
  }

  @Test
  void whatTheFormatRefusesOfAContractIsNotTheRegistrys() {
    UserException refused = new UserException("format avro needs a schema");
    UserException e =
        org.junit.jupiter.api.Assertions.assertThrows(
            UserException.class,
            () ->
                new RegistryCheck(checks, ADDRESS)
                    .run(
                        schemas -> {
                          throw refused;
                        },
                        records(1),
                        new Three()));
    assertEquals(refused, e);
    assertEquals(List.of(), checks.all());
  }
}
