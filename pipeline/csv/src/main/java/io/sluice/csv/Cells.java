package io.sluice.csv;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The fields of one row, each as bytes in UTF-8 within some array. Whoever parses fills it, and it
 * holds until the next row.
 */
final class Cells {
  private byte[][] arrays = new byte[16][];
  private int[] starts = new int[16];
  private int[] lengths = new int[16];
  private boolean[] quoted = new boolean[16];
  private int count;

  void clear() {
    count = 0;
  }

  /** Adds a field; the array is not copied. */
  void add(byte[] array, int start, int length, boolean isQuoted) {
    if (count == starts.length) {
      arrays = Arrays.copyOf(arrays, 2 * count);
      starts = Arrays.copyOf(starts, 2 * count);
      lengths = Arrays.copyOf(lengths, 2 * count);
      quoted = Arrays.copyOf(quoted, 2 * count);
    }
    arrays[count] = array;
    starts[count] = start;
    lengths[count] = length;
    quoted[count] = isQuoted;
    count++;
  }

  int count() {
    return count;
  }

  byte[] array(int index) {
    return arrays[index];
  }

  int start(int index) {
    return starts[index];
  }

  int length(int index) {
    return lengths[index];
  }

  /** Whether it stood in quotes: then it is a text in any case. */
  boolean isQuoted(int index) {
    return quoted[index];
  }

  boolean has(int index, byte[] text) {
    int start = starts[index];
    return lengths[index] == text.length
        && Arrays.equals(arrays[index], start, start + text.length, text, 0, text.length);
  }

  String text(int index) {
    return new String(arrays[index], starts[index], lengths[index], StandardCharsets.UTF_8);
  }

  List<String> texts() {
    List<String> texts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      texts.add(text(i));
    }
    return texts;
  }
}
