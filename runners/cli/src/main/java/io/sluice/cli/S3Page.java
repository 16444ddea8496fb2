package io.sluice.cli;

import io.sluice.LakeStores;
import io.sluice.SluiceOptions;
import io.sluice.UserException;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A page that goes to S3, with the lake's client and encryption. What is there is replaced, so only
 * what is named as a page is written: no file and no descriptor of a table can be meant.
 *
 * @param folder where its object lies
 */
record S3Page(Stores folder, String name) {
  private static final String S3 = "s3://";
  private static final String SUFFIX = ".html";

  static boolean isNamed(String out) {
    return out.startsWith(S3);
  }

  /**
   * @throws UserException where it names no page in a bucket
   */
  static S3Page of(String out, SluiceOptions options) {
    int slash = out.lastIndexOf('/');
    String name = out.substring(slash + 1);
    if (slash < S3.length() || !name.endsWith(SUFFIX) || name.equals(SUFFIX)) {
      throw new UserException("--out=" + out + ": name a page, as s3://bucket/report.html");
    }
    Stores lake = LakeStores.lake(options);
    return new S3Page(new Stores(out.substring(0, slash), lake.s3(), lake.pathStyle()), name);
  }

  /**
   * Writes it, whole or not at all.
   *
   * @throws UserException where S3 does not let us
   */
  void write(SluiceOptions options, String page) throws IOException {
    try (Store store = folder.open(options)) {
      store.replace(name, page.getBytes(StandardCharsets.UTF_8), "text/html;charset=utf-8");
    }
  }
}
