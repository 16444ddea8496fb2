/**
 * The format CSV: a row's fields are found in its bytes, by hand where nothing is quoted and by the
 * library where something is, and go to the columns by their names.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.csv;
