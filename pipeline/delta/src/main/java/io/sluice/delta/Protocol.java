package io.sluice.delta;

import java.util.Set;
import java.util.TreeSet;

/**
 * What readers and writers of a table have to know.
 *
 * @param readerFeatures from reader version 3 on
 * @param writerFeatures from writer version 7 on
 */
record Protocol(int reader, int writer, Set<String> readerFeatures, Set<String> writerFeatures) {
  /** The least there is, so that all that reads Delta reads the table. */
  static final Protocol LEAST = new Protocol(1, 2, Set.of(), Set.of());

  private static final int READER_OF_FEATURES = 3;
  private static final int WRITER_OF_FEATURES = 7;

  /** The version with the mapping of columns by name, the last before features have names. */
  private static final int WRITER_OF_MAPPING = 5;

  private static final Set<String> KNOWN =
      Set.of("appendOnly", "invariants", "columnMapping", "deletionVectors");

  Protocol {
    readerFeatures = Set.copyOf(readerFeatures);
    writerFeatures = Set.copyOf(writerFeatures);
  }

  /** What somebody has switched on in the table that is not known here; empty where nothing. */
  Set<String> unknown() {
    Set<String> unknown = new TreeSet<>();
    if (reader > READER_OF_FEATURES) {
      unknown.add("reader version " + reader);
    }
    if (writer > WRITER_OF_MAPPING && writer != WRITER_OF_FEATURES) {
      unknown.add("writer version " + writer);
    }
    unknown.addAll(readerFeatures);
    unknown.addAll(writerFeatures);
    unknown.removeAll(KNOWN);
    return unknown;
  }
}
