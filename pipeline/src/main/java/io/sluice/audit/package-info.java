/**
 * The proof. It reads the footers of lake and dead letters, asks the source for its offsets, and
 * says of each offset whether it is in exactly one file. It changes nothing of the data.
 */
package io.sluice.audit;
