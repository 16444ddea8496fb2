package io.sluice.protobuf;

import io.sluice.convert.Rejection;

/** Reads the values of one field into the converter of one place of a contract. */
abstract class ValueReader {
  /**
   * Reads a value behind its tag.
   *
   * @return false where it is a number that a closed enum does not have: to protobuf the field is
   *     then an unknown one, as if it had not come
   */
  abstract boolean read(Wire in) throws Rejection, NotInOnePass;

  /** The value that a field has which is absent and cannot be: 0, an empty text, false. */
  abstract void readDefault() throws Rejection, NotInOnePass;
}
