/**
 * The follower {@code symlink}: for each date a text file with the places of exactly its live
 * files, in the layout of Hive's SymlinkTextInputFormat. Athena, Trino, Presto and Spectrum read a
 * table of such lists, and DuckDB reads the files that one names; Hive itself takes them for text.
 */
package io.sluice.symlink;
