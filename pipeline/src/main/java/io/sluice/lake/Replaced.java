package io.sluice.lake;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The files of one log that a rewrite takes the place of, as text: ranges of sequence numbers, and
 * the files of earlier rewrites by number and name, as in {@code 0-16 18 17_6920c3a1b7e2-000}.
 * Names one by one would make footers large.
 *
 * @param copied whether the rewrite copied the rows of just these files, so that its own have the
 *     same rows with the same values; false where they were derived again, and of files of before,
 *     which do not say
 */
public record Replaced(String text, boolean copied) {
  private static final Pattern ITEM = Pattern.compile("\\d{1,18}(-\\d{1,18}|_\\S+)?");

  public Replaced {
    // One by one: a pattern of all of them takes a frame of the stack for each.
    for (String item : text.split(" ", -1)) {
      if (!ITEM.matcher(item).matches()) {
        throw new IllegalArgumentException("what it replaces is not said as files are named");
      }
    }
  }

  /** Of a rewrite that has derived its rows again, or does not say. */
  public Replaced(String text) {
    this(text, false);
  }

  /** The same of a rewrite that copies the rows. */
  public Replaced byCopy() {
    return new Replaced(text, true);
  }

  public static Replaced of(List<PartFile> files) {
    TreeSet<Long> appended = new TreeSet<>();
    TreeSet<String> rewritten = new TreeSet<>();
    for (PartFile file : files) {
      if (file.rewrite() == null) {
        appended.add(file.sequence());
      } else {
        rewritten.add(file.sequence() + "_" + file.rewrite());
      }
    }
    List<String> items = new ArrayList<>();
    while (!appended.isEmpty()) {
      long from = appended.pollFirst();
      long to = from;
      while (appended.remove(to + 1)) {
        to++;
      }
      items.add(from == to ? "" + from : from + "-" + to);
    }
    items.addAll(rewritten);
    return new Replaced(String.join(" ", items));
  }

  /**
   * Their names.
   *
   * @param by a file of the rewrite
   */
  public TreeSet<String> names(PartFile by) {
    TreeSet<String> names = new TreeSet<>();
    for (String item : text.split(" ", -1)) {
      int underscore = item.indexOf('_');
      if (underscore >= 0) {
        long sequence = Long.parseLong(item.substring(0, underscore));
        names.add(name(by, sequence, item.substring(underscore + 1)));
        continue;
      }
      String[] range = item.split("-", 2);
      long to = Long.parseLong(range[range.length - 1]);
      for (long sequence = Long.parseLong(range[0]); sequence <= to; sequence++) {
        names.add(name(by, sequence, null));
      }
    }
    return names;
  }

  private static String name(
      PartFile by, long sequence, @org.jspecify.annotations.Nullable String rewrite) {
    return new PartFile(by.table(), by.dateColumn(), by.date(), by.shard(), sequence, rewrite)
        .name();
  }
}
