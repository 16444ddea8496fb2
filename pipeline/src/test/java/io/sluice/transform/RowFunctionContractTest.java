package io.sluice.transform;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.contract.Column;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.KeySpec;
import io.sluice.contract.KeyValues;
import io.sluice.record.ColumnValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

/** Functions that break one promise each fail at it, and at no other test. */
class RowFunctionContractTest {
  private static final int TIME = 0;
  private static final int NAME = 1;
  private static final int TEXT = 2;
  private static final int COUNT = 3;

  /** Keeps all promises but for what is overridden. */
  private static class Wrong implements RowFunction {
    @Override
    public String name() {
      return "wrong";
    }

    @Override
    public String words() {
      return "Breaks one promise.";
    }

    @Override
    public List<KeySpec> keys() {
      return List.of();
    }

    @Override
    public List<Column> output(List<Column> input, KeyValues keys) {
      return input;
    }

    @Override
    public RowStep step(List<Column> input, List<Column> output, KeyValues keys) {
      return this::apply;
    }

    Verdict apply(ColumnValues in, ColumnValues out) {
      return Verdict.KEEP;
    }
  }

  private static RowFunctionContract testOf(RowFunction function) {
    return new RowFunctionContract() {
      @Override
      protected RowFunction function() {
        return function;
      }

      @Override
      protected Map<String, Object> keys() {
        return Map.of();
      }
    };
  }

  private static void assertFails(String promise, RowFunction function) {
    RowFunctionContract test = testOf(function);
    AssertionFailedError e =
        assertThrows(
            AssertionFailedError.class,
            () -> {
              test.itSaysWhatItDoesAndWhatItsKeysMean();
              test.itsColumnsDependOnInputAndKeysAlone();
              test.eventTimesAreOutOfItsReach();
              test.itMakesTheSameOfARowWheneverAndInWhateverOrderItComes();
            });
    assertTrue(String.valueOf(e.getMessage()).contains(promise), e.getMessage());
  }

  @Test
  void oneThatKeepsAllPasses() {
    RowFunctionContract test = testOf(new Wrong());
    test.itSaysWhatItDoesAndWhatItsKeysMean();
    test.itsColumnsDependOnInputAndKeysAlone();
    test.eventTimesAreOutOfItsReach();
    test.itMakesTheSameOfARowWheneverAndInWhateverOrderItComes();
  }

  @Test
  void oneThatThrowsFails() {
    assertFails(
        "never throws",
        new Wrong() {
          @Override
          Verdict apply(ColumnValues in, ColumnValues out) {
            // It forgets that a value may be absent.
            if (in.length(TEXT) > in.array(TEXT).length) {
              return Verdict.SKIP;
            }
            return Verdict.KEEP;
          }
        });
  }

  @Test
  void oneThatGivesNoVerdictFails() {
    assertFails(
        "says of each row what becomes of it",
        new Wrong() {
          @Override
          Verdict apply(ColumnValues in, ColumnValues out) {
            return in.isAbsent(TEXT) ? null : Verdict.KEEP;
          }
        });
  }

  @Test
  void oneThatChangesTheEventTimeFails() {
    assertFails(
        "the event time",
        new Wrong() {
          @Override
          Verdict apply(ColumnValues in, ColumnValues out) {
            out.setInteger(TIME, in.integer(TIME) + 1);
            return Verdict.KEEP;
          }
        });
  }

  @Test
  void oneThatRemovesTheEventTimeFails() {
    assertFails(
        "the event time is among its columns",
        new Wrong() {
          @Override
          public List<Column> output(List<Column> input, KeyValues keys) {
            return input.subList(1, input.size());
          }
        });
  }

  @Test
  void oneThatRemembersRowsFails() {
    assertFails(
        "again",
        new Wrong() {
          @Override
          public RowStep step(List<Column> input, List<Column> output, KeyValues keys) {
            boolean[] any = new boolean[1];
            return (in, out) -> {
              // It takes the first row that it sees for a heading.
              boolean isFirst = !any[0];
              any[0] = in.integer(TIME) > 0;
              return isFirst ? Verdict.SKIP : Verdict.KEEP;
            };
          }
        });
  }

  @Test
  void oneThatCountsFails() {
    assertFails(
        "again",
        new Wrong() {
          @Override
          public RowStep step(List<Column> input, List<Column> output, KeyValues keys) {
            long[] count = new long[1];
            return (in, out) -> ++count[0] > 100 ? Verdict.SKIP : Verdict.KEEP;
          }
        });
  }

  @Test
  void oneThatChangesWhatItIsGivenFails() {
    assertFails(
        "changes nothing that it is given",
        new Wrong() {
          @Override
          Verdict apply(ColumnValues in, ColumnValues out) {
            if (in.length(NAME) > 0) {
              in.array(NAME)[in.start(NAME)] ^= 1;
            }
            return Verdict.KEEP;
          }
        });
  }

  @Test
  void oneThatSetsWhatItsColumnCannotHoldFails() {
    assertFails(
        "what it sets is of its column's type: count",
        new Wrong() {
          @Override
          Verdict apply(ColumnValues in, ColumnValues out) {
            out.setInteger(COUNT, 1L << 40);
            return Verdict.KEEP;
          }
        });
    assertFails(
        "not UTF-8",
        new Wrong() {
          @Override
          Verdict apply(ColumnValues in, ColumnValues out) {
            out.setBytes(NAME, new byte[] {(byte) 0xC3}, 0, 1);
            return Verdict.KEEP;
          }
        });
  }

  @Test
  void oneThatLeavesARequiredColumnEmptyFails() {
    assertFails(
        "required columns are set: more",
        new Wrong() {
          @Override
          public List<Column> output(List<Column> input, KeyValues keys) {
            List<Column> output = new ArrayList<>(input);
            output.add(Column.of("more", Scalar.INT64, true));
            return output;
          }
        });
  }

  @Test
  void oneWhoseColumnsChangeFails() {
    int[] asked = new int[1];
    assertFails(
        "expected",
        new Wrong() {
          @Override
          public List<Column> output(List<Column> input, KeyValues keys) {
            List<Column> output = new ArrayList<>(input);
            output.add(Column.of("c" + asked[0]++, Scalar.INT64, false));
            return output;
          }
        });
  }

  @Test
  void oneThatSaysNothingFails() {
    assertFails(
        "words",
        new Wrong() {
          @Override
          public String words() {
            return " ";
          }
        });
  }
}
