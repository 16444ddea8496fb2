/**
 * The follower {@code delta}: a log of Delta Lake in the folder of each table of the lake, so that
 * the folder is a table of Delta that has exactly the live files, the same and no copies.
 */
package io.sluice.delta;
