package io.sluice.benchmark;

import io.sluice.local.EmbeddedS3;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a contestant writes.
 *
 * @param root as it is told: a directory, or {@code s3://BUCKET/PREFIX}
 * @param files where the files are seen on disk, whichever it is
 * @param s3 the S3 server's endpoint; null where there is none
 */
record Output(String root, Path files, @Nullable URI s3) {
  static Output directory(Path directory) {
    return new Output(directory.toString(), directory, null);
  }

  /** The flags by which Sluice reaches it; the credentials go into system properties. */
  List<String> flags() {
    return s3 == null ? List.of() : EmbeddedS3.flags(s3);
  }
}
