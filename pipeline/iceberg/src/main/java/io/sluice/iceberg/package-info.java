/**
 * The follower {@code iceberg}: for each table of the lake a table of Apache Iceberg that has
 * exactly its live files, the same and no copies, in any catalog that Iceberg's library speaks to.
 */
package io.sluice.iceberg;
