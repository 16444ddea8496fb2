package io.sluice.write;

import io.sluice.block.Block;
import io.sluice.block.TestBlocks;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.contract.Table;
import io.sluice.lake.AppendLog;
import io.sluice.lake.Positions;
import io.sluice.lake.Replaced;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of user actions by their offsets, for tests of what is appended and rewritten. */
public final class TestPanes {
  public static final Contract CONTRACT = ContractParser.userActions();
  public static final Table TABLE = CONTRACT.lakeTable();
  public static final String SOURCE = "cluster/topic/id";
  public static final int PARTITION = 1;

  private TestPanes() {}

  /** Rows that are to be appended. */
  public static AppendLog.Rows rows(long... offsets) {
    return pane(null, offsets);
  }

  /** The same rows; each time when they are encoded, something happens meanwhile. */
  public static AppendLog.Rows slowly(AppendLog.Rows rows, Meanwhile happens) {
    return committed -> rows.without(committed).map(selection -> new Slow(selection, happens));
  }

  /** What happens while a file is encoded. */
  public interface Meanwhile {
    void run() throws IOException;
  }

  private record Slow(AppendLog.Selection selection, Meanwhile happens)
      implements AppendLog.Selection {
    @Override
    public Positions positions() {
      return selection.positions();
    }

    @Override
    public boolean isAll() {
      return selection.isAll();
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      selection.writeTo(out);
      happens.run();
    }
  }

  /** Writes a file of exactly these rows. */
  public static String write(OutputStream out, Replaced replaces, long... offsets)
      throws IOException {
    Pane.File file = (Pane.File) pane(replaces, offsets).without(new Positions()).orElseThrow();
    file.writeTo(out);
    return file.written().sha256();
  }

  private static Pane pane(@Nullable Replaced replaces, long... offsets) {
    List<Block> blocks = new ArrayList<>();
    for (long offset : offsets) {
      blocks.add(TestBlocks.userActions(TABLE, CONTRACT.rowSchema(), SOURCE, PARTITION, offset));
    }
    return new Pane(TABLE, blocks, 1, false, replaces);
  }
}
