package io.sluice.lake;

/**
 * What was erased from a file: its positions stay, so that no run, replay or rebuild writes their
 * records again, and their rows are gone.
 *
 * @param positions of records of which no row is left; they are among the file's
 * @param unplaced how many more such records there are, of which the file does not say the
 *     positions: its rows do not have theirs. Of records of several rows, how many runs of rows
 * @param rows that were erased and are not of {@code positions}: where there are any, only the file
 *     as it is keeps them from coming back
 */
public record Erased(Positions positions, long unplaced, long rows) {
  public static final Erased NONE = new Erased(new Positions(), 0, 0);

  public Erased {
    if (unplaced < 0 || rows < unplaced) {
      throw new IllegalArgumentException(
          unplaced + " erased records cannot have had " + rows + " rows");
    }
  }

  /** All of it known by its positions. */
  public Erased(Positions positions) {
    this(positions, 0, 0);
  }

  public boolean isNone() {
    return rows == 0 && positions.isEmpty();
  }

  /** Whether a record that is derived again can be told from those that were erased. */
  public boolean isPlaced() {
    return rows == 0;
  }

  /** How many records have no row any more. */
  public long total() {
    return positions.size() + unplaced;
  }

  /** What was erased from both, of which no position is in two files. */
  public Erased and(Erased other) {
    if (isNone()) {
      return other;
    }
    return other.isNone()
        ? this
        : new Erased(
            positions.copy().addAll(other.positions), unplaced + other.unplaced, rows + other.rows);
  }
}
