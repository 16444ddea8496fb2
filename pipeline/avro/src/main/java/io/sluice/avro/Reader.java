package io.sluice.avro;

import io.sluice.convert.Converter;
import io.sluice.convert.Rejection;

/** Reads a value of one schema, and gives it to what the contract wants in its place. */
interface Reader {
  /**
   * @param to of the place for which the reader was made
   * @param depth how many records, arrays and maps the value is within
   */
  void read(AvroBytes in, Converter to, int depth) throws Rejection;
}
