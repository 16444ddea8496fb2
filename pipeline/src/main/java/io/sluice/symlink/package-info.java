/**
 * The follower {@code symlink}: for each date a text file with the places of exactly its live
 * files, as Hive's SymlinkTextInputFormat has it. Athena, Trino, Presto, Hive and Spectrum read a
 * table of such lists, and DuckDB reads the files that one names.
 */
package io.sluice.symlink;
