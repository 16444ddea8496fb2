/**
 * The formats {@code string} and {@code bytes}: the whole value of a record is one field of the
 * name {@code value}, whatever is in it.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.raw;
