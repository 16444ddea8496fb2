/**
 * From bytes to the values of a row, or to a rejection that names reason and field. A fast decoder
 * takes the plain documents and an exact one all others; both give the same result, and it depends
 * on record and contract alone.
 */
package io.sluice.decode;
