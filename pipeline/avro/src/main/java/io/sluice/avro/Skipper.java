package io.sluice.avro;

import io.sluice.convert.Rejection;

/** Passes a value of one schema that nobody asked for. */
interface Skipper {
  /**
   * @param depth how many records, arrays and maps the value is within
   */
  void skip(AvroBytes in, int depth) throws Rejection;
}
