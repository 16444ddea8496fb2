/**
 * From blocks to files: keyed state gathers the blocks of a log, columns are encoded as Parquet
 * pages, and the file is appended beside the worker's thread.
 */
package io.sluice.write;
