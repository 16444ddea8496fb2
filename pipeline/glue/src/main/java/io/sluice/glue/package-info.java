/**
 * The follower {@code glue}: a table in AWS Glue's Data Catalog for each table of the lake, with a
 * partition for each date that has live files. A partition leads to the list of exactly these.
 */
package io.sluice.glue;
