package io.sluice.transform;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;

/** The example functions keep what a function has to. */
class ExampleFunctionsTest {
  private static @Nullable Object[] named(RowFunctionContract test, String name) {
    @Nullable Object[] row = new Object[test.input().size()];
    row[0] = java.time.Instant.parse("2026-01-02T03:04:05.678901Z");
    row[1] = name;
    return row;
  }

  @Nested
  class SkipIfTest extends RowFunctionContract {
    @Override
    protected RowFunction function() {
      return new ExampleFunctions.SkipIf();
    }

    @Override
    protected Map<String, Object> keys() {
      return Map.of("column", "name", "equals", "debug");
    }

    @Override
    protected List<@Nullable Object[]> rows() {
      return List.<@Nullable Object[]>of(named(this, "debug"), named(this, "view"));
    }
  }

  @Nested
  class RejectIfTest extends RowFunctionContract {
    @Override
    protected RowFunction function() {
      return new ExampleFunctions.RejectIf();
    }

    @Override
    protected Map<String, Object> keys() {
      return Map.of("column", "text", "equals", "v3");
    }
  }

  @Nested
  class UpperCaseTest extends RowFunctionContract {
    @Override
    protected RowFunction function() {
      return new ExampleFunctions.UpperCase();
    }

    @Override
    protected Map<String, Object> keys() {
      return Map.of("column", "name", "into", "loud");
    }
  }

  @Nested
  class RemoveTest extends RowFunctionContract {
    @Override
    protected RowFunction function() {
      return new ExampleFunctions.Remove();
    }

    @Override
    protected Map<String, Object> keys() {
      return Map.of("columns", List.of("text", "tags", "price"));
    }
  }
}
