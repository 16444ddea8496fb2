/**
 * The log: an append is one conditional write of the next file of a date and shard, and each file
 * names the positions of its rows in its footer. The stores beneath it are S3 and a directory; what
 * the lake keeps about itself ({@code _sluice/…}) is here, too.
 */
package io.sluice.lake;
