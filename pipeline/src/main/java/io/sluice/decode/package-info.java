/**
 * From bytes to the values of a row, or to a rejection that names reason and field: the socket of
 * formats, and the one door by which all decode. What becomes of a record depends on it and the
 * contract alone.
 */
package io.sluice.decode;
