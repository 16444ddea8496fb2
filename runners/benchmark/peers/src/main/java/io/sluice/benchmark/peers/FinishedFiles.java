package io.sluice.benchmark.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.LocalInputFile;

/** Counts the rows of the files that are there under their final names, each file once. */
final class FinishedFiles {
  private final Path output;
  private final Set<Path> seen = new HashSet<>();
  private long rows;

  FinishedFiles(Path output) {
    this.output = output;
  }

  /** The rows of all files so far, by their footers. */
  long rows() throws IOException {
    if (!Files.isDirectory(output)) {
      return rows;
    }
    for (Path date : list(output)) {
      if (!date.getFileName().toString().startsWith("event_date=")) {
        continue;
      }
      for (Path file : list(date)) {
        String name = file.getFileName().toString();
        if (name.endsWith(".parquet") && !name.startsWith(".") && !seen.contains(file)) {
          try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file))) {
            rows += reader.getRecordCount();
          }
          seen.add(file);
        }
      }
    }
    return rows;
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> children = Files.list(directory)) {
      return children.toList();
    }
  }
}
