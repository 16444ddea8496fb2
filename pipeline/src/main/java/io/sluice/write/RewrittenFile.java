package io.sluice.write;

import io.sluice.block.Block;
import io.sluice.contract.Table;
import io.sluice.lake.AppendLog;
import io.sluice.lake.Footer;
import io.sluice.lake.Positions;
import io.sluice.lake.Replaced;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/** A file of rows that a rewrite puts in the place of others. */
public interface RewrittenFile {
  /**
   * Writes the file, sealed.
   *
   * @return the SHA-256 of its bytes, in hexadecimal digits
   */
  String writeTo(OutputStream out) throws IOException;

  /** Takes one file after the other, as few as hold the rows. */
  interface Taker {
    void take(RewrittenFile file) throws IOException;
  }

  /** Makes files of the rows of blocks, each position once. */
  static void of(Table table, List<Block> blocks, int zstdLevel, Replaced replaces, Taker taker)
      throws IOException {
    Pane pane = new Pane(table, blocks, zstdLevel, false, replaces);
    Positions taken = new Positions();
    for (Optional<AppendLog.Selection> rows = pane.without(taken);
        rows.isPresent();
        rows = rows.get().isAll() ? Optional.empty() : pane.without(taken)) {
      Pane.File file = (Pane.File) rows.get();
      taker.take(
          out -> {
            file.writeTo(out);
            return file.written().sha256();
          });
      taken.addAll(file.positions());
    }
  }

  /** A file of no rows, where none is left: it keeps the log's numbers from being free. */
  static RewrittenFile empty(Table table, Footer footer, int zstdLevel) {
    return out ->
        new ParquetFile(table, zstdLevel)
            .write(List.of(), List.of(), footer.toMetadata(), out)
            .sha256();
  }
}
