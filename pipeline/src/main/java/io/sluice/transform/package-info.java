/**
 * What rows go through between decoder and blocks, as a contract's {@code transform} says: row
 * functions, each of which makes another row of a row, skips it or rejects it. Whoever makes rows
 * of records does so by {@code io.sluice.decode.RecordDecoder}, and the functions are in it.
 */
package io.sluice.transform;
