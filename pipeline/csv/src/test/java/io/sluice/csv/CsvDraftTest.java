package io.sluice.csv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.contract.Column;
import io.sluice.infer.ContractDraft;
import io.sluice.infer.DraftRequest;
import io.sluice.infer.Samples;
import io.sluice.schema.Schemas;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Contracts that are drafted from rows of CSV. */
class CsvDraftTest {
  private static List<byte[]> rows() {
    return IntStream.range(0, 30)
        .mapToObj(i -> (Samples.TIME.plusSeconds(i) + ";" + i + ";0.5;\"a;b\"").getBytes(UTF_8))
        .toList();
  }

  @Test
  void theFormatThatIsSaidHasTheNames() {
    String format = "{name: csv, delimiter: ;, columns: [at, n, a.ratio, text]}";
    ContractDraft draft =
        ContractDraft.of(Samples.of(rows()), new DraftRequest(null, format, null), Schemas.NONE);
    assertEquals(
        List.of("at", "n", "a_ratio", "text"),
        draft.contract().columns().stream().map(Column::name).toList());
    assertTrue(draft.yaml().contains("\nformat: " + format + "\n"), draft.yaml());
    assertEquals(30, draft.proof().accepted(), draft.proof().line());
  }

  @Test
  void rowsAreNotTakenForAnythingWhereNoFormatIsSaid() {
    UserException e =
        assertThrows(
            UserException.class,
            () -> ContractDraft.of(Samples.of(rows()), DraftRequest.OF_SAMPLE, Schemas.NONE));
    assertTrue(
        e.getMessage().contains("say with --format how its records are written"), e.getMessage());
  }
}
